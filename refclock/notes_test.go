package refclock

import (
	"testing"
	"time"
)

func TestAPulseIsCorrectedByWhatWasSaidOfItAndOnlyOnce(t *testing.T) {
	b := newBench(3 * ms)
	sawtooth := func(k int) time.Duration { return time.Duration(k%21-10) * time.Nanosecond }
	const n = 60
	for k := range n {
		s := day.Add(time.Duration(k) * second)
		if k%7 != 3 { // some are lost on the line
			b.Announce(PulseNote{Second: s, Sawtooth: sawtooth(k)})
		}
		b.Announce(PulseNote{})
		b.pulse(s.Add(sawtooth(k))) // as late as was said
		b.fix(s, s.Add(200*ms))
	}
	if len(b.got) < n-10 {
		t.Fatalf("%d samples; %v", len(b.got), b.errs)
	}
	for _, s := range b.got {
		k := int(nearest(At(s.At, b.slow)).Sub(day) / second)
		want := sawtooth(k)
		if k%7 == 3 {
			want = 0
		}
		if s.Sawtooth != want || k%7 != 3 && s.Offset+s.Sawtooth != b.slow {
			t.Errorf("second %d: offset %v, sawtooth %v, want %v", k, s.Offset, s.Sawtooth, want)
		}
	}
	b.Announce(PulseNote{Second: day, Sawtooth: 5})
	first, said := b.notes.sawtooth(day)
	if again, twice := b.notes.sawtooth(day); first != 5 || !said || again != 0 || twice {
		t.Errorf("%v %v, then %v %v", first, said, again, twice)
	}
}
