package simulation

import (
	"fmt"
	"strings"
	"time"

	"gpsntpd/hw/sim"
	"gpsntpd/server/human"
)

// apart is the least distance of two labels of the axis of errors, in pixels.
const apart = 22

// axis draws the lines of round errors that are far enough from each other.
func (y scale) axis(b *strings.Builder) {
	y.line(b, 0, "0")
	round := []time.Duration{1}
	most := time.Duration(y.most)
	if y.at(most/10)-y.at(most) > 3.5*apart { // there is room within a decade
		round = []time.Duration{5, 2, 1}
	}
	last := float64(top - apart)
	for decade := 1000 * time.Second; decade > 0; decade /= 10 {
		for _, n := range round {
			d := n * decade
			at := y.at(d)
			if at < top || at < last+apart || at > middle-apart {
				continue
			}
			last = at
			y.line(b, d, human.Seconds(d))
			y.line(b, -d, human.Seconds(-d))
		}
	}
}

func (y scale) line(b *strings.Builder, d time.Duration, label string) {
	at := y.at(d)
	fmt.Fprintf(b, "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
		left, at, right, left-6, at+4, label)
}

// steps are the round distances of labels of time, and their unit.
var steps = []struct {
	every, unit time.Duration
	name        string
}{
	{10 * time.Second, time.Second, "s"}, {time.Minute, time.Minute, "min"}, {5 * time.Minute, time.Minute, "min"},
	{10 * time.Minute, time.Minute, "min"}, {20 * time.Minute, time.Minute, "min"}, {time.Hour, time.Hour, "h"},
	{3 * time.Hour, time.Hour, "h"}, {6 * time.Hour, time.Hour, "h"}, {24 * time.Hour, 24 * time.Hour, "d"}, {7 * 24 * time.Hour, 24 * time.Hour, "d"},
}

// labels is the greatest number of labels of time.
const labels = 12

// timeAxis draws the frame, the lines of round times, and what is not judged.
func timeAxis(b *strings.Builder, s sim.Scenario) {
	whole := s.Simulate.For.Duration
	at := func(d time.Duration) float64 { return left + (right-left)*float64(d)/float64(whole) }
	fmt.Fprintf(b, "<rect class=\"early\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n", left, top, at(s.Simulate.Steady.Duration)-left, bottom-top)
	step := steps[0]
	for _, step = range steps {
		if whole/step.every <= labels {
			break
		}
	}
	for d := time.Duration(0); d <= whole; d += step.every {
		fmt.Fprintf(b, "<path class=\"grid\" d=\"M%.1f %dV%d\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d %s</text>\n",
			at(d), top, bottom, at(d), bottom+strip+16, d/step.unit, step.name)
	}
	fmt.Fprintf(b, "<rect class=\"edge\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", left, top, right-left, bottom-top)
}
