package loop

import (
	"testing"
	"time"

	"gpsntpd/hw"
)

func TestReachIsTheLastEightSecondsAsBits(t *testing.T) {
	now := hw.Raw(time.Hour)
	r := reach{began: now}
	for i, marked := range []bool{true, true, false, true, true, true, true, true, true} {
		for range 4 {
			if marked {
				r.mark()
			}
			now += hw.Raw(tickEvery)
			r.pass(now)
		}
		if i == 3 && r.register != 0b1101 {
			t.Errorf("after four seconds: %b", r.register)
		}
	}
	r.pass(now + hw.Raw(time.Second))
	if r.register != 0b01111110 {
		t.Errorf("after the ninth, which was silent: %b", r.register)
	}
}
