package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"gpsntpd/server/control"
)

const newsPath = "/news"

// How often what changes slowly, and is no part of the sentence, is told: in seconds.
// Scatter is of an hour, and changes more while there is little of it.
const (
	slowly         = 10
	skyEvery       = 15
	scatterEvery   = 60
	scatterAtFirst = 10
	fewPulses      = 300
	streamTimeout  = 5 * time.Second
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
	if first || due(now, scatterAtFirst) {
		pulses, err := s.options.Daemon.Scatter(ctx)
		if err == nil && (first || pulses.Count < fewPulses || due(now, scatterEvery)) {
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
