package hw

import (
	"context"
	"time"
)

// Path is a way by which the edges of one pulse line reach us, one enumerated word for
// people and JSON.
type Path string

// The paths, the most exact ones first.
const (
	PathPHC    Path = "phc"   // the clock of a network interface stamps the edge
	PathLevel  Path = "level" // we read the level of the pin, in a short window around the pulse
	PathKernel Path = "pps"   // the kernel's PPS stamps its interrupt
	PathEvent  Path = "event" // the kernel stamps an event of a GPIO line
	PathDCD    Path = "dcd"   // we read the modem lines of a serial port, in a short window around the pulse
)

// Paths lists all of them, in that order.
var Paths = []Path{PathPHC, PathLevel, PathKernel, PathEvent, PathDCD}

// Absolute reports whether no interrupt lies between the edge and the stamp of p: it is
// late by what Edge.Within says, and hardly more.
func (p Path) Absolute() bool { return p == PathPHC || p.Polled() }

// Polled reports whether someone has to look at p when a pulse is due.
func (p Path) Polled() bool { return p == PathLevel || p == PathDCD }

// Due is when a pulse is expected, and within how much of that.
type Due struct {
	At     Time
	Within time.Duration
}

// Poller is a source of edges that is read in a short window around each moment that
// it is told. Run blocks until ctx ends, and reports each change of its device's
// condition.
type Poller interface {
	Run(ctx context.Context, due <-chan Due, edges chan<- Edge, devices chan<- Device) error
}
