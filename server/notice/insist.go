package notice

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	attempts   = 5           // are made for a notice
	firstPause = time.Second // until the second attempt, then each time twice as long
	// longestPause is how long a service may have us wait: it would hold up all that
	// comes after. Of those that are known the strictest asks for ten minutes.
	longestPause = 15 * time.Minute
)

// passing is a failure that may be none the next time.
type passing struct {
	error
	pause time.Duration // that is asked for until then; 0: none
}

// insist delivers n by way, again and again where that may help.
func insist(ctx context.Context, way Way, n Notice, pause time.Duration) error {
	for attempt := 1; ; attempt++ {
		_, err := way.Try(ctx, n)
		again, passes := errors.AsType[passing](err)
		switch {
		case err == nil || !passes || attempt == attempts:
			return err
		case again.pause > longestPause:
			return fmt.Errorf("%w; it is to be tried again in %v, which is too long", err, again.pause)
		}
		select {
		case <-time.After(max(pause, again.pause)):
			pause *= 2
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
