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
