//go:build bench

package bench

import (
	"math"
	"slices"
	"testing"

	"gpsntpd/cmd/internal/stdio"
	"gpsntpd/discipline"
)

// figure is one number that a play is judged by; offsets are clock − true in ns.
type figure int

// The figures.
const (
	one      figure = iota // 1, what a bar is a multiple of when it is in ns
	std                    // of the clock's true offset at the pulse
	estStd                 // of the error of the estimate
	toldStd                // std of the told filter …
	toldEst                // … and of its estimate
	ratio                  // std to toldStd
	estRatio               // estStd to toldEst
	mean                   // of the offset
	rms                    // of the offset
	p99                    // of the offset's size
	most                   // greatest size
	rate                   // error of the steered clock's rate, ppb rms
	locked                 // share of the seconds in lock that the bound covers, %
	held                   // the same in holdover …
	open                   // … and in all other states, from the first bound on
	bound                  // median, in lock
	boundRms               // bound to rms, less the latency allowance of 200 ns
	settled                // s from the start to below 1 µs; after a loss to below 2 µs, beyond what the clock's 500 ppm take
	lost                   // size of the offset at the end of the loss
	end                    // size at the end of the play …
	toldEnd                // … and of the told filter
	stray                  // steps beyond the second, and interference: things that must not happen
	cost                   // µs a second, controller and port
	figures
)

// play is one scenario with one seed.
type play struct {
	world    world
	told     *told
	from, to int // seconds that are judged
	loss     int // when a long loss of the pulse ends; 0 for none
}

// record is what the judged seconds have shown.
type record struct {
	f                               [figures]float64
	offsets, errors, best, bestErrs []float64
	rates, bounds                   []float64
	covered, seconds                [3]int // in lock, in holdover, otherwise
	state                           discipline.State
}

// run plays p with a clock that starts 0.4 s off.
func (p play) run(t *testing.T) *record {
	r, port := &record{}, stdio.New()
	x, steps, began := 0.4e9, 0, 0
	target, slewing := 1e3, 0.0
	for i := range r.f {
		r.f[i] = math.NaN()
	}
	for k := range p.to {
		s := p.world(k)
		in := stdio.Second{K: int64(k), Offset: x + s.late, Temperature: s.temperature}
		if s.lost {
			in.Offset = math.NaN()
		}
		a, err := port.Second(in)
		if err != nil {
			t.Fatal(err)
		}
		if k == p.loss && k > 0 {
			slewing = math.Abs(x) / (500e3 - math.Copysign(s.rate*1e9, x))
			began, target = k, 2e3
			r.f[lost], r.f[settled] = math.Abs(x), math.NaN()
			p.from += int(slewing)
		}
		if math.IsNaN(r.f[settled]) && math.Abs(x) < target {
			r.f[settled] = float64(k-began) - slewing
		}
		if a.Step != 0 {
			steps++
		}
		r.cover(s, a, x+a.Step)
		f := (a.Frequency + a.Slew) / 1e9
		if k >= p.from {
			r.offsets = append(r.offsets, x)
			r.errors = append(r.errors, x-a.Estimate)
			r.rates = append(r.rates, (f+s.rate)*1e9)
			if a.State == discipline.Locked {
				r.bounds = append(r.bounds, a.Bound)
			}
		}
		if p.told != nil {
			offset, estimate := p.told.second(s)
			if k >= p.from {
				r.best, r.bestErrs = append(r.best, offset), append(r.bestErrs, estimate)
			}
			r.f[toldEnd] = math.Abs(offset)
		}
		r.f[end], r.state = math.Abs(x), a.State
		x += a.Step + (s.rate+f+s.rate*f)*1e9
	}
	r.f[stray] = float64(max(steps-2, 0)) + float64(port.Controller.Counts.Interference)
	r.judge()
	return r
}

// cover reports whether the bound of a covers the offset x after its step.
func (r *record) cover(s second, a stdio.Answer, x float64) {
	if math.IsNaN(a.Bound) || s.fault {
		return
	}
	kind := 2
	switch a.State {
	case discipline.Locked:
		kind = 0
	case discipline.Holdover:
		kind = 1
	}
	r.seconds[kind]++
	if math.Abs(x) <= a.Bound {
		r.covered[kind]++
	}
}

// judge works out the figures of all seconds.
func (r *record) judge() {
	f := &r.f
	f[one] = 1
	f[mean], f[std], f[rms] = moments(r.offsets)
	_, f[estStd], _ = moments(r.errors)
	_, _, f[rate] = moments(r.rates)
	if r.best != nil {
		_, f[toldStd], _ = moments(r.best)
		_, f[toldEst], _ = moments(r.bestErrs)
		f[ratio], f[estRatio] = f[std]/f[toldStd], f[estStd]/f[toldEst]
	}
	for i, v := range r.offsets {
		r.offsets[i] = math.Abs(v)
	}
	f[p99], f[most] = quantile(r.offsets, 0.99), quantile(r.offsets, 1)
	for i, of := range []figure{locked, held, open} {
		f[of] = 100 * float64(r.covered[i]) / float64(r.seconds[i])
	}
	f[bound] = quantile(r.bounds, 0.5)
	f[boundRms] = (f[bound] - 200) / f[rms]
}

func moments(v []float64) (mean, std, rms float64) {
	var sum, squares float64
	for _, x := range v {
		sum += x
		squares += x * x
	}
	n := float64(len(v))
	mean, squares = sum/n, squares/n
	return mean, math.Sqrt(max(squares-mean*mean, 0)), math.Sqrt(squares)
}

// quantile returns the value that a share of v is not above; NaN when there is none.
func quantile(v []float64, share float64) float64 {
	v = slices.DeleteFunc(slices.Clone(v), math.IsNaN)
	slices.Sort(v)
	switch n := len(v); {
	case n == 0:
		return math.NaN()
	case share == 0.5 && n%2 == 0:
		return (v[n/2-1] + v[n/2]) / 2
	default:
		return v[int(share*float64(n-1))]
	}
}
