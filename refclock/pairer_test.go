package refclock

import (
	"errors"
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
	slow time.Duration
	errs map[error]int
	got  []Sample
}

func newBench(slow time.Duration) *bench { return &bench{slow: slow, errs: map[error]int{}} }

func (b *bench) local(u UTC) hw.Time { return hw.Time(u.Add(-b.slow)) }

func (b *bench) take(s Sample, err error) {
	switch {
	case err != nil:
		b.errs[err]++
	case s.Source != 0:
		b.got = append(b.got, s)
	}
}

func (b *bench) pulse(u UTC) { b.take(b.Edge(hw.Edge{At: b.local(u)})) }

func (b *bench) fix(named UTC, heard UTC) {
	b.take(b.Fix(Fix{UTC: named, Heard: b.local(heard), Valid: true}))
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
		if !b.Doubts(b.local(day.Add(130 * second))) {
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

func TestAStepOfTheClockDoesNotLoseTheSecond(t *testing.T) {
	b := newBench(300 * ms)
	b.seconds(day, 10, constant(950*ms))
	b.seconds(day.Add(10*second), 10, constant(950*ms))
	n := len(b.got)
	b.slow = 0
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
	if _, err := b.Fix(void); !errors.Is(err, ErrNoFix) {
		t.Errorf("void fix: %v", err)
	}
	b.pulse(day.Add(21 * second))
	if len(b.got) != n || b.errs[ErrUnconfirmed] != 1 {
		t.Errorf("%d samples after a void fix, rejected %v", len(b.got)-n, b.errs)
	}
}
