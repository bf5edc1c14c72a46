package web

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"strings"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
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
	Figures   []item
	Budget    []item
	Forecast  string // what stands above Holdover …
	Note      string // … and what that means
	Holdover  []item
	Leap      []item
	Parts     []item
	Raw       []string
}

// item is one value with its name.
type item struct{ ID, Name, Value string }

// page answers with the page. A daemon whose loop does not answer gets a page
// that says so: the script asks again.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	lang := language(r)
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	defer cancel()
	v := view{W: languages[lang], Host: cmp.Or(s.options.Host, httpd.Bare(r.Host)), Raw: raw, State: "unknown"}
	status, err := s.options.Daemon.Status(ctx)
	if err == nil {
		v.Status, v.State = status, status.State
		v.Why, err = s.options.Daemon.Why(ctx, lang)
	}
	var alarms control.Alarms
	if err == nil {
		alarms, err = s.options.Daemon.Alarms(ctx, lang)
	}
	var leap control.Leap
	if err == nil {
		leap, err = s.options.Daemon.Leap(ctx)
	}
	code := http.StatusOK
	if err != nil {
		code = http.StatusServiceUnavailable
		v.Why.Sentence = cmp.Or(v.Why.Sentence, status.Sentence, err.Error())
	}
	v.fill(alarms, leap)
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
	w.Write(text.Bytes())
}

// parse reads the page. What is missing in it is an error, not a gap.
func parse() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{"marked": marked}).Option("missingkey=error").Parse(pageText))
}

// marked is text in which what stands between backquotes is to be typed.
func marked(text string) template.HTML {
	parts := strings.Split(text, "`")
	var b strings.Builder
	for i, part := range parts {
		part = template.HTMLEscapeString(part)
		switch {
		case i%2 == 0:
			b.WriteString(part)
		case i == len(parts)-1: // it is not closed
			b.WriteString("`" + part)
		default:
			b.WriteString("<code>" + part + "</code>")
		}
	}
	return template.HTML(b.String())
}

// fill writes what is known in words.
func (v *view) fill(alarms control.Alarms, leap control.Leap) {
	for _, a := range alarms {
		if a.Cleared == nil {
			v.Raised = append(v.Raised, a)
		}
	}
	v.StateWord = v.W[word(v.State)]
	v.clock()
	v.Figures = v.figures()
	v.Budget = v.budget()
	v.Holdover = v.holdover()
	v.Forecast, v.Note = v.forecast()
	v.Leap = v.leap(leap)
	v.Parts = v.parts()
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
