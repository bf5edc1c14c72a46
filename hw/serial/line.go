package serial

import (
	"time"

	"gpsntpd/hw"
)

// Line finds the speed of what is heard on one port, and cuts it into frames.
type Line struct {
	tuner
	framer hw.Framer
}

// NewLine returns a line whose speed is given or, if that is 0, found out.
func NewLine(baud int, now time.Time) *Line { return &Line{tuner: newTuner(baud, 0, now)} }

// Baud is the speed that is listened at.
func (l *Line) Baud() int { return l.baud }

// Understood reports whether what is heard at this speed makes sense, or someone
// tries whether it does.
func (l *Line) Understood() bool { return l.understood || !l.held.IsZero() }

// Hear takes what was heard by now, which may be nothing, and when it arrived by the
// local clock. It returns the frames that it completes, and whether one of them is
// the first that makes sense at this speed. It may change the speed.
func (l *Line) Hear(now time.Time, b []byte, at hw.Time) (frames []hw.Frame, understood bool) {
	frames, found := l.hear(now, b, at)
	return frames, found == tuned
}

func (l *Line) hear(now time.Time, b []byte, at hw.Time) ([]hw.Frame, finding) {
	baud, sound := l.baud, false
	frames := l.framer.Feed(b, at)
	for _, f := range frames {
		sound = sound || f.Sound()
	}
	found := l.tuner.hear(now, b, sound)
	if l.baud != baud {
		l.framer = hw.Framer{}
	}
	return frames, found
}

// Move goes on at another speed, if the other end is told to do so as well. It
// reports whether the speed changes.
func (l *Line) Move(now time.Time, baud int) bool {
	if baud == 0 || baud == l.baud || l.fixed {
		return false
	}
	l.framer = hw.Framer{}
	l.move(now, baud)
	return true
}
