package udp

import (
	"time"

	"gpsntpd/hw"
)

// gather lets requests gather, where they come one by one and many a second: to
// be woken up for each costs several times what its answer does. An answer that
// comes later by that is no worse: the client leaves out the time between the
// two timestamps of the server.
//
// Who waits for an answer before the next request would only be slowed down, so
// it looks whether as many requests come as without. The zero value begins to look.
type gather struct {
	end       hw.Raw // of the slice
	requests  int    // in the slice so far
	batches   int    // that they came in
	pausing   bool
	undelayed int // requests in a slice without pauses, in the mean of the last ones
	hold      int // slices before it is tried again
	patience  int // what that is after the next failure
}

const (
	slice         = hw.Raw(10 * time.Millisecond)
	leastPatience = 4   // slices; what stops them once may be chance
	mostPatience  = 128 // slices; how seldom it is tried where it never pays

	worthwhile = 100                    // requests in a slice: more than one in a pause
	pause      = 100 * time.Microsecond // which the kernel makes half as long again
	full       = batchSize / 2          // requests that have gathered without a pause
)

// took takes that n requests came together, when the raw clock showed now, and
// returns how long to wait for the next ones.
func (g *gather) took(n int, now hw.Raw) time.Duration {
	if now >= g.end {
		g.decide(now > g.end+slice)
		g.end, g.requests, g.batches = now+slice, 0, 0
	}
	g.requests += n
	g.batches++
	if g.pausing && n < full {
		return pause
	}
	return 0
}

// decide whether there are pauses in the slice that begins. That which ended
// tells nothing if there was silence in it.
func (g *gather) decide(silence bool) {
	few := g.requests < worthwhile
	switch {
	case silence:
		g.pausing = false
	case g.pausing && 4*g.requests < 3*g.undelayed:
		g.pausing, g.hold, g.patience = false, g.patience, min(2*g.patience, mostPatience)
	case g.pausing:
		g.pausing, g.patience = !few, leastPatience
	default:
		g.undelayed = (g.undelayed + g.requests) / 2
		g.patience = max(g.patience, leastPatience)
		g.hold = max(g.hold-1, 0)
		g.pausing = !few && g.hold == 0 && g.requests < full*g.batches
	}
}
