//go:build bench

package bench

import (
	"math"
	"math/rand/v2"
)

// second is what happens in one second of a world. Noise is there also when
// the pulse is lost, so that a variant that loses some sees the same.
type second struct {
	rate        float64 // of the oscillator until the next second
	late        float64 // error of the pulse, ns; positive when it is stamped late
	lost        bool    // no pulse
	temperature float64 // that the sensor shows, °C; NaN without a sensor
	fault       bool    // the receiver is wrong in a way that no claim can cover
	louder      float64 // factor of the jitter, 0 for 1
}

// world makes one second after another, k = 0, 1, 2, …
type world func(k int) second

// source is a source of chance; each cause has its own, so that it is the same
// whatever else happens.
func source(seed uint64, cause uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, cause)) }

// Causes of chance.
const (
	ofStart uint64 = iota
	ofJitter
	ofWalk
	ofSpikes
	ofLatency
	ofLosses
	ofSensor
	ofEvents
	ofLoad
)

// white is a world of white jitter (ns rms) and a random walk of frequency
// (per √s): the rate is constant within a second. It begins up to 100 ppm off.
func white(jitter, walk float64) func(seed uint64) world {
	return func(seed uint64) world {
		noise, steps := source(seed, ofJitter), source(seed, ofWalk)
		rate := (2*source(seed, ofStart).Float64() - 1) * 100e-6
		return func(int) second {
			s := second{rate: rate, late: jitter * noise.NormFloat64(), temperature: math.NaN()}
			rate += walk * steps.NormFloat64()
			return s
		}
	}
}

// change makes something of each second of a world.
type change func(seed uint64) func(k int, s *second)

// with returns base with changes, in their order.
func with(base func(seed uint64) world, changes ...change) func(seed uint64) world {
	return func(seed uint64) world {
		w := base(seed)
		var all []func(k int, s *second)
		for _, c := range changes {
			all = append(all, c(seed))
		}
		return func(k int) second {
			s := w(k)
			for _, c := range all {
				c(k, &s)
			}
			return s
		}
	}
}

// lag is a first-order low-pass.
type lag struct {
	seconds float64
	at      float64
	begun   bool
}

func (l *lag) follow(v float64) float64 {
	if !l.begun || l.seconds == 0 {
		l.at, l.begun = v, true
	}
	l.at += (v - l.at) / max(l.seconds, 1)
	return l.at
}

// sensor is a thermometer: noise 0.05 °C, resolution 0.1 °C.
func sensor(seed uint64) func(celsius float64) float64 {
	noise := source(seed, ofSensor)
	return func(celsius float64) float64 {
		return math.Round((celsius+0.05*noise.NormFloat64())*10) / 10
	}
}

// thermal is how crystal and sensor follow the temperature around them.
type thermal struct {
	swing       float64 // of the crystal's rate for ±1 of the climate
	coefficient float64 // of the crystal, per °C; the climate's amplitude is swing/coefficient
	crystalLag  float64 // s
	sensorLag   float64 // s
	blind       bool    // there is no sensor
	numb        bool    // the crystal does not care; the sensor swings by ±10 °C
}

// climate is a temperature that follows a course; about 1 in size.
func climate(t thermal, course func(seed uint64) func(k int) float64) change {
	return func(seed uint64) func(k int, s *second) {
		at, show := course(seed), sensor(seed)
		crystal, probe := lag{seconds: t.crystalLag}, lag{seconds: t.sensorLag}
		return func(k int, s *second) {
			v := at(k)
			amplitude := 10.0
			if !t.numb {
				amplitude = t.swing / t.coefficient
				s.rate += t.swing * crystal.follow(v)
			}
			if !t.blind {
				s.temperature = show(35 + amplitude*probe.follow(v))
			}
		}
	}
}

// dead is a sensor that says nothing any more after n seconds.
func dead(n int) change {
	return func(uint64) func(k int, s *second) {
		return func(k int, s *second) {
			if k >= n {
				s.temperature = math.NaN()
			}
		}
	}
}

// lying is a sensor that shows anything from −40 to 125 °C, another every minute.
func lying(seed uint64) func(k int, s *second) {
	chance := source(seed, ofSensor+100)
	shows := 0.0
	return func(k int, s *second) {
		if k%60 == 0 {
			shows = -40 + 165*chance.Float64()
		}
		s.temperature = shows
	}
}

// cycle is a sinusoid of some period, at any phase.
func cycle(period float64) func(seed uint64) func(k int) float64 {
	return func(seed uint64) func(k int) float64 {
		phase := 2 * math.Pi * source(seed, ofEvents).Float64()
		return func(k int) float64 { return math.Sin(phase + 2*math.Pi*float64(k)/period) }
	}
}

// fan turns on and off every half hour; what it cools follows within minutes.
func fan(seed uint64) func(k int) float64 {
	chance := source(seed, ofEvents)
	cools := lag{seconds: 60 + 240*chance.Float64()}
	from := chance.IntN(1800)
	return func(k int) float64 {
		return cools.follow(float64((k + from) / 1800 % 2))
	}
}

// jumps changes the rate by ±size every 20 to 40 minutes.
func jumps(size float64) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofEvents)
		next, off := 1200+chance.IntN(1200), 0.0
		return func(k int, s *second) {
			if k == next {
				next += 1200 + chance.IntN(1200)
				off += size * float64(2*chance.IntN(2)-1)
			}
			s.rate += off
		}
	}
}

// spikes adds to a share of the pulses an error from 5 µs to 1 ms, all sizes
// alike on a logarithmic scale; a share of these are early, the others late.
func spikes(share, early float64) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofSpikes)
		return func(_ int, s *second) {
			hit, size, side := chance.Float64(), chance.Float64(), chance.Float64()
			if hit >= share {
				return
			}
			size = 5e3 * math.Pow(200, size)
			if side < early {
				size = -size
			}
			s.late += size
		}
	}
}

// louder multiplies the jitter in every other half hour.
func louder(factor float64) change {
	return func(uint64) func(k int, s *second) {
		return func(k int, s *second) {
			if k/1800%2 == 1 {
				s.late *= factor
				s.louder = factor
			}
		}
	}
}

// latency adds to every pulse an exponential latency, and to a share of them a
// longer one, evenly up to most (ns).
func latency(mean, share, most float64) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofLatency)
		return func(_ int, s *second) {
			s.late += mean * chance.ExpFloat64()
			if hit, size := chance.Float64(), chance.Float64(); hit < share {
				s.late += most * size
			}
		}
	}
}

// missing loses a share of the pulses.
func missing(share float64) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofLosses)
		return func(_ int, s *second) { s.lost = s.lost || chance.Float64() < share }
	}
}

// losses are gaps of shortest to longest seconds, one in every this many.
func losses(every, shortest, longest int) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofLosses+100)
		begins, length := 0, 0
		return func(k int, s *second) {
			if k%every == 0 {
				length = shortest + chance.IntN(longest-shortest+1)
				begins = k + chance.IntN(every-length)
			}
			s.lost = s.lost || k >= begins && k < begins+length
		}
	}
}

// silence loses the pulses of n seconds.
func silence(from, n int) change {
	return func(uint64) func(k int, s *second) {
		return func(k int, s *second) { s.lost = s.lost || k >= from && k < from+n }
	}
}

// faults has the receiver be wrong by off (ns) for n seconds in every hour
// after the first, at any moment of its half.
func faults(off float64, n, half int) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofEvents+uint64(n))
		begins := 0
		return func(k int, s *second) {
			if k%3600 == 0 {
				begins = k + half*1800 + chance.IntN(1800-n)
			}
			if k >= 3600 && k >= begins && k < begins+n {
				s.late += off
				s.fault = true
			}
		}
	}
}

// ticks is a clock whose stamps have a resolution of 10 ns to 1 µs.
func ticks(seed uint64) func(k int, s *second) {
	size := 10 * math.Pow(100, source(seed, ofStart+100).Float64())
	return func(_ int, s *second) { s.late = size * math.Round(s.late/size) }
}

// always waits so long, ns.
func always(wait float64) func(*rand.Rand) float64 {
	return func(*rand.Rand) float64 { return wait }
}

// usually waits so long on average, ns: exponentially.
func usually(wait float64) func(*rand.Rand) float64 {
	return func(chance *rand.Rand) float64 { return wait * chance.ExpFloat64() }
}

// bursts of load, 2 to 10 minutes each, from pause/2 to 3·pause/2 seconds
// apart, in which each interrupt is late by another wait, in ns.
func bursts(pause int, wait func(*rand.Rand) float64) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofLoad)
		begins, ends := 0, 0
		return func(k int, s *second) {
			if k >= ends {
				begins = k + pause/2 + chance.IntN(pause)
				ends = begins + 120 + chance.IntN(480)
			}
			if k >= begins {
				s.late += wait(chance)
			}
		}
	}
}
