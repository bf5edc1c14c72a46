package discipline

import (
	"testing"
	"time"

	"gpsntpd/refclock"
)

// suspend lets d pass in which the crystal stands still. A steered clock is set
// forward at its end, by what a clock that counts seconds has seen of it.
func (b *bench) suspend(d, forward time.Duration) {
	b.truth = b.truth.Add(d)
	b.phase -= float64(d)
	b.asleep += d
	b.anchor.Time = b.anchor.Time.Add(forward)
}

func TestAMachineThatSleptClaimsNothingUntilItHasHeardTheTimeAgain(t *testing.T) {
	for _, c := range []struct {
		name          string
		for_, forward time.Duration
	}{
		{"steered", 2 * time.Minute, 2*time.Minute + 400*time.Millisecond},
		{"steered, by whole seconds", 8 * time.Hour, 8 * time.Hour},
		{"not steered", 2 * time.Minute, 0},
		{"not steered, for a moment", 300 * time.Millisecond, 0},
	} {
		b := newBench(t, 0, 20e-6)
		for range 600 {
			b.second(b.noise(time.Microsecond))
		}
		b.suspend(c.for_, c.forward)
		if s := b.Snapshot(); s.Agrees(b.read()) {
			t.Errorf("%s: an answer before the first tick claims to be right, wrong by %v", c.name, b.wrong())
		}
		b.ticks(1, 100*time.Millisecond)
		if s := b.Snapshot(); s.State != Starting || s.DispersionAt(b.read().Time) != MaxDispersion {
			t.Errorf("%s: %v, root dispersion %v", c.name, s.State, s.DispersionAt(b.read().Time))
		}
		for range 30 {
			b.second(b.noise(time.Microsecond))
			b.honest(c.name)
		}
		if e := b.wrong().Abs(); e > 5*time.Microsecond || b.state != Locked {
			t.Errorf("%s: half a minute later %v, wrong by %v", c.name, b.state, e)
		}
		if off := refclock.Offset(b.truth, b.read().Time).Abs(); off > time.Millisecond || b.Counts.Interference != 0 {
			t.Errorf("%s: the clock is off by %v; %d moves of someone else", c.name, off, b.Counts.Interference)
		}
	}
}
