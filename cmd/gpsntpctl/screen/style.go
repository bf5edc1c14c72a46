// Package screen is what every verb of gpsntpctl prints with: tables, bars, colours,
// amounts, the width of characters, and the language that a text is said in.
package screen

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"

	"gpsntpd/server/why"
)

// Style is how a screen speaks: with colours for the words that say whether all is
// well, in a language. The zero value colours nothing, since the words alone say it
// all, and speaks English.
type Style struct {
	Good, Fair, Bad, End, Pale string
	Language                   why.Language
}

// On is the style of what is written to w: in colours on a terminal whose user has
// nothing against them.
func On(w io.Writer, l why.Language) Style {
	if _, ok := Terminal(w); !ok || os.Getenv("NO_COLOR") != "" {
		return Style{Language: l}
	}
	return Style{Good: "\x1b[32m", Fair: "\x1b[33m", Bad: "\x1b[31m", End: "\x1b[m", Pale: "\x1b[2m", Language: l}
}

// Terminal is the terminal that w writes to, if it is one that obeys.
func Terminal(w io.Writer) (*os.File, bool) {
	if a, plain := w.(*ASCII); plain {
		w = a.Writer
	}
	f, ok := w.(*os.File)
	return f, ok && isatty.IsTerminal(f.Fd()) && os.Getenv("TERM") != "dumb"
}

// In is a text in a colour, which is one of p or none.
func (p Style) In(colour, text string) string {
	if colour == "" {
		return text
	}
	return colour + text + p.End
}

// OfDevice is the colour of the state of a device.
func (p Style) OfDevice(state string) string {
	switch state {
	case "ok":
		return p.Good
	case "off", "":
		return ""
	}
	return p.Bad
}

// Stale greys lines that are not of now, below a line that says of when they are.
func (p Style) Stale(said string, age *float64, text string) string {
	if p.Pale != "" {
		text = p.Pale + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", p.End+"\n"+p.Pale) + p.End + "\n"
	}
	return p.Say(said, With(age, p.Ago)) + "\n" + text
}

// Say is form in the language of p, with args as fmt.Sprintf puts them in.
func (p Style) Say(form string, args ...any) string {
	if p.Language == why.Chinese {
		form = cmp.Or(chinese[form], form)
	}
	if len(args) == 0 {
		return form
	}
	return fmt.Sprintf(form, args...)
}

// Count says how many there are, by a form for one, and one for all other numbers.
func (p Style) Count(n int, one, many string) string {
	if n == 1 {
		return p.Say(one, n)
	}
	return p.Say(many, n)
}

// Word is an enumerated word in the language of p; one that is not known, as of a newer
// daemon, is as it is.
func (p Style) Word(enumerated string) string {
	if p.Language == why.Chinese {
		return cmp.Or(chineseWords[enumerated], enumerated)
	}
	return enumerated
}

// Comma stands between words that are listed.
func (p Style) Comma() string {
	if p.Language == why.Chinese {
		return "、"
	}
	return ", "
}
