package sim

import (
	"math"
	"testing"
	"time"
)

func TestTheSatellitesOfSeveralSystemsPassSlowlyOverTheAntenna(t *testing.T) {
	k := newSky("GN")
	type name struct{ system, number int }
	before, ever, risen := map[name]sighting{}, map[name]bool{}, 0
	for at := start; at < start.Add(12*time.Hour); at = at.Add(10 * time.Second) {
		now, systems, used := map[name]sighting{}, map[int]bool{}, 0
		for _, v := range k.look(at, 14) {
			n := name{v.system, v.number}
			if o, seen := before[n]; seen && math.Abs(float64(v.elevation-o.elevation)) > 1 {
				t.Fatalf("satellite %v leaps from %d to %d degrees", n, o.elevation, v.elevation)
			} else if !ever[n] {
				risen++
			}
			if v.elevation < mask || v.elevation > 90 || v.azimuth < 0 || v.azimuth > 359 || v.strength < 0 || v.strength > 55 || v.used && v.strength < 15 {
				t.Fatalf("%+v", v)
			}
			if v.used {
				used++
			}
			now[n], ever[n], systems[v.system] = v, true, true
		}
		if len(now) != 14+hidden || used != 14 || len(systems) < 3 {
			t.Fatalf("%v: %d satellites, %d used, of %d systems", at.Std(), len(now), used, len(systems))
		}
		before = now
	}
	if risen < 60 { // more than half of all come by
		t.Errorf("%d satellites in half a day", risen)
	}
}
