package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"gpsntpd/hw"
)

// Pulse says how the pulse of each second arrives.
type Pulse struct {
	Jitter     Span  `toml:"jitter"`      // rms, both ways
	Latency    Span  `toml:"latency"`     // mean of a delay that is never negative: interrupts
	Constant   Span  `toml:"constant"`    // a delay that every pulse has: the way to the interrupt; the machine knows that it may be there
	TailShare  Share `toml:"tail-share"`  // pulses that wait for more than that
	TailSize   Span  `toml:"tail-size"`   // mean of how much more
	Sawtooth   Span  `toml:"sawtooth"`    // from peak to peak: the receiver's own clock period
	SpikeShare Share `toml:"spike-share"` // pulses that are far off
	SpikeSize  Span  `toml:"spike-size"`  // by about this
	SpikeSides Sides `toml:"spike-sides"`
	Missing    Share `toml:"missing"`  // pulses that do not come
	Glitches   Share `toml:"glitches"` // seconds with one edge too many
	Tick       Span  `toml:"tick"`     // stamps are rounded down to multiples of it: a coarse kernel clock; 0: they are not
}

// Sides tells to which sides of the second spikes go.
type Sides string

// The sides of spikes.
const (
	Late Sides = "late"
	Both Sides = "both"
)

func (p Pulse) check() error {
	if max(p.Jitter.Duration, p.Latency.Duration, p.Constant.Duration, p.TailSize.Duration, p.Sawtooth.Duration, p.SpikeSize.Duration, p.Tick.Duration) > maxJitter {
		return fmt.Errorf("jitter and all other times are at most %v", maxJitter)
	}
	if p.SpikeSides != Late && p.SpikeSides != Both {
		return fmt.Errorf("spike-sides: %q is neither %q nor %q", p.SpikeSides, Late, Both)
	}
	return nil
}

// stamp is what the kernel makes of an edge that came when the clock showed t.
func (p Pulse) stamp(t hw.Time) hw.Time {
	if tick := hw.Time(p.Tick.Duration); tick > 0 {
		return t - t%tick
	}
	return t
}

// spiky is the share of late pulses in a fault: most are still right.
const spiky = 0.3

type pulser struct {
	Pulse
	ways                        []way
	random, sides, tails, paths *rand.Rand
}

func newPulser(s Scenario) *pulser {
	return &pulser{Pulse: s.Pulse, ways: boards[s.Board], random: s.random(pulseStream), sides: s.random(sideStream), tails: s.random(tailStream), paths: s.random(pathStream)}
}

// edges returns the edges that begin second. What is drawn does not depend on
// the condition, so that a fault leaves all other seconds as they were.
func (p *pulser) edges(second Truth, c condition) []Event {
	jitter := scale(p.Jitter.Duration, p.random.NormFloat64())
	latency := scale(p.Latency.Duration+c.load, p.random.ExpFloat64())
	spike, size := p.random.Float64(), 0.5+p.random.Float64()
	missing := p.random.Float64() < p.Missing.Ratio
	glitch, where := p.random.Float64() < p.Glitches.Ratio, p.random.Float64()
	early := p.sides.Float64() < 0.5 && p.SpikeSides == Both
	tail, more := p.tails.Float64() < p.TailShare.Ratio, scale(p.TailSize.Duration, p.tails.ExpFloat64())

	if c.noPulse {
		return nil
	}
	at := second.Add(jitter + latency + p.Constant.Duration + p.sawtooth(second) + c.shift)
	if p.ways == nil {
		at = at.Add(c.latency)
	}
	if tail {
		at = at.Add(more)
	}
	if spike < p.SpikeShare.Ratio {
		far := scale(p.SpikeSize.Duration, size)
		if early {
			far = -far
		}
		at = at.Add(far)
	}
	if spike < spiky {
		at = at.Add(scale(c.spike, size))
	}
	var edges []Event
	switch {
	case missing:
	case p.ways != nil:
		for _, w := range p.ways {
			edges = append(edges, w.see(at, c.latency, p.paths)...)
		}
	default:
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
