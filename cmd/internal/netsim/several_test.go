package netsim

import (
	"math"
	"testing"

	"gpsntpd/cmd/internal/stdio"
)

// far is a server of a wide network, whose answers take a millisecond longer than
// requests.
func far(poll float64) Server {
	s := Named("wan", poll)
	s.There.Wait, s.Back.Wait = Exponential(200e-6), Exponential(200e-6)
	s.Back.Least += 1e-3
	return s
}

// seen is the worst of a run from a second on.
type seen struct {
	most, cover float64
	bound       float64 // least
}

func watch(t *testing.T, r Run, from int) (s seen) {
	n := 0.0
	port := stdio.NewNetwork()
	s.bound = math.Inf(1)
	if err := r.Play(port, func(v Truth) {
		if v.K < from {
			return
		}
		n++
		s.most = math.Max(s.most, math.Abs(v.Error))
		if math.Abs(v.Error)*1e9 <= v.Answer.Bound {
			s.cover++
		}
		s.bound = math.Min(s.bound, v.Answer.Bound/1e9)
	}); err != nil {
		t.Fatal(err)
	}
	s.cover /= n
	return s
}

func TestADeadServerIsLeftWithoutAJump(t *testing.T) {
	for poll, limit := range map[float64]float64{16: 50e-6, 64: 160e-6} { // a target of 50 µs is missed at 64 s
		for seed := range uint64(10) {
			lan, wan := Named("lan", 16), far(poll)
			lan.Dead = func(at float64) bool { return at > 7200 }
			s := watch(t, Run{Seed: seed, Wander: 1e-9, Rate: -30e-6, Servers: []Server{lan, wan}, Seconds: 4 * 3600}, 3600)
			t.Logf("poll %g s, seed %d: off by up to %.1f µs", poll, seed, s.most*1e6)
			if s.most > limit || s.cover < 0.999 {
				t.Errorf("poll %g s, seed %d: off by %.1f µs, bound true in %.4f", poll, seed, s.most*1e6, s.cover)
			}
		}
	}
}

func TestOneServerOfFiveThatDriftsIsLeft(t *testing.T) {
	for seed := range uint64(3) {
		servers := []Server{Named("lan", 16), Named("lan", 16), far(64), far(64), far(64)}
		servers[0].Off = func(at float64) float64 { return 1e-6 * math.Max(at-7200, 0) }
		s := watch(t, Run{Seed: seed, Wander: 1e-9, Rate: -30e-6, Servers: servers, Seconds: 4 * 3600}, 3600)
		if s.most > 60e-6 || s.cover < 0.999 {
			t.Errorf("seed %d: off by %.1f µs, bound true in %.4f", seed, s.most*1e6, s.cover)
		}
	}
}

func TestTwoServersThatDifferAreBothInsideTheBound(t *testing.T) {
	for _, path := range []string{"lan", "wan"} {
		servers := []Server{Named(path, 16), Named(path, 16)}
		servers[1].Off = func(float64) float64 { return 1e-3 }
		s := watch(t, Run{Seed: 1, Wander: 1e-9, Servers: servers, Seconds: 2 * 3600}, 600)
		if s.cover < 1 || s.bound < 0.5e-3 {
			t.Errorf("%s: off by %.1f µs, bound at least %.1f µs and true in %.4f", path, s.most*1e6, s.bound*1e6, s.cover)
		}
	}
}

func TestOneServerOfThreeThatJumpsChangesNothing(t *testing.T) {
	for _, by := range []float64{1, -1, 5e-3, 100e-6} {
		servers := []Server{Named("lan", 16), Named("lan", 16), Named("lan", 16)}
		servers[0].Off = func(at float64) float64 {
			if at > 7200 {
				return by
			}
			return 0
		}
		s := watch(t, Run{Seed: 1, Wander: 1e-9, Servers: servers, Seconds: 4 * 3600}, 3600)
		if s.most > 20e-6 || s.cover < 0.999 {
			t.Errorf("%g s: off by %.1f µs, bound true in %.4f", by, s.most*1e6, s.cover)
		}
	}
}

func TestAJumpOfTheOnlyServerIsNeverStepped(t *testing.T) {
	server := Named("lan", 16)
	server.Off = func(at float64) float64 {
		if at > 7200 {
			return 0.01
		}
		return 0
	}
	steps, last := 0, 0.0
	if err := (Run{Seed: 1, Wander: 1e-9, Servers: []Server{server}, Seconds: 3 * 3600}).Play(stdio.NewNetwork(), func(s Truth) {
		if s.Answer.Step != 0 {
			steps++
		}
		if s.K > 7260 && s.K < 7400 && (s.Answer.Bound < 0.009e9 || math.Abs(s.Error) > 1e-3) {
			t.Fatalf("second %d: off by %g s, bound %g ns", s.K, s.Error, s.Answer.Bound)
		}
		last = s.Error
	}); err != nil {
		t.Fatal(err)
	}
	if steps != 0 || math.Abs(last-0.01) > 100e-6 {
		t.Errorf("%d steps, off by %g s at the end", steps, last)
	}
}
