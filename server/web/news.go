package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"sync"
	"time"

	"gpsntpd/server/control"
)

const newsPath = "/news"

// How often what changes slowly, and is no part of the sentence, is told: in seconds.
// Scatter is of an hour, and changes more while there is little of it.
const (
	slowly        = 10
	skyEvery      = 15
	scatterEvery  = 60
	scatterYoung  = 10
	young         = 300 // pulses
	streamTimeout = 5 * time.Second
)

// slow are the cells that are told slowly, with all that is in them.
var slow = map[string]bool{"parts": true, "clients": true, "clients-readout": true, "past": true}

// unlikely are those that are told slowly while pulses come: if these stopped.
var unlikely = map[string]bool{"h-1us": true, "h-10us": true, "h-100us": true, "h-1ms": true}

// pointed are those that a browser writes by itself: they are the newest point.
var pointed = map[string]bool{"offset": true, "bound": true, "frequency": true, "temperature": true, "requests": true}

// news is what a browser is told each second: what has changed, all of one moment.
type news struct {
	Version string         `json:"version,omitempty"` // in the first alone
	State   string         `json:"state,omitempty"`   // when it is another one
	Now     int64          `json:"now"`               // ms since 1970
	Point   point          `json:"point"`
	Cells   map[string]any `json:"cells,omitempty"`
}

// point is what the charts go on with: offset and bound in ns, ppm, °C, requests since
// the start. What is not known is nil.
type point [5]*float64

func pointOf(s *control.Status) point {
	to := func(v *float64, scale float64, round func(float64) float64) *float64 {
		if v == nil {
			return nil
		}
		x := round(*v*scale) / math.Max(1, scale/1e9)
		return &x
	}
	in := func(v *float64, digits float64) *float64 {
		if v == nil {
			return nil
		}
		x := math.Round(*v*digits) / digits
		return &x
	}
	n := float64(requests(s))
	return point{to(s.OffsetSeconds, 1e9, math.Round), to(s.BoundSeconds, 1e9, math.Ceil), in(s.FrequencyPPM, 1e4), in(s.Temperature.Celsius, 100), &n}
}

// live is what the page says of a moment.
type live struct {
	status control.Status
	cells  []cell
}

// lives are the newest in each language. Whoever watches is told of the same event at
// the same time: the page is made once for all of them.
type lives struct {
	mu      sync.Mutex
	of      map[string]*live
	event   map[string]*byte           // that it was made for
	clients map[string]control.Clients // as they were last listed
}

// live returns what the page says at an event; nil: now.
func (s *Server) live(ctx context.Context, lang string, event *byte) (*live, error) {
	k := &s.lives
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil {
		k.of, k.event, k.clients = map[string]*live{}, map[string]*byte{}, map[string]control.Clients{}
	}
	if event != nil && k.event[lang] == event {
		return k.of[lang], nil
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	m, err := s.options.Daemon.Moment(ctx, lang)
	if err != nil {
		return nil, err
	}
	if last := k.of[lang]; last == nil || event == nil || last.status.State != m.Status.State || due(&m.Status, slowly) {
		if k.clients[lang], err = s.options.Daemon.Clients(ctx); err != nil {
			return nil, err
		}
	}
	v := s.view(lang)
	v.fill(m, k.clients[lang])
	var text bytes.Buffer
	if err := s.template.ExecuteTemplate(&text, "main", v); err != nil {
		return nil, err
	}
	l := &live{status: m.Status}
	_, l.cells = cells(text.String())
	k.of[lang], k.event[lang] = l, event
	return l, nil
}

// due tells whether what comes every so many seconds comes now.
func due(s *control.Status, every int64) bool { return s.Now.Unix()%every == 0 }

// listener is a browser that is told news.
type listener struct {
	told  told
	state string
	last  map[string]string // of sky and scatter
}

// next is what l does not know yet.
func (l *listener) next(v *live) news {
	first := l.told == nil
	if first {
		l.told, l.last = told{}, map[string]string{}
	}
	n := news{Now: v.status.Now.UnixMilli(), Point: pointOf(&v.status)}
	if first {
		n.Version = v.status.Version
	}
	if v.status.State != l.state {
		l.state, n.State = v.status.State, v.status.State
	}
	everything := first || n.State != "" || due(&v.status, slowly)
	pulses := v.status.Holdover == nil || v.status.Holdover.Since == nil
	n.Cells = l.told.changed(v.cells, func(id string) bool {
		return !everything && (slow[id] || pulses && unlikely[id]) || !first && pointed[id]
	})
	return n
}

// news tells a browser what has changed, for as long as it listens.
func (s *Server) news(w http.ResponseWriter, r *http.Request) {
	lang := s.language(r)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy is not to wait for more
	if r.Method == http.MethodHead {
		return
	}
	from := s.options.Guard.Client(r)
	if !s.streams.enter(from) {
		refuse(w, "too many listen already")
		return
	}
	defer s.streams.leave(from)
	began := time.Now()
	events, err := s.options.Daemon.Watch(r.Context())
	if err != nil {
		refuse(w, err.Error())
		return
	}
	v, err := s.live(r.Context(), lang, nil)
	if err != nil {
		refuse(w, err.Error())
		return
	}
	out := stream{w, http.NewResponseController(w)}
	_ = out.SetReadDeadline(time.Time{}) // of the request, which has been read; not every writer has one
	var l listener
	for {
		first := l.told == nil
		if out.tell("", l.next(v)) != nil || s.pictures(r.Context(), &out, &l, &v.status, first) != nil {
			return
		}
		if first {
			s.options.Guard.Charge(r, time.Since(began))
		}
		e, ok := <-events
		if !ok || len(e.JSON) == 0 {
			return
		}
		if v, err = s.live(r.Context(), lang, &e.JSON[0]); err != nil {
			return // the browser asks again
		}
	}
}

// pictures tells sky and scatter, where they have changed.
func (s *Server) pictures(ctx context.Context, out *stream, l *listener, now *control.Status, first bool) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	if first || due(now, skyEvery) {
		sky, err := s.options.Daemon.Satellites(ctx)
		if err := errors.Join(err, out.other(l, "sky", skyOf(&sky))); err != nil {
			return err
		}
	}
	if first || due(now, scatterYoung) {
		pulses, err := s.options.Daemon.Scatter(ctx)
		if err == nil && (first || pulses.Count < young || due(now, scatterEvery)) {
			err = out.other(l, "pulse", scatterOf(&pulses))
		}
		return err
	}
	return nil
}

// once answers with all that is told first, for who cannot listen.
func (s *Server) once(w http.ResponseWriter, r *http.Request) {
	v, err := s.live(r.Context(), s.language(r), nil)
	if err != nil {
		refuse(w, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	line, _ := encode(new(listener).next(v)) // numbers of a status have a form
	_, _ = w.Write(line)                     // a peer that has gone needs no more
}

// now answers with the time, and little else: how long that took is measured.
func (s *Server) now(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	defer cancel()
	status, err := s.options.Daemon.Status(ctx)
	if err != nil {
		refuse(w, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	line, _ := json.Marshal(status.Now)
	_, _ = w.Write(line)
}

func refuse(w http.ResponseWriter, why string) {
	w.Header().Set("Retry-After", "10")
	http.Error(w, why, http.StatusServiceUnavailable)
}

// stream is a stream of events, as the HTML standard has it.
type stream struct {
	http.ResponseWriter
	*http.ResponseController
}

// tell tells an event of that name.
func (s *stream) tell(name string, v any) error {
	line, err := encode(v)
	if err != nil {
		return err
	}
	return s.line(name, line)
}

// encode writes v as it is: it is put into no page.
func encode(v any) ([]byte, error) {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(line.Bytes(), []byte("\n")), err
}

func (s *stream) line(name string, line []byte) error {
	var b bytes.Buffer
	if name != "" {
		b.WriteString("event: " + name + "\n")
	}
	b.WriteString("data: ")
	b.Write(line)
	b.WriteString("\n\n")
	_ = s.SetWriteDeadline(time.Now().Add(streamTimeout))
	if _, err := s.Write(b.Bytes()); err != nil {
		return err
	}
	return s.Flush()
}

// other tells an event unless its last one was the same.
func (s *stream) other(l *listener, name string, v any) error {
	line, err := encode(v)
	if err != nil || l.last[name] == string(line) {
		return err
	}
	l.last[name] = string(line)
	return s.line(name, line)
}
