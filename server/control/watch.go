package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Limits of the streams. Who does not read in time is dropped: no one may make
// the others wait.
const (
	watchers      = 16 // of all connections
	unread        = 8  // events that a watcher may be behind
	streamTimeout = 5 * time.Second
)

// Event is one event of the stream: "status" each second, "alarm" when one is
// raised or cleared.
type Event struct {
	Name string
	JSON []byte // one line
}

// NewEvent is an event that says v.
func NewEvent[T Status | Alarm](name string, v T) (Event, error) {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return Event{name, line.Bytes()}, err
}

// ErrWatched says that there are as many watchers as there may be.
var ErrWatched = errors.New("as many are watching as may")

// Watchers are those who want to hear of events. The zero value is ready for use,
// by any goroutine.
type Watchers struct {
	mu  sync.Mutex
	all map[chan Event]bool
}

// Watch returns the events to come. The channel is closed when ctx ends, or when
// its reader has fallen behind.
func (w *Watchers) Watch(ctx context.Context) (<-chan Event, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.all) >= watchers {
		return nil, ErrWatched
	}
	if w.all == nil {
		w.all = map[chan Event]bool{}
	}
	c := make(chan Event, unread)
	w.all[c] = true
	context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.drop(c)
	})
	return c, nil
}

func (w *Watchers) drop(c chan Event) {
	if w.all[c] {
		delete(w.all, c)
		close(c)
	}
}

// Watched reports whether anybody would hear of an event: else it need not be made.
func (w *Watchers) Watched() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.all) > 0
}

// Publish tells all of e, without waiting for any.
func (w *Watchers) Publish(e Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.all {
		select {
		case c <- e:
		default:
			w.drop(c)
		}
	}
}

// watch answers with a stream of events, as text/event-stream of the HTML
// standard has it, until the peer has gone or the server ends. It begins with the
// status of this moment.
func (s Server) watch(w http.ResponseWriter, r *http.Request) {
	if !question(w, r) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	status, err := s.Daemon.Status(ctx)
	cancel()
	var first Event
	if err == nil {
		first, err = NewEvent("status", status)
	}
	var events <-chan Event
	if err == nil {
		events, err = s.Daemon.Watch(r.Context())
	}
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	stream := http.NewResponseController(w)
	_ = stream.SetReadDeadline(time.Time{}) // of the request, which has been read; not every writer has one
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	for e, ok := first, true; ok; e, ok = <-events {
		_ = stream.SetWriteDeadline(time.Now().Add(streamTimeout))
		if _, err := w.Write(e.text()); err != nil {
			return
		}
		if stream.Flush() != nil {
			return
		}
	}
}

// text is e as it is on the wire.
func (e Event) text() []byte {
	b := make([]byte, 0, len(e.Name)+len(e.JSON)+len("event: \ndata: \n\n"))
	b = append(append(append(b, "event: "...), e.Name...), "\ndata: "...)
	return append(append(b, bytes.TrimSuffix(e.JSON, []byte("\n"))...), "\n\n"...)
}
