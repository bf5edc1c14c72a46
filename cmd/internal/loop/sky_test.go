package loop

import (
	"testing"
	"time"
)

func TestTheSkyIsToldAsTheReceiverSeesIt(t *testing.T) {
	v := virtual(t, "default")
	if s := v.Satellites(); s.Time != nil || s.Used != nil || s.Satellites == nil || len(s.Satellites) != 0 {
		t.Errorf("before the first epoch: %+v", s)
	}
	v.Play(20 * time.Second)
	s := v.Satellites()
	used, systems := 0, map[string]bool{}
	for _, e := range s.Satellites {
		systems[e.System] = true
		if *e.Used {
			used++
		}
		if e.ElevationDegrees == nil || e.AzimuthDegrees == nil || *e.Used && e.CN0DBHz == nil {
			t.Errorf("%+v", e)
		}
	}
	if used != 14 || *s.Used != 14 || *s.InView != 20 || len(s.Satellites) != 20 || len(systems) < 3 {
		t.Errorf("%d used, %+v", used, s)
	}
	if age := v.World.Now.Std().Sub(s.Time.Time); age < 0 || age > 2*time.Second {
		t.Errorf("it is %v old", age)
	}
}
