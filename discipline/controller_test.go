package discipline

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// bench is an oscillator and the clock that a Controller steers over it, both
// exact; truth is in nanoseconds of UTC.
type bench struct {
	*Controller
	t       *testing.T
	rng     *rand.Rand
	truth   refclock.UTC
	phase   float64 // raw − truth, ns
	rate    float64 // of the oscillator, minus 1
	walk    float64 // per √s
	anchor  hw.Reading
	applied hw.Frequency
	asleep  time.Duration
	actions []Action
}

func newBench(t *testing.T, off time.Duration, rate float64) *bench {
	b := &bench{
		Controller: NewController(Options{}), t: t, rng: rand.New(rand.NewPCG(1, 2)),
		truth: 1_770_000_000e9, rate: rate,
	}
	b.anchor = hw.Reading{Raw: b.raw(), Time: hw.Time(b.truth.Add(-off))}
	return b
}

func (b *bench) raw() hw.Raw { return hw.Raw(float64(b.truth-1_770_000_000e9) + b.phase) }

func (b *bench) read() hw.Reading {
	raw := b.raw()
	return hw.Reading{Raw: raw, Time: line{b.anchor, b.applied}.at(raw), Asleep: b.asleep}
}

// after lets d pass, in which no one acts.
func (b *bench) after(d time.Duration) {
	b.truth = b.truth.Add(d)
	b.phase += b.rate * float64(d)
	b.rate += b.walk * math.Sqrt(d.Seconds()) * b.rng.NormFloat64()
}

func (b *bench) apply(a Action) {
	b.actions = append(b.actions, a)
	r := b.read()
	if a.Steer {
		b.anchor, b.applied = r, a.Frequency
	}
	b.anchor.Time = b.anchor.Time.Add(a.Step)
}

// wrong is how wrong the served time is.
func (b *bench) wrong() time.Duration {
	s, r := b.Snapshot(), b.read()
	return refclock.At(r.Time, s.OffsetAt(r.Time)).Sub(b.truth)
}

// second plays a pulse with the given error, then ticks at 10 Hz to the next.
func (b *bench) second(late time.Duration) {
	r := b.read()
	s := refclock.Sample{At: r.Time.Add(late), Source: refclock.FromPulse, Dispersion: 100}
	s.Offset = refclock.Offset(b.truth, s.At)
	b.after(100 * time.Microsecond)
	b.apply(b.Sample(b.read(), s))
	b.ticks(10, 100*time.Millisecond-10*time.Microsecond)
}

func (b *bench) ticks(n int, every time.Duration) {
	for range n {
		b.after(every)
		b.apply(b.Tick(b.read()))
	}
}

func (b *bench) noise(sigma time.Duration) time.Duration {
	return time.Duration(b.rng.NormFloat64() * float64(sigma))
}

func (b *bench) honest(when string) {
	b.t.Helper()
	s, r := b.Snapshot(), b.read()
	if s.StateAt(r.Time).Synchronized() && s.Agrees(r) {
		if e := b.wrong().Abs(); e > s.DispersionAt(r.Time) {
			b.t.Fatalf("%s: wrong by %v, root dispersion %v", when, e, s.DispersionAt(r.Time))
		}
	}
}

func TestALargeErrorAtStartIsSteppedOnceAndASmallOneNever(t *testing.T) {
	for _, c := range []struct {
		off   time.Duration
		steps uint64
	}{{400 * time.Millisecond, 1}, {-40 * 365 * 24 * time.Hour, 1}, {900 * time.Microsecond, 0}, {0, 0}} {
		b := newBench(t, c.off, 100e-6)
		for range 30 {
			b.second(b.noise(time.Microsecond))
			b.honest("start")
		}
		if b.Counts.Steps != c.steps {
			t.Errorf("off %v: %d steps", c.off, b.Counts.Steps)
		}
		if e := b.wrong().Abs(); e > 5*time.Microsecond {
			t.Errorf("off %v: wrong by %v after 30 s", c.off, e)
		}
		if b.state != Locked {
			t.Errorf("off %v: %v", c.off, b.state)
		}
	}
}

func TestTheBoundContainsTheErrorInLockAndHoldover(t *testing.T) {
	b := newBench(t, 300*time.Millisecond, -60e-6)
	b.walk = 1e-9
	var sum, n, out, worst float64
	for k := range 20000 {
		if k%5000 > 4000 {
			b.ticks(1, time.Second)
		} else {
			b.second(b.noise(time.Microsecond))
		}
		b.honest("long run")
		s, r := b.Snapshot(), b.read()
		e := float64(b.wrong())
		if k > 600 && k%5000 > 300 && k%5000 <= 4000 {
			sum, n = sum+e*e, n+1
		}
		if math.Abs(e) > float64(s.BoundAt(r.Time)) {
			out++
		}
		worst = math.Max(worst, math.Abs(e))
	}
	rms := math.Sqrt(sum / n)
	t.Logf("rms %.0f ns, outside the bound %.0f of 20000, worst %.0f ns, bound %v", rms, out, worst, func() time.Duration { s := b.Snapshot(); return s.BoundAt(b.read().Time) }())
	if rms > 400 || out > 20 {
		t.Errorf("rms %.0f ns, outside the bound %.0f of 20000", rms, out)
	}
}

func TestSilenceIsHoldoverAndThenNotSynchronized(t *testing.T) {
	b := newBench(t, 0, 10e-6)
	for range 120 {
		b.second(b.noise(time.Microsecond))
	}
	b.ticks(90, 100*time.Millisecond)
	if b.state != Locked {
		t.Errorf("after 9 s of silence: %v", b.state)
	}
	b.ticks(30, 100*time.Millisecond)
	if b.state != Holdover {
		t.Errorf("after 12 s of silence: %v", b.state)
	}
	b.ticks(86400, time.Second)
	if b.state != Unsynchronized {
		t.Errorf("after a day of silence: %v", b.state)
	}
	b.second(0)
	if b.ticks(3, time.Second); b.state == Unsynchronized {
		for range 5 {
			b.second(0)
		}
	}
	if b.state != Locked || b.Counts.Steps != 0 {
		t.Errorf("after the pulse came back: %v, %d steps", b.state, b.Counts.Steps)
	}
}

func TestAForeignMoveOfTheClockIsSeenAtOnceAndCured(t *testing.T) {
	for _, d := range []time.Duration{15 * time.Microsecond, -30 * time.Millisecond, 300 * time.Millisecond, -time.Hour} {
		b := newBench(t, 0, 20e-6)
		for range 60 {
			b.second(b.noise(time.Microsecond))
		}
		b.anchor.Time = b.anchor.Time.Add(d)
		if s := b.Snapshot(); s.Agrees(b.read()) {
			t.Errorf("move by %v: still agrees", d)
		}
		b.ticks(1, 100*time.Millisecond)
		b.honest("after a foreign move")
		for range 120 {
			b.second(b.noise(time.Microsecond))
			b.honest("after a foreign move")
		}
		if b.Counts.Interference != 1 || b.wrong().Abs() > 3*time.Microsecond || b.state != Locked {
			t.Errorf("move by %v: %d seen, wrong by %v, %v", d, b.Counts.Interference, b.wrong(), b.state)
		}
		if want := uint64(0); d.Abs() > DefaultStepThreshold {
			if want = 1; b.Counts.Steps != want {
				t.Errorf("move by %v: %d steps", d, b.Counts.Steps)
			}
		}
		if off := refclock.Offset(b.truth, b.read().Time).Abs(); off > 10*time.Microsecond {
			t.Errorf("move by %v: clock off by %v two minutes later", d, off)
		}
	}
}

func TestAForeignFrequencyIsUndoneWithinATick(t *testing.T) {
	b := newBench(t, 0, 20e-6)
	for range 60 {
		b.second(b.noise(time.Microsecond))
	}
	ours := b.applied
	b.anchor, b.applied = b.read(), ours+200*hw.PPM
	b.ticks(1, 100*time.Millisecond)
	if (b.applied-ours).PPM() > 100 || b.Counts.Interference != 1 {
		t.Errorf("frequency %v, ours was %v, %d seen", b.applied.PPM(), ours.PPM(), b.Counts.Interference)
	}
}

func TestSpikesNeitherMoveTheClockNorShutOutTheTruth(t *testing.T) {
	b := newBench(t, 0, 5e-6)
	for k := range 3000 {
		late := b.noise(time.Microsecond)
		if k%20 == 7 {
			late += 100 * time.Microsecond
		}
		b.second(late)
		b.honest("spikes")
		if k > 300 && b.wrong().Abs() > 5*time.Microsecond {
			t.Fatalf("wrong by %v at %d s", b.wrong(), k)
		}
	}
	b.rate += 2e-6 // the crystal jumps: the filter must follow, not reject
	for range 120 {
		b.second(b.noise(time.Microsecond))
	}
	if e := b.wrong().Abs(); e > 3*time.Microsecond {
		t.Errorf("wrong by %v two minutes after a jump of 2 ppm", e)
	}
}

func TestSpikesInARowThatAreUsualDoNotEndTheSynchronization(t *testing.T) {
	b := newBench(t, 0, 5e-6)
	b.opt.MaxError = 60 * time.Microsecond
	lost := 0
	for k := range 4000 {
		late := b.noise(time.Microsecond)
		if b.rng.Float64() < 0.07 {
			late += time.Duration((0.5 + b.rng.Float64()) * 60e3) // as large as the limit of the bound
		}
		b.second(late)
		b.honest("spikes")
		if s := b.Snapshot(); k > 700 && s.StateAt(b.read().Time) != Locked {
			lost++
		}
	}
	if lost > 20 {
		t.Errorf("not locked in %d of 3300 s", lost)
	}
}

func TestDoubtLastsUntilTheNextSample(t *testing.T) {
	b := newBench(t, 0, 5e-6)
	for range 30 {
		b.second(0)
	}
	b.Doubt(b.read())
	b.ticks(20, 100*time.Millisecond)
	if b.state != Unsynchronized {
		t.Errorf("in doubt: %v", b.state)
	}
	b.second(0)
	if b.state != Locked {
		t.Errorf("after the next sample: %v", b.state)
	}
}
