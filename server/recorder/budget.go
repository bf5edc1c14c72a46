package recorder

import (
	"errors"
	"time"

	"gpsntpd/hw"
)

// What a recording may be: anybody can have made it. The greatest ring holds two
// weeks of a receiver that is read fifty times a second, or a hundred days of a quiet
// one; a kilobyte can claim to be the two hundred years of a clock's whole range.
const (
	mostEvents = 1 << 26
	mostTime   = 100 * 24 * time.Hour
	lastTime   = hw.Time(200 * 365.25 * 24 * time.Hour) // in 2170: no sum with mostTime overflows
)

// Why no more of a recording is read.
var (
	ErrEvents = errors.New("more events are in it than a recorder can hold")
	ErrTimes  = errors.New("it claims to have lasted longer than a recorder can, or times that no clock shows")
)

// budget is what has been read of a recording.
type budget struct {
	events int
	first  hw.Raw
}

// spend takes the moment of the next event, or says why it is too much.
func (b *budget) spend(at hw.Reading) error {
	if b.events == 0 {
		b.first = at.Raw
	}
	b.events++
	switch lasted := at.Raw.Sub(b.first); {
	case b.events > mostEvents:
		return ErrEvents
	case lasted.Abs() > mostTime, at.Time < 0, at.Time > lastTime:
		return ErrTimes
	}
	return nil
}
