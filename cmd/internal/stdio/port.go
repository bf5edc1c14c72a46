// Package stdio drives the controller by numbers alone: what a pulse says of
// the clock goes in, what is to be done to the clock comes out, second by
// second. It is the one place where the sign of an offset is clock − true;
// the controller behind it works with UTC − local, like the rest of the program.
package stdio

import (
	"fmt"
	"math"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

const (
	epoch      refclock.UTC = 1_767_225_600e9       // second 0; any moment would do
	dispersion              = 100 * time.Nanosecond // of a pulse, as refclock.Pairer has it
	mostRate                = 500e3 - 0.001         // ppb, frequency and slew together: rounded, still within the contract
)

// Port is the way to a clock that is known by its offset alone. The controller
// sees a clock and its oscillator as it expects them, without the noise of the
// pulse: at each second that which its own snapshot predicts.
type Port struct {
	Controller *discipline.Controller

	begun           bool // there was a pulse
	k               int64
	now             hw.Reading // the controller's clock at k
	frequency, slew float64    // that the clock was told at k, ppb
	// lead is how far the clock is ahead of the one that the controller sees,
	// in ns: that one counts whole nanoseconds, and it is slewed in seconds in
	// which no one could tell the real one to.
	lead float64
}

// New returns a port to a controller that knows nothing yet.
func New() *Port {
	return &Port{Controller: discipline.NewController(discipline.Options{}), k: -1}
}

// Second takes what was measured at a second after those before.
func (p *Port) Second(in Second) (Answer, error) {
	if in.K <= p.k {
		return Answer{}, fmt.Errorf("second %d comes after %d", in.K, p.k)
	}
	pulse := !math.IsNaN(in.Offset)
	switch {
	case p.begun:
		for p.pass(); p.k < in.K; p.pass() {
			p.lead -= float64(p.Controller.Tick(p.now).Step) // no one carries it out
		}
	case pulse:
		p.begun = true
		p.now.Time = at(in.K).Add(nanoseconds(in.Offset))
	}
	p.k = in.K
	if !math.IsNaN(in.Temperature) {
		p.Controller.Temperature(hw.Temperature(in.Temperature))
	}
	switch {
	case pulse:
		return p.answer(p.Controller.Sample(p.now, refclock.Sample{
			At: p.now.Time, Offset: -nanoseconds(in.Offset - p.lead),
			Dispersion: dispersion, Source: refclock.FromPulse,
		})), nil
	case p.begun:
		return p.answer(p.Controller.Tick(p.now)), nil
	}
	return p.answer(discipline.Action{}), nil
}

// pass lets a second pass: the clock runs as it was told to, the controller's
// as the controller believes.
func (p *Port) pass() {
	p.k++
	next := p.predict()
	elapsed := next.Raw.Sub(p.now.Raw)
	p.lead += (p.frequency+p.slew)/1e9*float64(elapsed) - float64(next.Time.Sub(p.now.Time)-elapsed)
	p.slew = 0
	p.now = next
}

// predict returns what the controller's clock shows at k, on the line that the
// controller holds it to.
func (p *Port) predict() hw.Reading {
	s := p.Controller.Snapshot()
	t := at(p.k)
	for range 3 { // the offset is a function of the time that it is part of
		t = at(p.k).Add(-s.OffsetAt(t))
	}
	d := t.Sub(s.Anchor.Time)
	d -= (s.Rate / (1 + s.Rate)).Over(d)
	return hw.Reading{Time: s.Anchor.Time.Add(d + s.Rate.Over(d)), Raw: s.Anchor.Raw + hw.Raw(d)}
}

// answer carries out what the controller has decided.
func (p *Port) answer(act discipline.Action) Answer {
	if act.Steer {
		p.frequency = float64(act.Frequency-act.Slew) * 1e9
	}
	p.frequency = within(-mostRate, p.frequency, mostRate)
	p.slew = within(-mostRate-p.frequency, float64(act.Slew)*1e9-p.lead, mostRate-p.frequency)
	p.now.Time = p.now.Time.Add(act.Step)
	a := Answer{
		Frequency: p.frequency, Slew: p.slew, Step: float64(act.Step),
		Estimate: math.NaN(), Bound: math.NaN(),
	}
	s := p.Controller.Snapshot()
	a.State = s.StateAt(p.now.Time)
	if s.LastSample != 0 {
		off := p.lead - float64(s.OffsetAt(p.now.Time))
		a.Estimate = off - a.Step
		a.Bound = float64(s.BoundAt(p.now.Time)) + math.Abs(off)
	}
	return a
}

// at returns what a right clock shows at second k.
func at(k int64) hw.Time { return hw.Time(epoch.Add(time.Duration(k) * time.Second)) }

func nanoseconds(v float64) time.Duration { return time.Duration(math.Round(v)) }

// within returns v, to the thousandth that is printed, between low and high.
func within(low, v, high float64) float64 {
	return min(max(math.Round(v*1000)/1000, low), high)
}
