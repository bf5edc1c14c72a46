package loop

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Horizon is for how long after it was built a program believes dates: a receiver that
// has lost count of the weeks is wrong by 1024 of them, 19.6 years.
const Horizon = 20 * 365.25 * 24 * time.Hour

// When the date that epochs name is believed so far that what can't be undone is done by
// it: the turn of keys, the deletion of files, a date that is kept. Locking and serving
// do not wait for it.
const (
	datedAfter = 15 * time.Minute
	datedPause = 2 * time.Minute // a longer one begins anew
	datedTo    = 2 * time.Second // so far apart epochs do not contradict each other
)

// dated is for how long epochs have named dates that follow each other. The zero value
// has heard none.
type dated struct {
	began, last hw.Raw
	utc         refclock.UTC // that the last one named
}

// epoch takes the date of one that was heard at a moment of the raw clock.
func (d *dated) epoch(at hw.Raw, utc refclock.UTC) {
	passed := at.Sub(d.last)
	if d.last == 0 || passed > datedPause || (utc.Sub(d.utc)-passed).Abs() > datedTo {
		d.began = at
	}
	d.last, d.utc = at, utc
}

// sure reports whether that is long enough.
func (d *dated) sure() bool { return d.last.Sub(d.began) >= datedAfter }

// plausible reports whether the fix f is not of a date after all that is believed.
func (l *Loop) plausible(f refclock.Fix) bool { return l.NotAfter == 0 || f.UTC <= l.NotAfter }
