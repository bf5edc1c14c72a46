package refclock

import (
	"math"
	"time"

	"gpsntpd/hw"
)

// PolarityVerdict reports whether the edge that is taken for the second is the one.
type PolarityVerdict string

// The verdicts.
const (
	PolarityUnknown   PolarityVerdict = "unknown"   // too little is known
	PolarityRight     PolarityVerdict = "right"     // it does begin the second
	PolarityWrong     PolarityVerdict = "wrong"     // the other edge begins the second
	PolarityAmbiguous PolarityVerdict = "ambiguous" // what is known fits both edges, or contradicts itself
)

// Evidence is a verdict on the edge and the numbers that it rests on. Those of
// the other edge are what would have been seen if that had been chosen.
type Evidence struct {
	Verdict         PolarityVerdict
	Width           time.Duration // from the chosen edge to the other one
	Latency         time.Duration // of the sentences after the chosen edge …
	OtherLatency    time.Duration // … and after the other one; 0 when it is not known
	Steadiness      time.Duration // rms of what the chosen edge's intervals vary by …
	OtherSteadiness time.Duration // … and the other one's
	Pulses          int           // that it was learnt from, up to polarityMemory
}

const (
	polarityMemory  = 64 // pulses that the averages go back
	polarityPulses  = 16 // that must have been seen before anything is said …
	polarityEpochs  = 8  // … and of the sentences, before they count
	steadinessRatio = 3  // rms; of that many pulses, chance makes less than 2

	// Pulses are short: 100 ms (u-blox), 100 or 200 ms (MediaTek), 20 ms or
	// some microseconds elsewhere, so that the longer part of the second lies
	// between them. Within this of half a second nothing follows from that.
	halfSecondSlack = 25 * time.Millisecond

	// First sentences follow the second that they name by this much as a rule;
	// there are slower receivers, but none that are quicker.
	usualEarliest = 15 * time.Millisecond
	usualLatest   = 800 * time.Millisecond
)

// Polarity recognises the wrong edge of the pulse. It needs a device that
// captures both edges, and only says what it finds. The zero value is ready.
type Polarity struct {
	width         spread
	chosen, other spread  // deviation of intervals from a second
	edge          hw.Time // the last chosen edge …
	opposite      hw.Time // … and the other one before it, 0 when it was not seen
}

// Edge takes an edge of the pulse line.
func (p *Polarity) Edge(e hw.Edge) {
	before, opposite := p.edge, p.opposite
	p.edge, p.opposite = e.At, 0
	interval := e.At.Sub(before)
	if !isSecond(interval) || e.Missed != 0 || e.Width <= 0 || e.Width >= interval {
		return
	}
	p.opposite = before.Add(e.Width)
	if second := p.opposite.Sub(opposite); isSecond(second) {
		p.width.learn(e.Width)
		p.chosen.learn(interval - time.Second)
		p.other.learn(second - time.Second)
	}
}

// isSecond reports whether d can lie between two edges of the same kind.
func isSecond(d time.Duration) bool { return (d - time.Second).Abs() < nearSecond }

// Evidence returns what is known, given the latency of the sentences after the
// chosen edge.
func (p *Polarity) Evidence(l Latency) Evidence {
	e := Evidence{
		Verdict: PolarityUnknown, Width: p.width.mean(), Pulses: p.width.count,
		Steadiness: p.chosen.rms(), OtherSteadiness: p.other.rms(),
	}
	if l.Count >= polarityEpochs {
		e.Latency = l.Mean
		e.OtherLatency = (l.Mean - e.Width + time.Second) % time.Second
	}
	if e.Pulses >= polarityPulses {
		e.Verdict = e.weigh()
	}
	return e
}

// weigh lets three witnesses speak for the chosen edge (positive) or against
// it. The length of the pulse counts double. It takes more to accuse than to
// acquit: one who speaks against the others leaves the matter open.
func (e Evidence) weigh() PolarityVerdict {
	switch sum := 2*e.byWidth() + e.byLatency() + e.bySteadiness(); {
	case sum > 0:
		return PolarityRight
	case sum <= -2:
		return PolarityWrong
	}
	return PolarityAmbiguous
}

func (e Evidence) byWidth() int {
	switch beyond := e.Width - time.Second/2; {
	case beyond < -halfSecondSlack:
		return 1
	case beyond > halfSecondSlack:
		return -1
	}
	return 0
}

func (e Evidence) byLatency() int {
	switch chosen, other := usual(e.Latency), usual(e.OtherLatency); {
	case chosen && !other:
		return 1
	case other && !chosen:
		return -1
	}
	return 0
}

func usual(latency time.Duration) bool {
	return latency >= usualEarliest && latency <= usualLatest
}

// bySteadiness trusts the edge that the receiver places with care; many leave
// the end of the pulse to their software.
func (e Evidence) bySteadiness() int {
	switch {
	case e.Steadiness*steadinessRatio < e.OtherSteadiness:
		return 1
	case e.OtherSteadiness*steadinessRatio < e.Steadiness:
		return -1
	}
	return 0
}

// spread is the mean and the variance of a duration, of recent ones for the
// most part, in seconds.
type spread struct {
	average, variance float64
	count             int
}

func (s *spread) learn(d time.Duration) {
	s.count = min(s.count+1, polarityMemory)
	share := 1 / float64(s.count)
	off := d.Seconds() - s.average
	s.average += share * off
	s.variance = (1 - share) * (s.variance + share*off*off)
}

func (s *spread) mean() time.Duration { return inSeconds(s.average) }
func (s *spread) rms() time.Duration  { return inSeconds(math.Sqrt(s.variance)) }

func inSeconds(v float64) time.Duration { return time.Duration(math.Round(v * float64(time.Second))) }
