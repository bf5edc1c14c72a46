package main

import (
	"context"

	"gpsntpd/cmd/gpsntpd/loop"
	"gpsntpd/discipline/scatter"
	"gpsntpd/server/control"
)

// Scatter implements control.Daemon.
func (d daemon) Scatter(ctx context.Context) (control.Scatter, error) {
	p, err := ask(ctx, d.commands, d.loop.Pulses)
	return scattered(p), err
}

// scattered is what p amounts to.
func scattered(p loop.Pulses) control.Scatter {
	c := control.Scatter{Histogram: []control.Bar{}, Allan: []control.AllanDeviation{}}
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
