// Package netsim plays a clock that hears servers over a network, second by second of
// the raw clock, and knows the truth: what `gpsntpctl discipline --network` is developed
// and judged with.
package netsim

import (
	"math"
	"math/rand/v2"

	"gpsntpd/cmd/internal/stdio"
)

// Path is one way's wait in s, at a moment of the run.
type Path struct {
	Least float64
	Wait  func(r *rand.Rand, at float64) float64
}

// Server is one that answers.
type Server struct {
	There, Back Path
	Off         func(at float64) float64 // what its clock shows too much, s; nil: nothing
	Dead        func(at float64) bool
	Poll        float64 // s
	Distance    float64 // that it says of itself, s
}

// Run is a play.
type Run struct {
	Seed    uint64
	Wander  float64                  // of the crystal's frequency, per √s
	White   float64                  // white noise of it, s per √s
	Rate    float64                  // of the crystal at the start
	Offset  float64                  // of the local clock at the start, s
	Ramp    func(at float64) float64 // of the frequency beside its walk
	Servers []Server
	Seconds int
}

// Truth is one second of a run.
type Truth struct {
	K      int
	Error  float64 // local − true before the step, s
	Rate   float64 // of the local clock in the second that follows, −1
	Answer stdio.NetworkAnswer
}

// Play plays r, and has each second seen.
func (r Run) Play(port *stdio.Network, see func(Truth)) error {
	rng := rand.New(rand.NewPCG(r.Seed, 17))
	next := make([]float64, len(r.Servers)) // raw, s
	for i, s := range r.Servers {
		next[i] = 0.5 + rng.Float64()*math.Min(s.Poll, 4)
	}
	now, local, rate := 0.0, r.Offset, r.Rate // true time; local − raw
	for k := range r.Seconds {
		y := rate
		if r.Ramp != nil {
			y += r.Ramp(now)
		}
		truth := Truth{K: k, Error: float64(k) + local - now}
		in := stdio.Tick{K: int64(k), Raw: int64(k) * 1e9, Beyond: local * 1e9}
		a, err := port.Second(in)
		if err != nil {
			return err
		}
		f := (a.Frequency + a.Slew) / 1e9
		truth.Answer, truth.Rate = a, y+f
		see(truth)
		white := r.White * rng.NormFloat64()
		length := 1 / (1 + y + white) // of a raw second
		for i, s := range r.Servers {
			for next[i] < float64(k+1) {
				raw := math.Max(next[i], float64(k))
				next[i] += s.Poll * (0.99 + 0.02*rng.Float64())
				at := now + (raw-float64(k))*length
				if s.Dead != nil && s.Dead(at) {
					continue
				}
				x := exchange(s, raw, at, 1/length, rng)
				x.Server = i
				port.Hear(x)
			}
		}
		now += length
		local += a.Step/1e9 + f
		rate += r.Wander * rng.NormFloat64()
	}
	return nil
}

// exchange asks a server when the raw clock shows raw and it is at.
func exchange(s Server, raw, at, speed float64, rng *rand.Rand) stdio.Heard {
	there := s.There.Least + s.There.Wait(rng, at)
	back := s.Back.Least + s.Back.Wait(rng, at)
	const works = 20e-6
	off := 0.0
	if s.Off != nil {
		off = s.Off(at)
	}
	ns := func(v float64) int64 { return int64(math.Round(v * 1e9)) }
	return stdio.Heard{
		T1: ns(raw), T4: ns(raw + (there+works+back)*speed),
		T2: ns(at + there + off), T3: ns(at + there + works + off),
		RootDispersion: s.Distance * 1e9, Stratum: 1,
	}
}

// Exponential waits that long on average.
func Exponential(mean float64) func(*rand.Rand, float64) float64 {
	return func(r *rand.Rand, _ float64) float64 { return mean * r.ExpFloat64() }
}

// Loaded is a product of two exponential waits, and now and then a millisecond more.
func Loaded(r *rand.Rand, _ float64) float64 {
	wait := 100e-6 * r.ExpFloat64() * r.ExpFloat64()
	if r.Float64() < 0.05 {
		wait += 1e-3 * r.ExpFloat64()
	}
	return wait
}

// Bursts adds a millisecond and more in 60 s of 600 and 90 of 1700.
func Bursts(wait func(*rand.Rand, float64) float64) func(*rand.Rand, float64) float64 {
	return func(r *rand.Rand, at float64) float64 {
		w := wait(r, at)
		if math.Mod(at, 600) > 540 || math.Mod(at, 1700) > 1610 {
			w += 1e-3 + 1e-3*r.ExpFloat64()
		}
		return w
	}
}

// The paths by name.
func Named(name string, poll float64) Server {
	same := func(least float64, wait func(*rand.Rand, float64) float64) Server {
		p := Path{least, wait}
		return Server{There: p, Back: p, Poll: poll}
	}
	switch name {
	case "quiet":
		return same(50e-6, Exponential(1e-6))
	case "lan":
		return same(50e-6, Exponential(10e-6))
	case "load":
		return same(50e-6, Loaded)
	}
	s := same(10e-3, Exponential(200e-6))
	s.Back.Wait = Bursts(s.Back.Wait)
	return s
}
