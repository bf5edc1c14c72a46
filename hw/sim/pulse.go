package sim

import (
	"math"
	"math/rand/v2"
	"time"
)

// Pulse says how the pulse of each second arrives.
type Pulse struct {
	Jitter     Span  `toml:"jitter"`      // rms, both ways
	Latency    Span  `toml:"latency"`     // mean of a delay that is never negative: interrupts
	Sawtooth   Span  `toml:"sawtooth"`    // from peak to peak: the receiver's own clock period
	SpikeShare Share `toml:"spike-share"` // pulses that come late
	SpikeSize  Span  `toml:"spike-size"`  // by about this
	Missing    Share `toml:"missing"`     // pulses that do not come
	Glitches   Share `toml:"glitches"`    // seconds with one edge too many
}

// spiky is the share of late pulses in a fault: most are still right.
const spiky = 0.3

type pulser struct {
	Pulse
	random *rand.Rand
}

func newPulser(s Scenario) *pulser {
	return &pulser{Pulse: s.Pulse, random: rand.New(rand.NewPCG(s.Seed, pulseStream))}
}

// edges returns the edges that begin second. What is drawn does not depend on
// the condition, so that a fault leaves all other seconds as they were.
func (p *pulser) edges(second Truth, c condition) []Event {
	jitter := scale(p.Jitter.Duration, p.random.NormFloat64())
	latency := scale(p.Latency.Duration, p.random.ExpFloat64())
	spike, size := p.random.Float64(), 0.5+p.random.Float64()
	missing := p.random.Float64() < p.Missing.Ratio
	glitch, where := p.random.Float64() < p.Glitches.Ratio, p.random.Float64()

	if c.noPulse {
		return nil
	}
	at := second.Add(jitter + latency + p.sawtooth(second) + c.shift)
	if spike < p.SpikeShare.Ratio {
		at = at.Add(scale(p.SpikeSize.Duration, size))
	}
	if spike < spiky {
		at = at.Add(scale(c.spike, size))
	}
	var edges []Event
	if !missing {
		edges = append(edges, Event{At: at, Edge: true})
	}
	if glitch {
		edges = append(edges, Event{At: second.Add(scale(800*time.Millisecond, where) + 100*time.Millisecond), Edge: true})
	}
	return edges
}

// sawtooth is the rounding of the pulse to the receiver's clock, which beats
// slowly against the second.
func (p *pulser) sawtooth(second Truth) time.Duration {
	const beat = 0.1371 // of a period for each second
	_, phase := math.Modf(float64(second/1e9) * beat)
	return scale(p.Sawtooth.Duration, phase-0.5)
}

func scale(d time.Duration, by float64) time.Duration {
	return time.Duration(math.Round(float64(d) * by))
}
