package discipline

import (
	"sort"
	"time"

	"gpsntpd/hw"
)

// Holdover: the time after the last usable sample, in which the clock runs by what was
// learnt. It lasts while the bound, which Growth knows, is within the limit.

// SilentAfter is how long the last usable sample may be past before the state
// is holdover.
const SilentAfter = 10 * time.Second

// Within forecasts for how long after now the bound stays below limit if there is
// no other sample, to the second and at most 30 days: below MaxError that is until
// the state is Unsynchronized.
func (s *Snapshot) Within(limit time.Duration, now hw.Time) time.Duration {
	if s.LastSample == 0 {
		return 0
	}
	return s.Growth.Within(limit, now.Sub(s.Measured))
}

// Silent reports whether samples have stopped when the local clock shows now.
func (s *Snapshot) Silent(now hw.Time) bool {
	return s.LastSample != 0 && now.Sub(s.LastSample) > SilentAfter
}

// longest is the longest time that is forecast.
const longest = 30 * 24 * time.Hour

// Within forecasts for how long, from dt after the measurement on, the bound stays
// below limit without another one: to the second, at most 30 days.
func (g *Growth) Within(limit, dt time.Duration) time.Duration {
	exceeded := func(s int) bool { return g.After(dt+time.Duration(s+1)*time.Second) > limit }
	return time.Duration(sort.Search(int(longest/time.Second), exceeded)) * time.Second
}
