package phc

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gpsntpd/hw"
)

// script is a PTP hardware clock in virtual time: it began at epoch and runs by
// rate slower than the kernel's clock.
type script struct {
	now   time.Duration // since the beginning
	rate  hw.Frequency
	noise time.Duration
	step  time.Duration // that someone has set the kernel's clock by
	after time.Duration // someone makes the kernel's clock faster then …
	by    hw.Frequency  // … by this
	width time.Duration
	err   error
	ended bool
	r     *rand.Rand
}

const (
	epoch   hw.PTP  = 37e9 // TAI, when the kernel's clock showed
	kernel0 hw.Time = 0
)

func newScript() *script {
	return &script{rate: 20 * hw.PPM, noise: 300 * time.Nanosecond, width: 2 * time.Microsecond, r: rand.New(rand.NewPCG(1, 2))}
}

// truth is what both clocks show now.
func (s *script) truth() (hw.PTP, hw.Time) {
	return epoch + hw.PTP(s.now), kernel0.Add(s.now + s.rate.Over(s.now) + s.step + s.extra(s.now))
}

// extra is what the kernel's clock has gained by being made faster.
func (s *script) extra(now time.Duration) time.Duration { return s.by.Over(max(0, now-s.after)) }

func (s *script) Compare() (Comparison, error) {
	p, k := s.truth()
	noise := time.Duration((2*s.r.Float64() - 1) * float64(s.noise))
	return Comparison{PTP: p, Kernel: k.Add(noise), Width: s.width}, s.err
}

func (s *script) Close() error { s.ended = true; return nil }

// seconds lets time pass, and returns the states that t saw in it.
func (s *script) seconds(t *Relation, n int) (seen map[hw.StampState]int, last hw.StampState) {
	seen = map[hw.StampState]int{}
	for range n * int(time.Second/often) {
		s.now += often
		c, _ := s.Compare()
		last = t.Take(c)
		seen[last]++
	}
	return seen, last
}

func TestAClockThatRunsEvenlyIsUsableAndToldToAFractionOfAMicrosecond(t *testing.T) {
	for _, rate := range []hw.Frequency{0, 100 * hw.PPM, -100 * hw.PPM} {
		s, tr := newScript(), Relation{}
		s.rate = rate
		if seen, state := s.seconds(&tr, 20); state != hw.StampsUsable || seen[hw.StampsUnstable] > 0 || seen[hw.StampsTesting] != enough-1 {
			t.Errorf("%v ppm: %v", rate.PPM(), seen)
		}
		n := tr.Line()
		s.now += often
		p, want := s.truth()
		got, ok := n.KernelTime(p)
		if off := got.Sub(want); !ok || off < -500 || off > 500 {
			t.Errorf("%v ppm: off by %v", rate.PPM(), off)
		}
	}
}

func TestAClockThatSomebodySetsIsDoubtedAtOnceAndTestedAnew(t *testing.T) {
	s, tr := newScript(), Relation{}
	s.seconds(&tr, 10)
	s.step = 20 * time.Microsecond
	s.now += often
	c, _ := s.Compare()
	if state := tr.Take(c); state != hw.StampsUnstable {
		t.Errorf("after a step: %v", state)
	}
	if seen, state := s.seconds(&tr, 3); state != hw.StampsUsable || seen[hw.StampsUsable] > 3*4-enough+2 {
		t.Errorf("later: %v", seen)
	}
}

func TestAClockThatCannotBeTrueIsNeverUsable(t *testing.T) {
	for name, spoil := range map[string]func(*script){
		"stands still":       func(s *script) { s.rate = 1 },
		"a wild rate":        func(s *script) { s.rate = 2000 * hw.PPM },
		"noise":              func(s *script) { s.noise = 40 * time.Microsecond },
		"a slow bus":         func(s *script) { s.width = time.Millisecond },
		"a moment backwards": func(s *script) { s.width = -1 },
	} {
		s, tr := newScript(), Relation{}
		spoil(s)
		if seen, _ := s.seconds(&tr, 60); seen[hw.StampsUsable] > 0 {
			t.Errorf("%s: %v", name, seen)
		}
	}
	stopped, tr := Comparison{PTP: 5}, Relation{}
	for range 100 {
		stopped.Kernel += 250e6
		if tr.Take(stopped) == hw.StampsUsable {
			t.Fatal("a clock that stands still is usable")
		}
	}
}

func TestAPauseBeginsAnew(t *testing.T) {
	s, tr := newScript(), Relation{}
	s.seconds(&tr, 10)
	s.now += time.Minute
	c, _ := s.Compare()
	if state := tr.Take(c); state == hw.StampsUsable {
		t.Errorf("after a pause: %v", state)
	}
}

func TestTheFirstStampsOfAClockAreAsExactAsItsComparisons(t *testing.T) {
	const clocks = 500
	sum := 0.0
	for seed := range uint64(clocks) {
		s, tr := newScript(), Relation{}
		s.r = rand.New(rand.NewPCG(seed, 1))
		for state := hw.StampsTesting; state != hw.StampsUsable; {
			s.now += often
			c, _ := s.Compare()
			state = tr.Take(c)
		}
		n := tr.Line()
		s.now += often // until the next comparison
		p, want := s.truth()
		got, _ := n.KernelTime(p)
		sum += math.Pow(float64(got.Sub(want)), 2)
	}
	comparison := float64(newScript().noise) / math.Sqrt(3) // rms of the uniform distribution
	if rms := math.Sqrt(sum / clocks); rms > comparison {
		t.Errorf("%.0f ns rms, a comparison has %.0f", rms, comparison)
	}
}
