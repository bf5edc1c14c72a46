package why

import (
	"strings"
	"unicode"

	"gpsntpd/discipline"
)

// Explanation is the answer in words.
type Explanation struct {
	Sentence string // the verdict, and the first cause of it
	Remedy   string // what to do, or that there is nothing to do
	Links    []Told
}

// Told is a link in words.
type Told struct {
	Link
	Text   string // one or more sentences
	Remedy string // "" when all is well
}

// Explain says how things are and why, in a language.
func (f *Facts) Explain(l Language) Explanation {
	var c Chain
	c.Set(f)
	e := Explanation{}
	for _, link := range c.Links() {
		text, remedy := f.Tell(link.Code, l)
		e.Links = append(e.Links, Told{link, text, remedy})
	}
	first := c.First(f.Clock.State)
	e.Sentence = f.sentence(&c, first, l)
	e.Remedy = phrases[l.known()].nothing
	if first != nil {
		_, e.Remedy = f.Tell(first.Code, l)
	}
	return e
}

// Tell says what a code means under the circumstances, and what to do.
func (f *Facts) Tell(c Code, l Language) (text, remedy string) {
	w := state(c).in(l)
	p := phrases[l.known()]
	text = f.fill(p.capital(w.Clause), l) + p.stop
	if w.Detail != "" {
		text += p.space + f.fill(w.Detail, l)
	}
	return text, f.fill(w.Remedy, l)
}

// Meaning is what Tell says without what only the daemon knows, and the remedy:
// for a table in which much else is said.
func (f *Facts) Meaning(c Code, l Language) string {
	p := phrases[l.known()]
	clause, remedy := f.Clause(c, l)+p.stop, f.fill(state(c).in(l).Remedy, l)
	if remedy == "" {
		return clause
	}
	return clause + p.space + remedy
}

// Sentence is the first sentence of what Tell says.
func (f *Facts) Sentence(c Code, l Language) string {
	p := phrases[l.known()]
	return f.fill(p.capital(state(c).in(l).Clause), l) + p.stop
}

// Capital is clause as a sentence.
func (l Language) Capital(clause string) string {
	return phrases[l.known()].capital(clause) + phrases[l.known()].stop
}

// Join puts two sentences one after the other.
func (l Language) Join(first, second string) string { return first + phrases[l.known()].space + second }

// Clause is the first part of what Tell says, to go on from "but".
func (f *Facts) Clause(c Code, l Language) string { return f.fill(state(c).in(l).Clause, l) }

// Brief says in one line how things are: the sentence of status.
func (f *Facts) Brief(l Language) string {
	var c Chain
	c.Set(f)
	p := phrases[l.known()]
	cause, but := p.measuring, ""
	if first := c.First(f.Clock.State); first != nil {
		cause = f.Clause(first.Code, l)
		but = p.but + cause
	}
	brief := p.brief[f.Clock.State]
	if first := c.First(f.Clock.State); f.Clock.State == discipline.Acquiring && first != nil && first.Part == PartClock {
		brief = p.brief[discipline.Starting] // the cause has the figures
	}
	if f.Clock.State == discipline.Unsynchronized && f.Clock.Doubted {
		brief = p.doubted
	}
	return l.tidy(strings.NewReplacer("<cause>", cause, "<but>", but).Replace(f.fill(brief, l)))
}

// sentence joins the verdict, what is well nevertheless, and the first cause.
func (f *Facts) sentence(c *Chain, first *Link, l Language) string {
	return l.tidy(f.joined(c, first, l))
}

func (f *Facts) joined(c *Chain, first *Link, l Language) string {
	p := phrases[l.known()]
	verdict := p.verdict[f.Clock.State]
	if f.Clock.State == discipline.Unsynchronized && f.Clock.Bound > f.Clock.Limit {
		verdict = p.beyond
	}
	verdict = f.fill(verdict, l)
	if first == nil {
		return verdict + f.Clause(clock(f), l) + p.stop
	}
	text := verdict
	switch f.Clock.State {
	case discipline.Locked:
		text += f.fill(p.although, l)
	default:
		text += f.evidence(c, first, l)
	}
	w := state(first.Code).in(l)
	text += f.fill(w.Clause, l) + p.stop
	if w.Detail != "" {
		text += p.space + f.fill(w.Detail, l)
	}
	return text
}

// evidence is what is well although something else is not: that narrows the
// search.
func (f *Facts) evidence(c *Chain, first *Link, l Language) string {
	p := phrases[l.known()]
	var well []string
	if c.Has(PulseOK) && first.Part != PartPulse {
		well = append(well, f.Clause(PulseOK, l))
	}
	if c.Has(FixOK) && f.Receiver.Used > 0 && first.Part != PartFix {
		well = append(well, f.fill(p.used, l))
	}
	if len(well) == 0 {
		return ""
	}
	return strings.Join(well, p.and) + p.but
}

// fill replaces the names in a template by facts.
func (f *Facts) fill(template string, l Language) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return l.tidy(b.String())
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(f.value(name, l))
		template = after
	}
}

// tidy has no space between two characters of Chinese, and one between them and
// letters or digits, which facts may have brought.
func (l Language) tidy(text string) string {
	if l != Chinese {
		return text
	}
	runes := []rune(text)
	var b strings.Builder
	for i, r := range runes {
		before, after := runes[max(i-1, 0)], runes[min(i+1, len(runes)-1)]
		switch {
		case r == ' ' && isHan(before) && isHan(after):
			continue
		case isHan(before) && isLatin(r), isLatin(before) && isHan(r):
			b.WriteRune(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func isLatin(r rune) bool { return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '/') }
