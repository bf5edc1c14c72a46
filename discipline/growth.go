package discipline

import (
	"math"
	"time"

	"gpsntpd/hw"
)

// Growth is the error of the estimate as a function of the time since it was
// made: a normal part, from the filter's covariance, and systematic ones.
type Growth struct {
	Latency  time.Duration // systematic: how late stamps may be, beside Unseen
	Edge     time.Duration // systematic: how late all pulses of this path may be stamped, alike and not measured
	Network  time.Duration // systematic: how far servers of the network may be off for certain: half the round trip, and what they say of themselves
	Receiver time.Duration // systematic: how far the receiver may be right where it is not believed, and how far its time is off as it says itself
	Loop     time.Duration // systematic: how far someone nudges the clock
	Tempco   time.Duration // systematic: by how much a thermometer has corrected since the last measurement
	Drift    hw.Frequency  // systematic, for each second
	Sudden   hw.Frequency  // systematic, for each of the first seconds: the crystal may have changed just before the last measurement

	Spike time.Duration // what Receiver would have, were spikes not usual; on the wire alone

	Unseen        float64 // s: latency that may hide in the noise: independent of the normal part, or always there
	Phase         float64 // variance of the phase, s²
	Fresh         float64 // what that was after the last sample, s²: the rest has grown since
	PhaseRate     float64 // covariance of phase and frequency, s²/s
	Rate          float64 // variance of the frequency, 1
	WanderDensity float64 // random walk of the frequency, 1/s
	Sigmas        float64 // how many standard deviations the bound covers
}

// deviation is the standard deviation of the normal part after t seconds; it
// never shrinks with t.
func (g *Growth) deviation(t float64) float64 {
	return math.Sqrt(g.Phase + 2*math.Max(g.PhaseRate, 0)*t + g.Rate*t*t + g.WanderDensity*t*t*t/3)
}

// about is how many standard deviations of Sigmas the normal part may have beside a latency
// that is there every second.
const about = 2.5 / sigmas

// own is the part of the bound that is the estimate's own, after t seconds.
func (g *Growth) own(t float64) float64 {
	normal := g.Sigmas * g.deviation(t)
	return math.Max(math.Hypot(normal, g.Unseen), about*normal+g.Unseen)
}

// After returns the bound when dt has passed; it never shrinks with dt.
func (g *Growth) After(dt time.Duration) time.Duration {
	t := math.Max(dt.Seconds(), 0)
	b := g.own(t) + float64(g.Drift)*t
	if g.Spike == 0 {
		b += g.suddenly(t)
	}
	if b > MaxDispersion.Seconds() {
		return MaxDispersion
	}
	return g.Latency + g.Edge + g.Network + g.Receiver + g.Loop + g.Tempco + ceil(b)
}

// sudden is the time in s that one contradiction counts for: until the next measurement,
// or, if there is none, it was most likely a spike.
const sudden = 2

// suddenly is how far the crystal has gone after t seconds, if it has just changed.
func (g *Growth) suddenly(t float64) float64 { return float64(g.Sudden) * math.Min(t, sudden) }

// Own is the part of After that is the estimate's own: neither what contradicts
// it, nor what is the same in all pulses.
func (g *Growth) Own(dt time.Duration) time.Duration {
	own := *g
	own.Edge, own.Network, own.Receiver, own.Drift, own.Sudden, own.Spike = 0, 0, 0, 0, 0, 0
	return own.After(dt)
}

// Budget is what a bound is made of; the parts sum up to it.
type Budget struct {
	Pulse    time.Duration // noise of the pulses, as much of it as the filter leaves
	Latency  time.Duration // of the stamps, as far as it varies
	Edge     time.Duration // of the stamps, a constant that was not measured
	Receiver time.Duration // a receiver that disagrees, or has too lately changed to be known
	Loop     time.Duration // the clock being nudged
	Holdover time.Duration // growth since the last measurement
}

// BudgetAfter returns what the bound is made of when dt has passed.
func (g *Growth) BudgetAfter(dt time.Duration) Budget {
	fresh := *g
	fresh.Phase, fresh.Tempco = min(g.Fresh, g.Phase), 0
	pulse := ceil(g.Sigmas * fresh.deviation(0))
	then := fresh.After(0)
	return Budget{
		Pulse: pulse, Edge: g.Edge, Receiver: g.Receiver, Loop: g.Loop,
		Latency:  max(then-pulse-g.Edge-g.Receiver-g.Loop, 0),
		Holdover: g.After(dt) - then,
	}
}

func ceil(s float64) time.Duration { return time.Duration(math.Ceil(s * 1e9)) }
