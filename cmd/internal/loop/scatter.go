package loop

import (
	"gpsntpd/discipline/scatter"
	"gpsntpd/server/control"
)

// Pulses is what the pulses of the last hour said, one for each second, oldest
// first; NaN where there was none. What is made of it need not be the loop's work.
type Pulses struct {
	Errors  []float32 // by the line that the clock was believed to follow, s
	Offsets []float32 // UTC − local, s
	Age     *float64  // of the newest edge, s; nil before the first
	Stale   bool      // none has come for too long
}

// Pulses returns a copy.
func (l *Loop) Pulses() Pulses {
	return Pulses{
		Errors: l.scatter.Errors(nil), Offsets: l.scatter.Offsets(nil),
		Age: l.age(l.pulse.last), Stale: l.pulse.last != 0 && l.now.Raw.Sub(l.pulse.last) > pulseSilent,
	}
}

// Scatter is what p amounts to.
func (p Pulses) Scatter() control.Scatter {
	c := control.Scatter{AgeSeconds: p.Age, Stale: p.Stale, Histogram: []control.Bar{}, Allan: []control.AllanDeviation{}}
	for _, a := range scatter.Allan(p.Offsets) {
		c.Allan = append(c.Allan, control.AllanDeviation{TauSeconds: a.Tau, Deviation: a.Sigma})
	}
	s, bars := scatter.Histogram(p.Errors)
	for _, b := range bars {
		c.Histogram = append(c.Histogram, control.Bar{FromSeconds: b.From, ToSeconds: b.To, Count: b.Count})
	}
	if c.Count = s.Count; c.Count > 0 {
		c.MeanSeconds, c.JitterSeconds = &s.Mean, &s.RMS
	}
	return c
}
