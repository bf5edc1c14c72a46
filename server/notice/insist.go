package notice

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	attempts   = 5           // are made for a notice that is refused
	firstPause = time.Second // until the second attempt, then each time twice as long
	// longestPause is how long a service may have us wait: it would hold up all that
	// comes after. Of those that are known the strictest asks for ten minutes.
	longestPause = 15 * time.Minute
	// outage is how long at least a notice is kept while no one can be reached: a switch
	// restarts in minutes, and a provider's fault is mostly repaired within the hour.
	outage      = time.Hour
	outagePause = 5 * time.Minute  // the longest then
	outageTold  = 15 * time.Second // the log says when a pause is longer
)

// passing is a failure that may be none the next time.
type passing struct {
	error
	pause time.Duration // that is asked for until then; 0: none
	away  bool          // no connection was made: no one has refused anything
}

// away reports whether no one could be reached.
func away(err error) bool {
	failed, _ := errors.AsType[passing](err)
	return failed.away
}

// insist delivers n by way, again and again where that may help. It calls late once if
// no one can be reached and the network may be away for longer.
func insist(ctx context.Context, way Way, n Notice, pause time.Duration, late func(error)) error {
	began, told := time.Now(), false
	for next := pause; ; next = min(2*next, outagePause) {
		err := ask(ctx, way, n, pause)
		if !away(err) || time.Since(began) >= outage {
			return err
		}
		if next > outageTold && !told {
			told = true
			late(err)
		}
		if err := wait(ctx, next); err != nil {
			return err
		}
	}
}

// ask is insist while someone is there, who may refuse.
func ask(ctx context.Context, way Way, n Notice, pause time.Duration) error {
	for attempt := 1; ; attempt++ {
		_, err := way.Try(ctx, n)
		again, passes := errors.AsType[passing](err)
		switch {
		case err == nil || !passes || again.away || attempt == attempts:
			return err
		case again.pause > longestPause:
			return fmt.Errorf("%w; it is to be tried again in %v, which is too long", err, again.pause)
		}
		if err := wait(ctx, max(pause, again.pause)); err != nil {
			return err
		}
		pause *= 2
	}
}

// wait waits, or tells that ctx has ended.
func wait(ctx context.Context, pause time.Duration) error {
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
