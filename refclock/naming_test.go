package refclock

import (
	"testing"
	"time"

	"gpsntpd/hw"
)

// moves plays a clock that follows pulses, which are late by that from then on, as
// sentences are, and returns the samples of the second that is named anew.
func moves(latency, pulses, sentences time.Duration) *bench {
	b := newBench(0)
	b.width = 20 * ms
	b.seconds(day, 100, constant(latency))
	b.got = b.got[:1]
	b.Forget()
	for k := range 30 {
		s := day.Add(time.Duration(1000+k) * second)
		at := s.Add(pulses)
		named, heard := s.Add(-sentences.Truncate(second)), s.Add(latency+sentences%second)
		if heard < at {
			b.fix(named, heard)
		}
		if b.named == 0 {
			e, err := b.Edge(hw.Edge{At: b.local(at), Width: b.width}, 0)
			b.take(err, e)
		}
		if heard >= at {
			b.fix(named, heard)
		}
	}
	b.got = b.got[1:]
	return b
}

func TestSentencesTellWhetherThePulseOrTheClockHasMoved(t *testing.T) {
	for _, c := range []struct {
		latency, pulses, sentences time.Duration
		want                       Moved
	}{
		{200 * ms, 0, 0, MovedUnknown},
		{200 * ms, 50 * ms, 0, MovedPulse},
		{200 * ms, -300 * ms, 0, MovedPulse},
		{200 * ms, 50 * ms, 50 * ms, MovedClock},
		{200 * ms, 150 * ms, 5150 * ms, MovedClock},
		{200 * ms, 0, 5 * second, MovedUnknown},
		{200 * ms, 50 * ms, 350 * ms, MovedUnknown},
	} {
		b := moves(c.latency, c.pulses, c.sentences)
		if len(b.got) == 0 {
			t.Errorf("%+v: no sample, rejected %v", c, b.errs)
		}
		for _, s := range b.got {
			if s.Source == FromPulse && s.Moved != c.want {
				t.Errorf("%+v: moved %v", c, s.Moved)
				break
			}
		}
	}
}

func TestAPulseThatMovesBehindItsSentencesNamesNoOtherSecond(t *testing.T) {
	if b := moves(56*ms, 153*ms, 0); len(b.got) != 0 || b.errs[ErrAmbiguous] == 0 {
		t.Errorf("%d samples, rejected %v", len(b.got), b.errs)
	}
}

func TestCopiesOfDamagedSentencesNameNoSecond(t *testing.T) {
	b := newBench(0)
	for k := range 300 { // in each second the sentence is damaged, and that before it comes whole
		s := day.Add(time.Duration(k) * second)
		b.pulse(s)
		b.Damaged(b.local(s.Add(120 * ms)))
		b.fix(s.Add(-second), s.Add(130*ms))
	}
	if len(b.got) != 0 {
		t.Errorf("%d samples, rejected %v", len(b.got), b.errs)
	}
}

func TestSomeDamageDelaysTheNamingOnly(t *testing.T) {
	b := newBench(0)
	for k := range 60 {
		s := day.Add(time.Duration(k) * second)
		b.pulse(s)
		if k%3 == 0 {
			b.Damaged(b.local(s.Add(120 * ms)))
			continue
		}
		b.fix(s, s.Add(120*ms))
	}
	b.seconds(day.Add(60*second), 10, constant(120*ms))
	if len(b.got) == 0 {
		t.Errorf("no sample, rejected %v", b.errs)
	}
}
