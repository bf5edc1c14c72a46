package nmea

import (
	"fmt"
	"strings"
	"testing"

	"gpsntpd/hw"
)

func TestMadeUpSatellitesMakeNoLongList(t *testing.T) {
	d := NewDecoder(0)
	say := func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		var sum byte
		for i := range len(text) {
			sum ^= text[i]
		}
		d.Frame(hw.Frame{Protocol: hw.NMEA, Bytes: []byte(fmt.Sprintf("$%s*%02X", text, sum))})
	}
	for i, talker := range []string{"GP", "GL", "GA", "GB", "GQ", "GI", "GN"} {
		for id := range 4 {
			for number := 1; number <= 9; number++ {
				var made strings.Builder
				for n := range 150 {
					fmt.Fprintf(&made, ",%d,,,", 1000+i*10_000+id*2000+number*150+n)
				}
				say("%sGSV,9,%d,99%s,%d", talker, number, made.String(), id+1)
			}
		}
	}
	for n := range 100 {
		say("GNGSA,A,3,%d,%d,%d,,,,,,,,,,1,1,1,1", 400+3*n, 401+3*n, 402+3*n)
	}
	if all, _ := d.Satellites(); len(all) > maxListed || len(all) == 0 {
		t.Errorf("%d satellites", len(all))
	}
	for _, v := range d.sky.views {
		if len(v.complete) > maxInView || len(v.open) > maxInView {
			t.Errorf("%d and %d in a view", len(v.complete), len(v.open))
		}
	}
}
