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

// watch reads both clocks. To read the raw one takes a system call, so it is not
// read again while its last reading is near: since then it ran as the kernel's
// monotonic clock does, which the runtime reads without one. When somebody sets the
// kernel's clock, or the machine is suspended, the reading is no longer near.
type watch struct {
	reading hw.Reading
	began   time.Time
	raw     hw.Raw // what the raw clock showed then
}

// read returns what both clocks show.
func (w *watch) read(c hw.Clock, d *dated) hw.Reading {
	now := time.Now()
	if isNear(now.Sub(w.began)) && isNear(stampOf(now).Sub(stampOf(w.began))) {
		r := w.reading
		r.Time, r.Raw = d.fromKernel(c, stampOf(now)), w.raw+hw.Raw(now.Sub(w.began))
		return r
	}
	w.reading, w.began = c.Read(), time.Now()
	since := d.fromKernel(c, stampOf(w.began)).Sub(w.reading.Time)
	w.raw = w.reading.Raw + hw.Raw(since)
	if !isNear(since) { // interrupted, or set in between
		w.began = time.Time{}
	}
	return w.reading
}

func isNear(d time.Duration) bool { return d >= 0 && d <= near }

// stampOf is t as the kernel stamps with it.
func stampOf(t time.Time) hw.Time { return hw.Time(t.UnixNano()) }
