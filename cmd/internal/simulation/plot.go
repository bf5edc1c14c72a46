package simulation

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw/sim"
)

// Where things are in the plot, in pixels.
const (
	width, height = 1000, 500
	left, right   = 80, 965
	top, bottom   = 60, 430
	middle        = (top + bottom) / 2
	strip         = 12 // height of the band of states
)

// style is readable on paper and in the dark.
const style = `
svg { background: #fff; font: 12px sans-serif }
text { fill: #333 }
.title { font-size: 15px; font-weight: bold }
.grid { stroke: #ddd; fill: none }
.edge { stroke: #888; fill: none }
.early { fill: #8882 }
.bound { fill: #4a90d933; stroke: #4a90d9; stroke-width: .5 }
.error { fill: #c0392b; stroke: #c0392b; stroke-width: 1 }
.starting { fill: #bbb }
.acquiring { fill: #f1c40f }
.locked { fill: #27ae60 }
.holdover { fill: #e67e22 }
.unsynchronized { fill: #c0392b }
@media (prefers-color-scheme: dark) {
svg { background: #16181d }
text { fill: #ddd }
.grid { stroke: #333 }
.edge { stroke: #777 }
.error { fill: #ff7b6b; stroke: #ff7b6b }
}
`

// column is what is drawn in one column of pixels. It keeps the extremes, so
// that no spike is lost.
type column struct {
	x           float64
	least, most time.Duration // of the error
	bound       time.Duration // greatest
	known       bool
	state       discipline.State // of its last second
}

func columnsOf(run []Second) []column {
	n := min(len(run), right-left)
	all := make([]column, n)
	for i := range all {
		c := column{x: left + (right-left)*float64(i)/float64(n)}
		for _, x := range run[i*len(run)/n : (i+1)*len(run)/n] {
			c.state = x.State
			switch {
			case !x.Known:
				continue
			case !c.known:
				c.known, c.least, c.most = true, x.Served, x.Served
			}
			c.least, c.most, c.bound = min(c.least, x.Served), max(c.most, x.Served), max(c.bound, x.Bound)
		}
		all[i] = c
	}
	return all
}

// Plot draws a run of s as SVG: error and bound of the served time, and the
// state.
func Plot(name string, s sim.Scenario, run []Second) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">`+"\n<title>%s</title>\n<style>%s</style>\n",
		width, height, html.EscapeString(name), style)
	fmt.Fprintf(&b, "<clipPath id=\"frame\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>\n", left, top, right-left, bottom-top)
	fmt.Fprintf(&b, "<text class=\"title\" x=\"%d\" y=\"20\">%s</text>\n<text x=\"%d\" y=\"40\">%s</text>\n",
		left, html.EscapeString(name), left, html.EscapeString(s.About))
	y := scaleOf(s, run)
	y.axis(&b)
	timeAxis(&b, s)
	columns := columnsOf(run)
	b.WriteString("<g clip-path=\"url(#frame)\">\n")
	area(&b, "bound", columns, func(c column) (low, high float64) { return y.at(-c.bound), y.at(c.bound) })
	area(&b, "error", columns, func(c column) (low, high float64) { return y.at(c.least), y.at(c.most) })
	b.WriteString("</g>\n")
	states(&b, columns)
	b.WriteString("</svg>\n")
	return b.String()
}

// area fills what lies between the two ends of each column.
func area(b *strings.Builder, class string, columns []column, ends func(column) (low, high float64)) {
	var forth, back string
	for _, c := range columns {
		if !c.known {
			continue
		}
		low, high := ends(c)
		forth += fmt.Sprintf("%.1f,%.1f ", c.x, high)
		back = fmt.Sprintf("%.1f,%.1f ", c.x, low) + back
	}
	fmt.Fprintf(b, "<polygon class=%q points=\"%s%s\"/>\n", class, forth, back)
}

// states draws the band of states below the plot, and what its colours mean.
func states(b *strings.Builder, columns []column) {
	for i := 0; i < len(columns); {
		end := i
		for end < len(columns) && columns[end].state == columns[i].state {
			end++
		}
		until := float64(right)
		if end < len(columns) {
			until = columns[end].x
		}
		fmt.Fprintf(b, "<rect class=\"%v\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
			columns[i].state, columns[i].x, bottom, until-columns[i].x, strip)
		i = end
	}
	x := left
	entry := func(class, text string) {
		fmt.Fprintf(b, "<rect class=%q x=\"%d\" y=\"%d\" width=\"12\" height=\"12\"/><text x=\"%d\" y=\"%d\">%s</text>\n",
			class, x, height-22, x+17, height-12, text)
		x += 38 + 6*len(text)
	}
	entry("error", "error: UTC − served")
	entry("bound", "bound")
	entry("early", "not judged")
	for s := discipline.Starting; s <= discipline.Unsynchronized; s++ {
		entry(s.String(), s.String())
	}
}

// scale turns an error into a height: linear near zero, logarithmic beyond.
type scale struct{ unit, most float64 } // ns: where it bends, and the end

// settling is how long after the first second that is locked the bound may
// still be so wide that nothing else would be seen.
const settling = 5 * time.Minute

func scaleOf(s sim.Scenario, run []Second) scale {
	f := Measure(s, run)
	y := scale{unit: 100, most: 1000}
	if f[RMS] > 0 {
		y.unit = f[RMS]
	}
	locked := 0
	for locked < len(run) && run[locked].State != discipline.Locked {
		locked++
	}
	for _, x := range run[min(locked+int(settling/time.Second), len(run)):] {
		y.most = math.Max(y.most, 1.1*float64(max(x.Bound, x.Served.Abs())))
	}
	return y
}

func (y scale) at(d time.Duration) float64 {
	share := math.Asinh(float64(d)/y.unit) / math.Asinh(y.most/y.unit)
	return middle - share*(bottom-top)/2
}
