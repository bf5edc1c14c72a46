package pps

import (
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// line follows the transitions of a pulse line.
type line struct {
	edge      hw.Transition
	last      hw.Edge    // by the kernel's clock
	count     uint32     // of opposite transitions
	opposites [2]hw.Time // the newest, newest first
}

// take returns the edge in info if it is a new one. When others came so quickly
// before it that no one could fetch them, they are missed.
func (l *line) take(info unix.PPSKInfo) (hw.Edge, bool) {
	if n, at := read(l.edge.Opposite(), info); n != l.count {
		l.count, l.opposites = n, [2]hw.Time{at, l.opposites[0]}
	}
	seq, at := read(l.edge, info)
	if seq == l.last.Seq {
		return hw.Edge{}, false
	}
	e := hw.Edge{At: at, Seq: seq, Missed: seq - l.last.Seq - 1}
	if e.Missed == 0 {
		e.Width = l.width(at)
	}
	l.last = e
	return e, true
}

// width is from the last edge, if there was one, to the opposite transition
// before the edge at next. Drivers that know the length of their pulse stamp its end ahead of
// time, so that the end of the next pulse may be here already.
func (l *line) width(next hw.Time) time.Duration {
	for _, at := range l.opposites {
		if l.last.Seq != 0 && at > l.last.At && at < next {
			return at.Sub(l.last.At)
		}
	}
	return 0
}
