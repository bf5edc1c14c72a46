package discipline

import (
	"time"

	"gpsntpd/discipline/filter"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Options are the operator's limits. The zero value of each means its default.
type Options struct {
	MaxError       time.Duration // bound above which answers are not synchronized
	StepThreshold  time.Duration // a foreign move of the clock beyond this is stepped back
	Frequency      hw.Frequency  // correction that the oscillator is believed to need …
	FrequencyError hw.Frequency  // … and how wrong that may be, rms; 0 when nothing is known of it

	Client bool // there is to be no receiver

	PulseRefID    refclock.RefID // reference identifier while pulses discipline the clock: "GPS" …
	SentenceRefID refclock.RefID // … and while only sentences do: "NMEA"
}

// Defaults of Options.
const (
	DefaultMaxError      = time.Millisecond
	DefaultStepThreshold = 50 * time.Millisecond
	DefaultPulseRefID    = "GPS"
	DefaultSentenceRefID = "NMEA"
)

// Controller decides what to do to the clock. Its estimate lives on the raw
// clock, which no one steers: what we, or others, do to the local clock can
// not disturb it.
type Controller struct {
	opt   Options
	state State
	since hw.Time // of the state

	// Estimate: UTC at the raw time origin, the filter's phase added.
	filter filter.Filter
	utc    refclock.UTC
	raw    hw.Raw

	leap  hw.Leap // the next one that is known; At is UTC, as a right clock shows it
	armed hw.Leap // the one that the clock has been told to make

	lines     lines
	running   bool          // lines is set
	steered   hw.Raw        // when the frequency was last set
	eraBegan  hw.Time       // samples from before are dropped
	stepped   bool          // at start
	wasLocked bool          // was locked once: no step at start any more
	doubted   bool          // the reference is not believed, and no sample since was
	stray     time.Duration // how far readings have lately been off the line
	made      hw.Time       // the leap second that was made last
	last      refclock.Sample
	fresh     float64 // variance of the phase after last, s²
	founded   hw.Raw  // when the estimate began
	other     other
	network   Network // what servers say …
	networked bool    // … and the clock follows that
	followed  bool    // it did once: no step at start any more
	Counts    Counts
}

// Counts tells how often each thing happened since the start.
type Counts struct {
	Samples      uint64 // taken
	Outliers     uint64 // taken notice of, but too far off to be believed
	Stale        uint64 // from before the newest step
	Steps        uint64 // ours
	Interference uint64 // moves of the clock that were not ours
	GivenUp      uint64 // estimates, for what pulse and sentences said instead
}

// NewController returns a controller that knows nothing yet.
func NewController(opt Options) *Controller {
	if opt.MaxError == 0 {
		opt.MaxError = DefaultMaxError
	}
	if opt.StepThreshold == 0 {
		opt.StepThreshold = DefaultStepThreshold
	}
	if opt.PulseRefID == (refclock.RefID{}) {
		opt.PulseRefID = refclock.RefIDOf(DefaultPulseRefID)
	}
	if opt.SentenceRefID == (refclock.RefID{}) {
		opt.SentenceRefID = refclock.RefIDOf(DefaultSentenceRefID)
	}
	c := &Controller{opt: opt}
	c.restart()
	return c
}

// restart forgets what the filter has learnt, but not what was known before.
func (c *Controller) restart() {
	c.filter = filter.Filter{
		Frequency: float64(c.opt.Frequency), FrequencyError: float64(c.opt.FrequencyError),
	}
}

// Sample takes measurements, oldest first, and acts on them; r is what the
// clocks show now.
func (c *Controller) Sample(r hw.Reading, samples ...refclock.Sample) Action {
	act, r := c.watch(r)
	believed := false
	for _, s := range samples {
		believed = c.update(s, r) || believed
	}
	if !believed {
		return c.merge(act, c.tick(r))
	}
	c.choose(r)
	return c.merge(act, c.steer(r))
}

// update lets the filter learn from s, and reports whether it was believed.
func (c *Controller) update(s refclock.Sample, r hw.Reading) bool {
	switch {
	case s.At < max(c.eraBegan, c.lines.oldest()) || s.At > r.Time:
		c.Counts.Stale++
		return false
	case c.coarse(s, r):
		return false
	case s.Source == refclock.FromPulse && c.last.Source == refclock.FromSentence:
		c.restart() // what sentences taught of noise does not hold for pulses
	}
	raw := c.lines.raw(s.At)
	ref := refclock.At(s.At, s.Offset+s.Sawtooth)
	if c.filter.Started() && raw <= c.raw {
		c.Counts.Stale++
		return false
	}
	founded := raw
	if c.filter.Started() {
		c.predict(raw)
		agreed := c.other.began
		if !c.admits(ref, s) {
			c.Counts.Outliers++
			c.Doubt(r)
			return false
		}
		if !c.filter.Started() { // what it was given up for has been known for so long
			founded = agreed
		}
	}
	if !c.filter.Started() {
		c.utc, c.raw = ref, raw
		if !c.wasLocked {
			c.founded = founded
		}
	}
	z := ref.Sub(c.utc)
	if !c.filter.Update(z.Seconds(), s.Dispersion.Seconds()/3) {
		c.Counts.Outliers++
		return false
	}
	c.Counts.Samples++
	c.doubted = false
	c.last, c.fresh = s, c.filter.PXX
	c.fold()
	return true
}

// coarse reports whether s knows less than we do: a sentence while the last
// pulses still tell the time better.
func (c *Controller) coarse(s refclock.Sample, r hw.Reading) bool {
	return c.last.Source == refclock.FromPulse && s.Source == refclock.FromSentence &&
		c.growth().After(r.Raw.Sub(c.raw)) < s.Dispersion
}

// Later says that all pulses so far were stamped by d later than was thought, and that what
// is still unknown of that is left at most. The estimate moves by it; it is no doubt of the
// receiver.
func (c *Controller) Later(r hw.Reading, d, left time.Duration) Action {
	act, r := c.watch(r)
	if !c.filter.Started() || c.last.Source != refclock.FromPulse {
		return act
	}
	c.utc = c.utc.Add(d)
	c.last.Edge = left
	return c.merge(act, c.steer(r))
}

// Tick lets time pass without a sample.
func (c *Controller) Tick(r hw.Reading) Action {
	act, r := c.watch(r)
	return c.merge(act, c.tick(r))
}

func (c *Controller) tick(r hw.Reading) Action {
	if a := c.arm(r); a.Arm {
		return a
	}
	c.pass(r.Raw)
	c.choose(r)
	if !c.knows() || r.Raw.Sub(c.steered) < steerEvery {
		c.updateState(r)
		return Action{}
	}
	return c.steer(r)
}

// Temperature takes what the sensor near the oscillator shows now.
func (c *Controller) Temperature(t hw.Temperature) { c.filter.Temperature(float64(t)) }

// Doubt says that the reference is not believed: we are not synchronized until
// the next sample.
func (c *Controller) Doubt(r hw.Reading) {
	c.doubted = true
	c.eraBegan = r.Time
	if c.state.Synchronized() && !c.networked {
		c.enter(Unsynchronized, r.Time)
	}
}

// Doubted reports whether the reference is not believed.
func (c *Controller) Doubted() bool { return c.doubted }

// A pulse may become a sample this much later, when a sentence names it.
const named = 1500 * time.Millisecond

// pass lets the filter follow the temperature through silence, about once a
// second.
func (c *Controller) pass(now hw.Raw) {
	if c.filter.Started() && now.Sub(c.raw) > named+time.Second {
		c.predict(now - hw.Raw(named))
		c.fold()
	}
}

// predict brings the filter to raw.
func (c *Controller) predict(raw hw.Raw) {
	dt := raw.Sub(c.raw)
	c.filter.Predict(dt.Seconds())
	c.utc = c.utc.Add(dt)
	c.raw = raw
}

// fold moves the whole nanoseconds of the phase into utc, which keeps the
// filter's numbers small and exact.
func (c *Controller) fold() {
	ns := time.Duration(c.filter.X * 1e9)
	c.utc = c.utc.Add(ns)
	c.filter.Shift(float64(ns) / 1e9)
}

// offset estimates UTC − local at r.
func (c *Controller) offset(r hw.Reading) time.Duration {
	if c.networked {
		return refclock.Offset(c.network.at(r.Raw), r.Time)
	}
	return refclock.Offset(c.taught(r.Raw), r.Time)
}

// taught is UTC at raw by what the receiver has taught.
func (c *Controller) taught(raw hw.Raw) refclock.UTC {
	dt := raw.Sub(c.raw)
	return c.utc.Add(dt + time.Duration((c.filter.X+c.filter.Y*dt.Seconds())*1e9))
}
