package udp

import (
	"testing"
	"time"

	"gpsntpd/hw"
)

// drifting is a clock that runs 500 ppm faster than the kernel's.
type drifting struct {
	host
	looks int
}

func (d *drifting) FromKernel(t hw.Time) hw.Time {
	d.looks++
	return t + t/2000 + 1e6
}

func TestStampsThatAreNearAreDatedTogether(t *testing.T) {
	var d dated
	c, twin := new(drifting), new(drifting)
	at := hw.Time(1e15)
	for i := range 1000 {
		at = at.Add(10 * time.Microsecond)
		stamp := at
		if i%3 == 0 {
			stamp = at.Add(-50 * time.Microsecond)
		}
		if off := d.fromKernel(c, stamp).Sub(twin.FromKernel(stamp)); off.Abs() > 100 {
			t.Fatalf("stamp %d: %v off", i, off)
		}
	}
	if c.looks > 120 {
		t.Errorf("%d looks at the clocks for 1000 stamps in 10 ms", c.looks)
	}
}
