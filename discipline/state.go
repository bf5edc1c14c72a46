package discipline

import (
	"math"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// What the bound rests on, and when it is good enough to call it locked.
const (
	sigmas           = 4                     // standard deviations that it covers
	latency          = 100 * time.Nanosecond // systematic error of the kernel's timestamps, beside that which jitter shows
	unsure           = 4                     // measurements that tell too little of their noise: the bound is wider by their share in all
	lockAccepted     = 4                     // samples in a row must have been believed …
	lockOutlierShare = 0.1                   // … and of those before all but this share: the first may be spikes; …
	lockSeen         = 64                    // … of so many that is known …
	lockSpikyShare   = 0.5                   // … and then most of them suffice: it is spikes that go on
	lockAhead        = 2 * time.Second       // the bound must hold for this long
)

// updateState works out the state at r.
func (c *Controller) updateState(r hw.Reading) {
	switch {
	case !c.knows():
		return
	case c.networked:
		if !c.stepDue(c.offset(r)) {
			c.followed = true
			c.enter(c.opt.following(), r.Time)
		}
	case c.state.Synchronized():
		s := c.Snapshot()
		c.enter(s.StateAt(r.Time), r.Time)
	case c.locks(r):
		c.wasLocked = true
		c.enter(Locked, r.Time)
	case c.state == Starting:
		c.enter(Acquiring, r.Time)
	}
}

// locks reports whether the newest samples are good enough to call it locked.
func (c *Controller) locks(r hw.Reading) bool {
	switch {
	case !c.filter.Started(), c.last.At < c.eraBegan, r.Time.Sub(c.last.At) > SilentAfter:
		return false
	}
	return c.filter.AcceptedRun >= lockAccepted && c.filter.OutlierShare < c.mostOutliers() && c.growth().After(r.Raw.Sub(c.raw)+lockAhead) <= c.opt.MaxError
}

// mostOutliers is of which share of the newest samples on it is not called locked.
func (c *Controller) mostOutliers() float64 {
	if c.filter.Seen() > lockSeen {
		return lockSpikyShare
	}
	return lockOutlierShare
}

func (c *Controller) enter(s State, now hw.Time) {
	if s != c.state || c.since == 0 {
		c.state, c.since = s, now
	}
}

// nudge is a distance between the clock and its line that readings do not
// explain.
const nudge = time.Microsecond

// When this many of the measurements are spikes, one more is what was expected, and so are some in a row that
// are to be found as often: the crystal changes far more seldom.
const (
	spikesUsual = 3e-3
	spikesInRow = 3e-4
	spikesKnown = 600 // measurements that tell it
)

// spiky reports whether the newest measurements that were not believed are what was expected.
func (c *Controller) spiky() bool {
	f := &c.filter
	return f.Seen() > spikesKnown && f.Scattered() && f.Outliers > spikesUsual && math.Pow(f.Outliers, float64(f.OutlierRun)) > spikesInRow
}

// growth is the bound from the filter's last measurement on.
func (c *Controller) growth() *Growth {
	f := &c.filter
	lastOutlier, drift, sudden := c.outlierTerms()
	spike := time.Duration(0)
	if c.spiky() {
		spike, sudden = min(lastOutlier, c.opt.MaxError/4), max(sudden, min(drift, hw.Frequency(c.opt.MaxError.Seconds()/4)))
		lastOutlier, drift = 0, 0
	}
	g := &Growth{
		Latency:       latency,
		Receiver:      lastOutlier + ceil(f.Bias+f.Spread+f.Drawn),
		Tempco:        ceil(math.Abs(f.TempcoError)),
		Drift:         drift,
		Sudden:        sudden,
		Spike:         spike,
		Unseen:        f.Unseen,
		Phase:         f.PXX,
		Fresh:         c.fresh,
		PhaseRate:     f.PXY,
		Rate:          f.PYY,
		WanderDensity: math.Max(f.Wander*f.Wander, f.Swing*f.Swing),
		Sigmas:        sigmas * (1 + unsure/math.Max(float64(f.Learnt()), 1)),
	}
	switch c.last.Source {
	case refclock.FromPulse:
		g.Edge = c.last.Edge
		g.Receiver += c.last.Stated
	case refclock.FromSentence:
		g.Latency += c.last.Dispersion // no one knows how late a sentence is
	}
	if c.stray > nudge {
		g.Loop = c.stray
	}
	return g
}

// outlierTerms is what samples that were not believed add to the bound: each may be
// right, and then the clock goes on to be ever further off. One alone is most likely a
// spike, and must not end the synchronization.
func (c *Controller) outlierTerms() (off time.Duration, drift, sudden hw.Frequency) {
	f := &c.filter
	off = time.Duration(f.LastOutlier * 1e9)
	switch {
	case f.OutlierRun > 1:
		drift = hw.Frequency(f.LastOutlier)
	case f.FirstOutlier > 0: // else a jump hypothesis stands
		off = min(off, c.opt.MaxError/4)
	}
	return off, drift, hw.Frequency(min(f.FirstOutlier, (c.opt.MaxError / 4).Seconds()))
}

// State returns the state and since when, by the local clock.
func (c *Controller) State() (State, hw.Time) { return c.state, c.since }

// Estimates is what has been learnt, for people.
type Estimates struct {
	Frequency hw.Frequency  // correction, without slews
	Jitter    time.Duration // of the pulse, rms
	Wander    float64       // random walk of the oscillator's frequency, per √s
	Latency   time.Duration // mean latency of the stamps that was found and taken off; 0 when none was
}

// Estimates returns what has been learnt.
func (c *Controller) Estimates() Estimates {
	f := &c.filter
	e := Estimates{Frequency: c.opt.Frequency}
	if f.Started() {
		e = Estimates{hw.Frequency(f.Y), ceil(f.Noise), f.Wander, ceil(f.Delay)}
	}
	if c.networked {
		e.Frequency = c.network.Rate
	}
	return e
}

// Jumps is how often the receiver's phase has jumped.
func (c *Controller) Jumps() int { return c.filter.Jumps }

// Snapshot is what answers are made from until the next one.
func (c *Controller) Snapshot() Snapshot {
	s := Snapshot{
		State: c.state, Reference: c.reference(), Leap: indicator(c.armed), Armed: c.armed,
		MaxError: c.opt.MaxError, Tolerance: tolerance,
		Anchor: c.lines.now.anchor, Rate: c.lines.now.rate,
	}
	if !c.knows() {
		return s
	}
	// Everything is anchored where the line begins; the filter's estimate is
	// brought there, backwards when the measurement is newer.
	s.Offset = c.offset(s.Anchor)
	s.Estimates = c.Estimates()
	s.OffsetRate = (s.Estimates.Frequency - s.Rate) / (1 + s.Rate)
	if n := &c.network; c.networked {
		s.Growth, s.MaxError = n.Growth, networkLimit
		s.Measured, s.LastSample = c.lines.now.at(n.Raw), s.Reference.Time
		return s
	}
	s.Growth = *c.growth()
	s.Measured = c.lines.now.at(c.raw)
	s.LastSample = c.last.At
	return s
}
