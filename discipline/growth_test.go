package discipline

import (
	"testing"
	"time"
)

func TestALatencyThatHidesIsThereEverySecond(t *testing.T) {
	g := Growth{Sigmas: sigmas, Phase: 1e-14} // 100 ns
	for _, c := range []struct {
		unseen float64 // s
		want   time.Duration
	}{{0, 400}, {100e-9, 413}, {300e-9, 550}, {3e-6, 3250}} {
		g.Unseen = c.unseen
		if own := g.Own(0); (own - c.want).Abs() > 1 {
			t.Errorf("%g s unseen: %v, not %v", c.unseen, own, c.want)
		}
	}
}

func TestASpikeThatIsUsualIsOnTheWireAlone(t *testing.T) {
	s := Snapshot{LastSample: 1, Growth: Growth{Sigmas: sigmas, Phase: 1e-14, Sudden: 20e-6, Receiver: 20 * time.Microsecond}}
	news := s.DispersionAt(1)
	s.Growth.Receiver, s.Growth.Spike = 0, s.Growth.Receiver
	if bound := s.BoundAt(1 + 1e9); bound > time.Microsecond {
		t.Errorf("the bound is %v", bound)
	}
	if usual := s.DispersionAt(1); usual != news {
		t.Errorf("root dispersion %v, for a spike that is news %v", usual, news)
	}
}
