package refclock

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"gpsntpd/hw"
)

const (
	second = time.Second
	ms     = time.Millisecond
	day    = UTC(1_770_000_000 * second) // some whole second
)

// bench plays pulses and sentences to a Pairer; its local clock is slow by slow.
type bench struct {
	Pairer
	slow  time.Duration
	width time.Duration // of the pulses, 0: their other edge is not captured
	errs  map[error]int
	got   []Sample
}

func newBench(slow time.Duration) *bench { return &bench{slow: slow, errs: map[error]int{}} }

func (b *bench) local(u UTC) hw.Time { return hw.Time(u.Add(-b.slow)) }

func (b *bench) take(err error, all ...Sample) {
	if err != nil {
		b.errs[err]++
		return
	}
	b.got = append(b.got, all...)
}

// estimate is what a controller makes of the samples: the truth, once it has one.
func (b *bench) estimate() time.Duration {
	if len(b.got) == 0 {
		return 0
	}
	return b.slow
}

func (b *bench) pulse(u UTC) {
	s, err := b.Edge(hw.Edge{At: b.local(u), Width: b.width}, b.estimate())
	b.take(err, s)
}

func (b *bench) fix(named UTC, heard UTC) {
	all, err := b.Fix(Fix{UTC: named, Heard: b.local(heard), Valid: true}, b.estimate())
	b.take(err, all...)
}

// seconds plays n seconds from u with sentences that come after latency(k).
func (b *bench) seconds(u UTC, n int, latency func(k int) time.Duration) {
	type sentence struct{ named, heard UTC }
	var due []sentence
	for k := range n {
		s := u.Add(time.Duration(k) * second)
		for len(due) > 0 && due[0].heard < s {
			b.fix(due[0].named, due[0].heard)
			due = due[1:]
		}
		b.pulse(s)
		due = append(due, sentence{s, s.Add(latency(k))})
	}
	for _, d := range due {
		b.fix(d.named, d.heard)
	}
}

func constant(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }

func TestTheRightSecondIsNamedHoweverLateTheSentenceIs(t *testing.T) {
	for _, latency := range []time.Duration{6 * ms, 20 * ms, 121 * ms, 500 * ms, 520 * ms, 700 * ms, 950 * ms, 979 * ms} {
		for _, slow := range []time.Duration{0, 400 * ms, -700 * ms, 3600 * second, 40 * 365 * 24 * 3600 * second} {
			b := newBench(slow)
			b.width = 100 * ms
			b.seconds(day, 30, constant(latency))
			if len(b.got) < 20 {
				t.Errorf("latency %v, slow %v: %d samples, rejected %v", latency, slow, len(b.got), b.errs)
			}
			for _, s := range b.got {
				if s.Offset != slow {
					t.Fatalf("latency %v: offset %v, want %v", latency, s.Offset, slow)
				}
			}
			if m := b.Latency().Margin(); m != min(latency, second-latency) {
				t.Errorf("latency %v: margin %v", latency, m)
			}
		}
	}
}

func TestASentenceThatMayFollowTheEndOfThePulseBeforeNamesNothingWhereOneEdgeIsSeen(t *testing.T) {
	for _, width := range []time.Duration{0, 800 * ms} {
		b := newBench(0)
		b.width = width
		b.seconds(day, 100, constant(920*ms)) // 20 ms after the end of a pulse of 100 ms, say
		if len(b.got) != 0 || b.errs[ErrAmbiguous] == 0 {
			t.Errorf("width %v: %d samples, rejected %v", width, len(b.got), b.errs)
		}
	}
}

func TestNoSecondIsNamedWhenSentencesStraddleThePulse(t *testing.T) {
	for _, spread := range []time.Duration{25 * ms, 60 * ms} {
		b := newBench(0)
		b.seconds(day, 200, func(k int) time.Duration { return 990*ms + time.Duration(k*37%100-50)*spread/50 })
		if len(b.got) != 0 {
			t.Errorf("spread %v: %d samples", spread, len(b.got))
		}
		if b.errs[ErrAmbiguous] == 0 {
			t.Errorf("spread %v: rejected for %v", spread, b.errs)
		}
	}
}

func TestASentenceOffTheSecondNamesThePulseByItsArrival(t *testing.T) {
	b := newBench(250 * ms)
	for k := range 20 { // solutions at .438 of each second, heard 700 ms later: after the next pulse
		s := day.Add(time.Duration(k) * second)
		b.pulse(s)
		b.fix(s.Add(438*ms-second), s.Add(138*ms))
	}
	for _, s := range b.got {
		if s.Offset != 250*ms {
			t.Fatalf("offset %v", s.Offset)
		}
	}
	if len(b.got) < 15 {
		t.Errorf("%d samples, rejected %v", len(b.got), b.errs)
	}
}

func TestAPersistentlyWrongSecondStopsSamplesAndNeverMovesThem(t *testing.T) {
	for _, lie := range []time.Duration{second, -2 * second, 1024 * 7 * 24 * 3600 * second} {
		b := newBench(0)
		b.seconds(day, 30, constant(200*ms))
		before := len(b.got)
		for k := 30; k < 130; k++ {
			s := day.Add(time.Duration(k) * second)
			b.pulse(s)
			b.fix(s.Add(lie), s.Add(200*ms))
		}
		if n := len(b.got) - before; n > disagreeing {
			t.Errorf("lie %v: %d samples while sentences disagree", lie, n)
		}
		for _, s := range b.got {
			if s.Offset != 0 {
				t.Fatalf("lie %v: offset %v", lie, s.Offset)
			}
		}
		if !b.Doubts(b.local(day.Add(130*second)), false) {
			t.Errorf("lie %v: not doubted after 100 s", lie)
		}
		b.seconds(day.Add(130*second), 10, constant(200*ms))
		if n := len(b.got) - before; n < 5 {
			t.Errorf("lie %v: only %d samples after the truth returned", lie, n)
		}
	}
}

func TestGlitchesAndMissingPulsesYieldNoWrongSample(t *testing.T) {
	b := newBench(0)
	b.width = 100 * ms
	for k := range 600 {
		s := day.Add(time.Duration(k) * second)
		if k%13 != 5 {
			b.pulse(s)
		}
		if k%7 == 3 {
			b.pulse(s.Add(time.Duration(k*k%900+30) * ms))
		}
		b.fix(s, s.Add(950*ms))
	}
	for _, s := range b.got {
		if s.Offset.Abs() > nearSecond {
			t.Fatalf("offset %v", s.Offset)
		}
	}
	if len(b.got) < 500 || b.errs[ErrGlitch] < 70 {
		t.Errorf("%d samples, rejected %v", len(b.got), b.errs)
	}
}

func TestSentencesOnBothSidesOfThePulseHardlyEverNameAWrongSecond(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const starts = 2000
	for mean, allowed := range map[time.Duration]int{930 * ms: 0, 950 * ms: 1, 970 * ms: 2, 1000 * ms: 2 * starts / 100} {
		wrong := 0
		for range starts {
			b := newBench(0)
			b.width = 100 * ms
			b.seconds(day, 60, func(int) time.Duration { return mean + time.Duration(rng.NormFloat64()*float64(30*ms)) })
			if len(b.got) != 0 && b.got[0].Offset != 0 {
				wrong++
			}
		}
		if wrong > allowed { // three in a row that all come late look like three that come early
			t.Errorf("sentences %v ± 30 ms after their pulse: %d of %d starts are wrong", mean, wrong, starts)
		}
	}
}

func TestTwoEdgesASecondYieldOnePulse(t *testing.T) {
	for _, after := range []time.Duration{0, 300 * time.Microsecond, 1500 * time.Microsecond, 100 * ms} {
		b := newBench(0)
		for k := range 60 {
			s := day.Add(time.Duration(k) * second)
			b.pulse(s)
			b.pulse(s.Add(after))
			b.fix(s, s.Add(60*ms))
		}
		for _, s := range b.got {
			if s.Offset != 0 {
				t.Fatalf("%v after: offset %v", after, s.Offset)
			}
		}
		if len(b.got) < 50 {
			t.Errorf("%v after: %d samples, rejected %v", after, len(b.got), b.errs)
		}
	}
}

func TestALatencyThatChangesIsFollowed(t *testing.T) {
	b := newBench(0)
	b.seconds(day, 60, constant(100*ms))
	b.seconds(day.Add(60*second), 300, constant(650*ms))
	if n := b.errs[ErrDisagrees]; n != 0 || len(b.got) < 350 {
		t.Errorf("%d samples, rejected %v", len(b.got), b.errs)
	}
}

func TestADisturbedClockNamesNothingBeforeASentenceConfirms(t *testing.T) {
	b := newBench(0)
	b.seconds(day, 20, constant(200*ms))
	n := len(b.got)
	b.Disturbed()
	b.pulse(day.Add(20 * second))
	if len(b.got) != n {
		t.Error("a pulse was taken")
	}
	b.fix(day.Add(20*second), day.Add(20*second+200*ms))
	b.pulse(day.Add(21 * second))
	if len(b.got) != n+1 {
		t.Errorf("%d samples after the sentence", len(b.got)-n)
	}
}

func TestAStepOfTheClockDoesNotLoseTheSecond(t *testing.T) {
	b := newBench(300 * ms)
	b.width = 100 * ms
	b.seconds(day, 10, constant(950*ms))
	b.seconds(day.Add(10*second), 10, constant(950*ms))
	n := len(b.got)
	b.slow = 0 // and so the estimate
	b.Moved(300 * ms)
	b.seconds(day.Add(20*second), 10, constant(950*ms))
	if len(b.got)-n < 9 {
		t.Errorf("%d samples after the step, rejected %v", len(b.got)-n, b.errs)
	}
	for _, s := range b.got[n:] {
		if s.Offset != 0 {
			t.Fatalf("offset %v after the step", s.Offset)
		}
	}
}

func TestWithoutPulsesSentencesTellTheTimeWithinTheirLatency(t *testing.T) {
	b := newBench(5 * second)
	for k := range 60 {
		s := day.Add(time.Duration(k) * second)
		b.fix(s, s.Add(130*ms))
	}
	if len(b.got) < 40 || b.got[0].Source != FromSentence {
		t.Fatalf("%d samples, rejected %v", len(b.got), b.errs)
	}
	for _, s := range b.got {
		if e := (s.Offset - 5*second).Abs(); e > s.Dispersion {
			t.Fatalf("off by %v, dispersion %v", e, s.Dispersion)
		}
	}
}

func TestAVoidFixStopsThePulse(t *testing.T) {
	b := newBench(0)
	b.seconds(day, 20, constant(200*ms))
	n := len(b.got)
	void := Fix{UTC: day.Add(20 * second), Heard: b.local(day.Add(20*second + 200*ms)), Reason: ErrNoFix}
	if _, err := b.Fix(void, 0); !errors.Is(err, ErrNoFix) {
		t.Errorf("void fix: %v", err)
	}
	b.pulse(day.Add(21 * second))
	if len(b.got) != n || b.errs[ErrUnconfirmed] != 1 {
		t.Errorf("%d samples after a void fix, rejected %v", len(b.got)-n, b.errs)
	}
}

func TestALatencyThatWasLearntBeforeIsNoClaim(t *testing.T) {
	for _, earlier := range []time.Duration{50 * ms, 500 * ms, 950 * ms} {
		for _, latency := range []time.Duration{5 * ms, 480 * ms, 990 * ms} { // of another receiver
			b := newBench(0)
			b.EarlierLatency = earlier
			for k := range 30 {
				s := day.Add(time.Duration(k) * second)
				b.fix(s, s.Add(latency))
			}
			if len(b.got) == 0 {
				t.Fatalf("%v, %v: no samples, rejected %v", earlier, latency, b.errs)
			}
			for _, s := range b.got {
				if s.Offset.Abs() > s.Dispersion {
					t.Fatalf("%v, %v: off by %v, dispersion %v", earlier, latency, s.Offset, s.Dispersion)
				}
			}
		}
	}
}

func TestASentenceThatAgreesDoesNotUndoThoseThatDoNot(t *testing.T) {
	b := newBench(0)
	b.seconds(day, 30, constant(200*ms))
	for k := 30; k < 60; k++ { // copies of old sentences, and the originals now and then
		s := day.Add(time.Duration(k) * second)
		b.pulse(s)
		lie := -second
		if k%2 == 0 {
			lie = 0
		}
		b.fix(s.Add(lie), s.Add(200*ms))
	}
	if b.errs[ErrDisagrees] < 15 || !b.Doubts(b.local(day.Add(60*second)), false) {
		t.Errorf("not doubted; rejected %v", b.errs)
	}
}

func TestSentencesThatWereHeldUpAreNoDisagreement(t *testing.T) {
	b := newBench(0)
	b.seconds(day, 30, constant(200*ms))
	resumed := day.Add(38*second + 100*ms) // the machine has paused, and hears all of them at once
	for k := 30; k < 38; k++ {
		b.fix(day.Add(time.Duration(k)*second), resumed.Add(time.Duration(k)*ms))
	}
	b.seconds(day.Add(38*second), 5, constant(200*ms))
	if b.Doubts(b.local(day.Add(43*second)), false) {
		t.Errorf("doubted; rejected %v", b.errs)
	}
	b.seconds(day.Add(43*second), 10, constant(1400*ms)) // but not when they stay late
	if !b.Doubts(b.local(day.Add(53*second)), false) {
		t.Errorf("not doubted; rejected %v", b.errs)
	}
}

func TestPulsesAtAnotherPlaceThanTheSecondsAreDoubtedOnlyWhileTheReceiverStandsByItsTime(t *testing.T) {
	for _, valid := range []bool{true, false} {
		b := newBench(0)
		b.seconds(day, 30, constant(200*ms))
		for k := 30; k < 34; k++ {
			s := day.Add(time.Duration(k) * second)
			b.pulse(s.Add(30 * ms))
			if valid {
				b.fix(s, s.Add(200*ms))
			} else {
				_, err := b.Fix(Fix{Heard: b.local(s.Add(200 * ms)), Reason: ErrNoFix}, 0)
				b.take(err)
			}
		}
		if got := b.Doubts(b.local(day.Add(34*second)), false); got != valid {
			t.Errorf("valid %v: doubted %v; rejected %v", valid, got, b.errs)
		}
	}
}

func TestGlitchesAreNoPulseAtAnotherPlace(t *testing.T) {
	b := newBench(0)
	for k := range 100 { // one edge more in each second, which is as regular as the pulse
		s := day.Add(time.Duration(k) * second)
		b.pulse(s)
		if k > 30 {
			b.pulse(s.Add(400 * ms))
		}
		b.fix(s, s.Add(600*ms))
		if b.Doubts(b.local(s), false) {
			t.Fatalf("doubted after %d s; rejected %v", k, b.errs)
		}
	}
	if len(b.got) < 95 {
		t.Errorf("%d samples, rejected %v", len(b.got), b.errs)
	}
}
