package verify

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// edge is between which two values the offset of a clock lies that shows whole seconds
// only: it is found by asking around the moment at which its second changes.
type edge struct {
	least, most time.Duration
	answers     int
}

// add takes an answer: at some moment between sent and came the clock showed a second. It
// reports whether that fits what was known.
func (e *edge) add(sent, came, second time.Time) bool {
	least, most := second.Sub(came), second.Add(time.Second).Sub(sent)
	if e.answers++; e.answers == 1 {
		e.least, e.most = least, most
		return true
	}
	e.least, e.most = max(e.least, least), min(e.most, most)
	return e.least <= e.most
}

// reading is the middle of what is possible.
func (e *edge) reading() Reading {
	return Reading{Offset: e.least + (e.most-e.least)/2, Bound: (e.most-e.least)/2 + 1, Samples: e.answers}
}

// parts are how many a round of questions cuts what is possible into.
const parts = 4

// moments are, in their order, when the next round of questions is best to be asked, so that the clock
// reads each of them half a round trip later: the clock's second changes then if its
// offset is one of those that cut what is possible into equal parts.
func (e *edge) moments(now time.Time, trip time.Duration) (all [parts - 1]time.Time) {
	for i := range all {
		offset := e.least + (e.most-e.least)*time.Duration(i+1)/parts
		shown := now.Add(trip/2 + offset)
		all[i] = now.Add(shown.Truncate(time.Second).Add(time.Second).Sub(shown))
	}
	slices.SortFunc(all[:], time.Time.Compare)
	return all
}

// What ends the search: less than this many round trips are left, or nothing is gained.
const (
	fineTrips  = 2
	mostRounds = 8
	shortest   = 50 * time.Microsecond
)

// readHTTP finds where the second of a web server's Date begins.
func readHTTP(ctx context.Context, t Target) (Reading, error) {
	w := newWeb(t)
	defer w.close()
	url := string(t.Method) + "://" + t.address() + "/"
	var e edge
	trip := answerTimeout
	ask := func() error {
		response, x, err := w.ask(ctx, http.MethodHead, url)
		if err != nil {
			return err
		}
		response.Body.Close()
		shown, err := http.ParseTime(response.Header.Get("Date"))
		switch age := response.Header.Get("Age"); {
		case err != nil:
			return useless("its answer has no date")
		case age != "" && age != "0":
			return useless("a cache answers, with what was right some time ago")
		}
		if e.answers > 0 { // the first one has opened the connection
			trip = min(trip, x.came.Sub(x.sent))
		}
		if !e.add(x.sent, x.came, shown) {
			return useless("several clocks answer, or one that is being set")
		}
		return nil
	}
	for range 2 {
		if err := ask(); err != nil {
			return Reading{}, err
		}
	}
	for range mostRounds {
		before := e.most - e.least
		if before < max(fineTrips*trip, shortest) {
			break
		}
		for _, at := range e.moments(time.Now(), trip) {
			if !sleep(ctx, time.Until(at)) {
				return e.reading(), nil // what is known is true all the same
			}
			if err := ask(); err != nil {
				return Reading{}, err
			}
		}
	}
	return e.reading(), nil
}

// sleep waits, and reports whether the context has not ended meanwhile.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
