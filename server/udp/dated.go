package udp

import (
	"time"

	"gpsntpd/hw"
)

// dated is a stamp of the kernel and what our clock showed then. To find that
// out takes several looks at the clocks, unless our clock is the kernel's.
type dated struct{ kernel, local hw.Time }

// near is for how long both clocks go together, to 0.1 µs however they are
// steered (500 ppm each).
const near = 100 * time.Microsecond

// fromKernel is c.FromKernel, by the stamp before if that is near.
func (d *dated) fromKernel(c hw.Clock, stamp hw.Time) hw.Time {
	if stamp.Sub(d.kernel).Abs() > near {
		d.kernel, d.local = stamp, c.FromKernel(stamp)
	}
	return d.local.Add(stamp.Sub(d.kernel))
}

// watch reads both clocks. To read the raw one takes some system calls, so it is not
// read again for a while: since then it ran as the kernel's monotonic clock does, which
// the runtime reads without one. That holds until someone sets the kernel's clock or
// the machine is suspended, which the two clocks of the runtime tell.
type watch struct {
	reading hw.Reading
	began   time.Time // shortly after it, when
	stamp   hw.Time   // the kernel's clock showed this
	raw     hw.Raw    // and the raw clock this
}

// For how long the raw clock is known, to 1 µs however the kernel's is steered (500
// ppm): a tenth of what the discipline allows the two clocks to part. And by how much
// the two clocks of the runtime may seem to part, rounding included.
const (
	known = 2 * time.Millisecond
	apart = time.Microsecond
)

// read returns what both clocks show.
func (w *watch) read(c hw.Clock, d *dated) hw.Reading {
	now := time.Now()
	since := now.Sub(w.began)
	if since >= 0 && since <= known && (stampOf(now).Sub(w.stamp)-since).Abs() <= apart {
		r := w.reading
		r.Time, r.Raw = d.fromKernel(c, stampOf(now)), w.raw+hw.Raw(since)
		return r
	}
	w.reading, w.began = c.Read(), time.Now()
	w.stamp = stampOf(w.began)
	since = d.fromKernel(c, w.stamp).Sub(w.reading.Time)
	w.raw = w.reading.Raw + hw.Raw(since)
	if since < 0 || since > near { // interrupted, or set in between
		w.began = time.Time{}
	}
	return w.reading
}

// stampOf is t as the kernel stamps with it.
func stampOf(t time.Time) hw.Time { return hw.Time(t.UnixNano()) }
