package netsim

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gpsntpd/cmd/internal/stdio"
)

// cell is a row of the table, and the rms in µs that the best configuration of chrony 4.3
// reaches there with as many packets: minpoll 6 maxpoll 6; at 16 s minpoll 2, maxpoll 4 and
// polltarget 30, at 1 s minpoll 0 and maxpoll 0, both with xleave and, where it is the
// better, maxdelaydevratio 2 or maxdelayquant 0.3 with filter 4.
type cell struct {
	path   string
	wander float64 // of the crystal's frequency, per √s
	poll   float64 // s
	chrony float64
}

// cells are those of the table; a crystal that wanders by 1e-9 is a good one, 1e-8 a bad one.
var cells = []cell{
	{"lan", 1e-9, 64, 5.41}, {"lan", 1e-8, 64, 13.9},
	{"load", 1e-9, 64, 22.7}, {"load", 1e-8, 64, 62.4},
	{"wan", 1e-9, 64, 97.8}, {"wan", 1e-8, 64, 133},
	{"lan", 1e-9, 16, 2.84}, {"lan", 1e-8, 16, 4.80},
	{"load", 1e-9, 16, 7.92}, {"load", 1e-8, 16, 23.7},
	{"wan", 1e-9, 16, 17.5}, {"wan", 1e-8, 16, 50.5},
	{"lan", 1e-9, 1, 0.58}, {"lan", 1e-8, 1, 1.32},
	{"load", 1e-9, 1, 1.69}, {"load", 1e-8, 1, 4.71},
	{"wan", 1e-9, 1, 4.96}, {"wan", 1e-8, 1, 12.8},
	{"quiet", 1e-9, 1, 0.13}, {"quiet", 1e-8, 1, 0.36},
}

func (c cell) String() string { return fmt.Sprintf("%s %g %gs", c.path, c.wander, c.poll) }

// figures are what a play shows after its first hour: µs, ppb, shares.
type figures struct {
	rms, estimate float64 // of the clock's error, and of the estimate's
	rate          float64 // of the error of the clock's rate
	cover, served float64 // share of the seconds that the finer and the served bound cover
	bound         float64 // median of the finer one
	steps         int
}

// play plays c for some hours; with few exchanges for four times as many.
func (c cell) play(t *testing.T, seed uint64, hours int) (f figures) {
	if c.poll > 16 {
		hours *= 4
	}
	r := Run{
		Seed: seed, Wander: c.wander, White: 1e-10, Rate: 20e-6, Offset: 0.3,
		Servers: []Server{Named(c.path, c.poll)}, Seconds: hours * 3600,
	}
	n, bounds, port := 0.0, []float64(nil), stdio.NewNetwork()
	if err := r.Play(port, func(s Truth) {
		if s.Answer.Step != 0 {
			f.steps++
		}
		if s.K < 3600 {
			return
		}
		n++
		e, d := s.Error*1e6, s.Error*1e6-s.Answer.Estimate/1e3
		f.rms += e * e
		f.estimate += d * d
		f.rate += s.Rate * s.Rate * 1e18
		bounds = append(bounds, s.Answer.Bound/1e3)
		if math.Abs(e) <= s.Answer.Bound/1e3 {
			f.cover++
		}
		if math.Abs(s.Error) <= port.Served() {
			f.served++
		}
	}); err != nil {
		t.Fatal(err)
	}
	f.rms, f.estimate, f.rate = math.Sqrt(f.rms/n), math.Sqrt(f.estimate/n), math.Sqrt(f.rate/n)
	f.cover, f.served, f.bound = f.cover/n, f.served/n, median(bounds)
	return f
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func TestTheClockIsNearerThanWithChronyAndItsBoundTrue(t *testing.T) {
	sums, counts := map[float64]float64{}, map[float64]float64{}
	for _, c := range cells {
		if c.poll < 16 && (testing.Short() || c.path == "quiet") {
			continue
		}
		const seeds = 2
		var all figures
		var rms, bound []float64
		for seed := range uint64(seeds) {
			f := c.play(t, seed+1, 6)
			rms = append(rms, f.rms)
			all.cover += f.cover / seeds
			bound = append(bound, f.bound)
			if f.served < 1 || f.steps != 1 {
				t.Errorf("%s, seed %d: served bound true in %.4f of the seconds, %d steps", c, seed+1, f.served, f.steps)
			}
		}
		ratio := median(rms) / c.chrony
		sums[c.poll] += math.Log(ratio)
		counts[c.poll]++
		if ratio > 0.9 {
			t.Errorf("%s: rms %.2f µs, %.2f of chrony's", c, median(rms), ratio)
		}
		all.bound = median(bound) / median(rms)
		if all.cover < 0.997 || all.bound > 13 {
			t.Errorf("%s: bound true in %.4f of the seconds, median %.1f × rms", c, all.cover, all.bound)
		}
	}
	for poll, sum := range sums {
		if mean := math.Exp(sum / counts[poll]); mean > 0.6 {
			t.Errorf("%g s: geometric mean %.3f of chrony's", poll, mean)
		}
	}
}
