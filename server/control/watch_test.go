package control

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// watched is a daemon that can be watched.
type watched struct {
	known
	*Watchers
}

func statusEvent(t *testing.T, s Status) Event {
	t.Helper()
	e, err := NewEvent("status", s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var errEnough = errors.New("enough")

func TestAWatcherHearsTheStatusAtOnceAndThenWhatIsPublished(t *testing.T) {
	d := watched{known{status: Status{Version: "first"}}, new(Watchers)}
	path, _ := serve(t, d)
	var heard []string
	err := environment(t).Client(path).Watch(t.Context(), func(e Event) error {
		heard = append(heard, e.Name+" "+strings.TrimSuffix(string(e.JSON), "\n"))
		switch len(heard) {
		case 1: // by now it is watching
			d.Publish(statusEvent(t, Status{Version: "second"}))
			alarm, err := NewEvent("alarm", Alarm{Code: "no_pulse"})
			if err != nil {
				t.Error(err)
			}
			d.Publish(alarm)
		case 3:
			return errEnough
		}
		return nil
	})
	if err != errEnough || len(heard) != 3 || !strings.HasPrefix(heard[0], `status {"version":"first"`) ||
		!strings.HasPrefix(heard[1], `status {"version":"second"`) || !strings.HasPrefix(heard[2], `alarm {"code":"no_pulse"`) {
		t.Errorf("%v, heard %q", err, heard)
	}
}

func TestAStreamEndsWithTheServer(t *testing.T) {
	d := watched{Watchers: new(Watchers)}
	path, end := serve(t, d) // which fails when Run does not return
	err := environment(t).Client(path).Watch(t.Context(), func(Event) error { end(); return nil })
	if !errors.Is(err, errSilent) {
		t.Error(err)
	}
	if d.Watched() {
		t.Error("someone is still watching")
	}
}

func TestAStreamLastsLongerThanAnAnswerMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := watched{Watchers: new(Watchers)}
		ctx, end := context.WithCancel(t.Context())
		w := &paced{ResponseRecorder: httptest.NewRecorder()}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			Server{d}.ServeHTTP(w, httptest.NewRequest("GET", "/v1/watch", nil).WithContext(ctx))
		}()
		for range 60 {
			<-time.After(time.Second)
			d.Publish(statusEvent(t, Status{}))
			synctest.Wait()
			if left := time.Until(w.write); w.read != (time.Time{}) || left <= time.Second {
				t.Fatalf("%v left to write, until %v to read", left, w.read)
			}
		}
		end()
		<-ended
		if n := strings.Count(w.Body.String(), "event: status\ndata: {"); n != 61 {
			t.Errorf("%d events", n)
		}
		if c := w.Header().Get("Content-Type"); c != "text/event-stream" || w.Code != http.StatusOK {
			t.Errorf("%d, %q", w.Code, c)
		}
	})
}

// paced remembers the deadlines that it is given.
type paced struct {
	*httptest.ResponseRecorder
	read, write time.Time
}

func (p *paced) SetReadDeadline(t time.Time) error  { p.read = t; return nil }
func (p *paced) SetWriteDeadline(t time.Time) error { p.write = t; return nil }

func TestWhoDoesNotReadIsDroppedAndNobodyWaitsForHim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w Watchers
		slow, err := w.Watch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range unread + 1 {
			w.Publish(Event{Name: "status"})
		}
		n := 0
		for range slow {
			n++
		}
		if n != unread || w.Watched() {
			t.Errorf("%d events, watched %v", n, w.Watched())
		}
	})
}

func TestNoMoreWatchThanMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w Watchers
		ctx, end := context.WithCancel(t.Context())
		for range watchers {
			if _, err := w.Watch(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Watch(ctx); !errors.Is(err, ErrWatched) {
			t.Error(err)
		}
		answer := httptest.NewRecorder()
		Server{watched{Watchers: &w}}.ServeHTTP(answer, httptest.NewRequest("GET", "/v1/watch", nil))
		if answer.Code != http.StatusServiceUnavailable {
			t.Errorf("%d %s", answer.Code, answer.Body)
		}
		end()
		synctest.Wait()
		if w.Watched() {
			t.Error("they are still watching")
		}
	})
}

func TestHistoryIsOfASpanThatIsThere(t *testing.T) {
	h := History{Span: "24h", StepSeconds: 10, State: []*string{nil, new("locked")}, BoundSeconds: []*float64{nil, new(1e-6)}}
	path, _ := serve(t, past{h: h})
	c := environment(t).Client(path)
	hears(t, func(ctx context.Context) (Answer[History], error) { return c.History(ctx, "24h") }, h)
	if _, err := c.History(t.Context(), "1y"); err == nil || !strings.Contains(err.Error(), "24h") {
		t.Error(err)
	}
	got, err := c.History(t.Context(), "")
	if err != nil || got.Value.Span != "1h" {
		t.Errorf("%+v, %v", got.Value, err)
	}
}

// past is a daemon that remembers h, of whatever is asked for.
type past struct {
	Daemon
	h History
}

func (p past) History(_ context.Context, span string) (io.WriterTo, error) {
	p.h.Span = span
	return p.h, nil
}
