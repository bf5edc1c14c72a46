package notice

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// never is for ways that are there.
func never(t *testing.T) func(error) {
	return func(err error) { t.Errorf("no one is there: %v", err) }
}

// network is a way that leads nowhere for a while, and then refuses some times.
type network struct {
	back    time.Time
	refuses int
	tries   []time.Time
}

func (w *network) String() string { return "webhook" }

func (w *network) Try(context.Context, Notice) (string, error) {
	w.tries = append(w.tries, time.Now())
	switch {
	case time.Now().Before(w.back):
		return "", passing{error: errors.New("network is unreachable"), away: true}
	case w.refuses > 0:
		w.refuses--
		return "", passing{error: errors.New("answered 503")}
	}
	return "200 OK", nil
}

func TestANoticeOutlastsAnHourWithoutANetwork(t *testing.T) {
	for _, c := range []struct {
		gone    time.Duration
		refuses int
		good    bool
		late    int // entries of the log
		lost    string
	}{
		{gone: 0, good: true},
		{gone: 10 * time.Second, good: true},
		{gone: time.Minute, good: true, late: 1},
		{gone: 59 * time.Minute, good: true, late: 1},
		{gone: 20 * time.Minute, refuses: attempts - 1, good: true, late: 1},
		{gone: 20 * time.Minute, refuses: attempts, late: 1, lost: "answered 503"},
		{gone: 2 * time.Hour, late: 1, lost: "network is unreachable"},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			w := &network{back: began.Add(c.gone), refuses: c.refuses}
			late := 0
			err := insist(t.Context(), w, one, firstPause, func(error) { late++ })
			if (err == nil) != c.good || late != c.late || err != nil && err.Error() != c.lost {
				t.Errorf("%v away: %v, told %d times", c.gone, err, late)
			}
			last := began
			for _, at := range w.tries {
				if at.Sub(last) > outagePause {
					t.Errorf("%v away: no attempt for %v", c.gone, at.Sub(last))
				}
				last = at
			}
			if took := time.Since(began); took < min(c.gone, outage) || took > min(c.gone, outage)+outagePause+time.Minute {
				t.Errorf("%v away: it took %v", c.gone, took)
			}
			if n := len(w.tries); n > 30 {
				t.Errorf("%v away: %d attempts", c.gone, n)
			}
		})
	}
}

func TestWhatComesWhileTheNetworkIsAwayWaitsAndComesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		w := &network{back: time.Now().Add(50 * time.Minute)}
		got := &order{network: w}
		p := New(zerolog.New(&log), got)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- p.Run(ctx) }()
		for _, code := range []string{"no_pulse", "holdover", "not_synchronized"} {
			n := one
			n.Code = code
			p.Send(n)
			_ = wait(ctx, time.Minute)
		}
		_ = wait(ctx, time.Hour)
		cancel()
		<-ended
		if want := []string{"no_pulse", "holdover", "not_synchronized"}; !slices.Equal(got.codes, want) {
			t.Errorf("%v, want %v", got.codes, want)
		}
		if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "not delivered yet") {
			t.Errorf("%s", &log)
		}
	})
}

// order notes what a network has delivered.
type order struct {
	*network
	codes []string
}

func (o *order) Try(ctx context.Context, n Notice) (string, error) {
	answer, err := o.network.Try(ctx, n)
	if err == nil {
		o.codes = append(o.codes, n.Code)
	}
	return answer, err
}

func TestOnlyWhoeverCannotBeReachedIsAway(t *testing.T) {
	released := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-released }))
	defer slow.Close()
	defer close(released)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	full, _ := service(t, http.StatusServiceUnavailable, "")
	for _, c := range []struct {
		way  Way
		away bool
		want string
	}{
		{Webhook{URL: "http://127.0.0.1:1/"}, true, "refused"},
		{Webhook{URL: full}, false, "503"},
		{Webhook{URL: slow.URL, Limit: 20 * time.Millisecond}, false, "no answer within 20ms"},
		{Webhook{URL: secure.URL}, false, "certificate"},
		{Mail{Server: "smtp://127.0.0.1:1"}, true, "refused"},
		{Mail{Server: "smtps://127.0.0.1:1"}, true, "refused"},
		{Mail{Server: "smtp://" + deaf.Addr().String(), Limit: 20 * time.Millisecond}, false, "not done within 20ms"},
		{Mail{Server: "smtps://" + deaf.Addr().String(), Limit: 20 * time.Millisecond}, false, "not done within 20ms"},
	} {
		_, err := c.way.Try(t.Context(), one)
		if _, passes := errors.AsType[passing](err); !passes || away(err) != c.away || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, away %v", c.way, err, away(err))
		}
	}
}
