package sim

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"gpsntpd/hw"
)

// Board is a computer by the ways in which it sees a pulse; "" has the kernel's alone, as
// Pulse says.
type Board string

// way is how a path of a board sees the pulse.
type way struct {
	path     hw.Path
	constant time.Duration // late by this, always
	jitter   time.Duration // rms, both ways
	latency  time.Duration // mean of a delay that is never negative
	bracket  time.Duration // half the width of a look at the pin: the edge is anywhere in it
	within   time.Duration // how far the two clocks may be apart for the way between them, beside that
	eases    time.Duration // by how much earlier a stamp is while another path is polled
	lost     float64       // share of edges that do not come
	double   float64       // share of edges that come twice
	held     float64       // share of edges that are delivered a quarter of a second late
}

// boards are computers as they were measured: a Raspberry Pi 5 and 4 with the pulse on a
// pin of the header, a network card with a clock of its own that stamps it, a Compute
// Module 4 whose PHY does, and a PC with the pulse on DCD.
var boards = map[Board][]way{
	"pi5": {
		{path: hw.PathKernel, constant: 11800 * time.Nanosecond, jitter: 80 * time.Nanosecond, latency: 200 * time.Nanosecond, eases: 5 * time.Microsecond},
		{path: hw.PathLevel, constant: 150 * time.Nanosecond, bracket: 650 * time.Nanosecond},
	},
	"pi4": {
		{path: hw.PathKernel, constant: 850 * time.Nanosecond, jitter: 90 * time.Nanosecond, latency: 50 * time.Nanosecond},
		{path: hw.PathLevel, constant: 100 * time.Nanosecond, bracket: 400 * time.Nanosecond},
	},
	"timehat": {
		{path: hw.PathPHC, jitter: 6 * time.Nanosecond, within: time.Microsecond, lost: 0.001},
	},
	"cm4": {
		{path: hw.PathKernel, constant: 900 * time.Nanosecond, jitter: 100 * time.Nanosecond},
		{path: hw.PathPHC, jitter: 50 * time.Nanosecond, within: 4 * time.Microsecond, lost: 0.05, double: 0.01, held: 0.1},
	},
	"pc": {
		{path: hw.PathKernel, constant: 65 * time.Microsecond, jitter: time.Microsecond, latency: 29 * time.Microsecond, eases: 40 * time.Microsecond},
		{path: hw.PathDCD, constant: 400 * time.Nanosecond, bracket: 3 * time.Microsecond},
	},
}

// UnmarshalText reads the name of a board from a scenario file.
func (b *Board) UnmarshalText(text []byte) error {
	*b = Board(text)
	if _, ok := boards[*b]; !ok {
		return fmt.Errorf("%q is no board; there are %s", text, strings.Join(Boards(), ", "))
	}
	return nil
}

// Boards lists the boards that can be simulated.
func Boards() []string {
	var all []string
	for b := range maps.Keys(boards) {
		all = append(all, string(b))
	}
	slices.Sort(all)
	return all
}

// Constant returns how late the kernel of b stamps every pulse; 0: it does not see it.
func (b Board) Constant() time.Duration {
	for _, w := range boards[b] {
		if w.path == hw.PathKernel {
			return w.constant
		}
	}
	return 0
}

// Polled returns the path of b that is polled; "" when there is none.
func (b Board) Polled() hw.Path {
	for _, w := range boards[b] {
		if w.path.Polled() {
			return w.path
		}
	}
	return ""
}

// see returns what a path makes of an edge that came at a moment; what is drawn does not
// depend on the condition.
func (w way) see(at Truth, later time.Duration, random *rand.Rand) []Event {
	late := w.constant + scale(w.jitter, random.NormFloat64()) + scale(w.latency, random.ExpFloat64()) +
		scale(w.bracket, 2*random.Float64()-1)
	lost, twice, held := random.Float64() < w.lost, random.Float64() < w.double, random.Float64() < w.held
	if w.path == hw.PathKernel {
		late += later
	}
	e := Event{At: at.Add(late), Edge: true, Path: w.path, Within: w.bracket + w.within, Eased: w.eases}
	switch {
	case lost:
		return nil
	case held:
		e.Stamp, e.At = e.At, e.At.Add(time.Second/4)
	}
	if twice {
		return []Event{e, e}
	}
	return []Event{e}
}
