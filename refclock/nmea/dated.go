package nmea

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// carried is how long a date serves the epochs that have none. Receivers
// that do not send it with each epoch send it every few seconds or
// minutes; from 12 h on it could not be told which midnight was passed.
const carried = time.Hour

// dated is the last epoch with a date of its own that is to be believed.
type dated struct {
	utc refclock.UTC
	at  hw.Time // when it began
}

// carry returns the moment that the time of day of an epoch that began at now
// names, 0 when the date is not known or too old.
func (d dated) carry(tod time.Duration, now hw.Time) refclock.UTC {
	if d.utc == 0 || now.Sub(d.at).Abs() > carried {
		return 0
	}
	ahead := refclock.Apart(tod, time.Duration(d.utc)%refclock.Day)
	if ahead.Abs() > carried {
		return 0
	}
	return d.utc.Add(ahead)
}
