package loop

import (
	"time"

	"gpsntpd/hw"
)

// reach is the reachability of a source as in RFC 5905, section 9.2, but by the
// second: a bit for each of the last eight, the newest in the lowest.
type reach struct {
	register uint8
	marked   bool   // in the second that has not ended yet
	began    hw.Raw // when that did
}

func (r *reach) mark() { r.marked = true }

// pass lets time pass.
func (r *reach) pass(now hw.Raw) {
	if now.Sub(r.began) < time.Second {
		return
	}
	r.register <<= 1
	if r.marked {
		r.register |= 1
	}
	r.marked, r.began = false, now
}
