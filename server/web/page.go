package web

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"html/template"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
	"gpsntpd/server/why"
)

//go:embed page.html
var pageText string

// raw are the answers that the page is made of, and that it has links to. Others
// are for the control socket: the log repeats what programs of alarms complain of.
var raw = []string{
	"v1/status", "v1/why", "v1/alarms", "v1/satellites", "v1/pulse", "v1/clients", "v1/leap", "v1/counters", "v1/history",
}

// view is what the page shows as it is loaded; without a script that is all.
type view struct {
	W         words
	Host      string
	Status    control.Status
	State     string // of the page: that of the daemon, or "unknown"
	StateWord string
	Date      string
	ISO       string
	Clock     string
	Trust     string
	Since     string
	Why       control.Why
	Raised    control.Alarms
	Past      control.Alarms
	Figures   []item
	Budget    []item
	Forecast  string // what stands above Holdover …
	Note      string // … and what that means
	Holdover  []item
	Leap      []item
	Parts     []item
	Raw       []string

	Clients     []clientRow
	ClientsSaid string
}

// item is one value with its name.
type item struct{ ID, Name, Value string }

// page answers with the page. A daemon whose loop does not answer gets a page
// that says so: the script asks again.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	lang := s.language(r)
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	defer cancel()
	v := s.view(lang)
	if v.Host == "" {
		v.Host = httpd.Bare(r.Host)
	}
	m, err := s.options.Daemon.Moment(ctx, lang)
	var clients control.Clients
	if err == nil {
		clients, err = s.options.Daemon.Clients(ctx)
	}
	code := http.StatusOK
	if err != nil {
		code = http.StatusServiceUnavailable
		v.Why.Sentence = cmp.Or(m.Why.Sentence, err.Error())
		v.words()
	} else {
		v.fill(m, clients)
	}
	var text bytes.Buffer
	if err := s.template.Execute(&text, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.W["tag"])
	h.Set("Vary", "Accept-Language")
	w.WriteHeader(code)
	html, _ := cells(text.String())
	_, _ = io.WriteString(w, html) // a peer that has gone needs no more
}

// parse reads the page. What is missing in it is an error, not a gap.
func parse() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"open": begin, "close": end,
		"cell": func(id, text string) template.HTML { return inCell(id, plain(text)) },
		"rich": inCell,
		"part": func(code, tag string) string { return why.Part(code).Name(why.Language(tag[:2])) },
	}).Option("missingkey=error").Parse(pageText))
}

// moments are those in the texts of the daemon, which are in UTC.
var moments = regexp.MustCompile(`(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d(?::\d\d)?) UTC`)

// Marked is text in which what stands between backquotes is to be typed, and moments can
// be shown in another zone.
func (v *view) Marked(text string) template.HTML {
	parts := strings.Split(text, "`")
	var b strings.Builder
	for i, part := range parts {
		part = template.HTMLEscapeString(part)
		switch {
		case i%2 == 0:
			b.WriteString(measures.ReplaceAllString(v.dated(part), "$1\u00a0$2"))
		case i == len(parts)-1: // it is not closed
			b.WriteString("`" + part)
		default:
			b.WriteString("<code>" + part + "</code>")
		}
	}
	return template.HTML(b.String())
}

// measures are numbers with their units, which no line is to part.
var measures = regexp.MustCompile(`([0-9]) (ns|µs|ms|s|min|h|ppm|%|°C)\b`)

// dated marks the moments in a text, whose day is today where it is not named.
func (v *view) dated(html string) string {
	return moments.ReplaceAllStringFunc(html, func(found string) string {
		m := moments.FindStringSubmatch(found)
		day := cmp.Or(m[1], v.Status.Now.UTC().Format(time.DateOnly))
		return `<time datetime="` + day + "T" + m[2] + `Z">` + found + "</time>"
	})
}

// view is the page before anything is known.
func (s *Server) view(lang string) *view {
	return &view{W: languages[lang], Host: s.options.Host, Raw: raw, State: "unknown"}
}

// fill writes what is known in words.
func (v *view) fill(m control.Moment, clients control.Clients) {
	v.Status, v.State, v.Why = m.Status, m.Status.State, m.Why
	for _, a := range m.Alarms {
		if a.Cleared == nil {
			v.Raised = append(v.Raised, a)
		} else if len(v.Past) < pastListed {
			v.Past = append(v.Past, a)
		}
	}
	v.words()
	v.Leap = v.leap(m.Leap)
	v.clientele(clients)
}

// pastListed is how many of the alarms that are over the page lists.
const pastListed = 20

// words writes what there is even of a daemon that does not answer.
func (v *view) words() {
	v.StateWord = v.W[word(v.State)]
	v.clock()
	v.Figures = v.figures()
	v.Budget = v.budget()
	v.Holdover = v.holdover()
	v.Forecast, v.Note = v.forecast()
	v.Leap = v.leap(control.Leap{})
	v.Parts = v.parts()
}

// Lasted says of an alarm that is over when it was raised, and for how long.
func (v *view) Lasted(a control.Alarm) template.HTML {
	from, now := a.Raised.UTC(), v.Status.Now.UTC()
	return v.Marked(v.W.say("lasted", "time", v.W.at(from, now), "duration", v.W.duration(max(0, a.Cleared.Sub(a.Raised.Time).Seconds()))))
}

// word is the key of a state's name.
func word(state string) string {
	if state == "holdover" {
		return "holdover_state" // the panel has the other one
	}
	return state
}

// clock fills in the time, and what it is worth.
func (v *view) clock() {
	s := &v.Status
	if v.State == "unknown" {
		v.Clock, v.Date, v.Trust = "--:--:--", v.W["unknown"], v.W["trust_start"]
		return
	}
	now := s.Now.UTC()
	v.ISO, v.Clock, v.Date = now.Format(time.RFC3339), now.Format(time.TimeOnly), v.W.date(now)
	v.Since = v.W.say("since", "time", v.W.at(s.Since.UTC(), now))
	switch {
	case s.OffsetSeconds == nil:
		v.Trust = v.W["trust_start"]
	case s.Stratum == 0 || s.BoundSeconds == nil:
		v.Trust = v.W["trust_none"]
	default:
		v.Trust = v.W.say("trust", "bound", bound(*s.BoundSeconds))
	}
}

// say fills a sentence: pairs are a placeholder and what it stands for.
func (w words) say(key string, pairs ...string) string {
	text := w[key]
	for i := 0; i < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}
