package loop

import (
	"sync/atomic"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
)

func TestADateIsSureAfterAQuarterOfAnHourWithoutAContradiction(t *testing.T) {
	var d dated
	at, utc := hw.Raw(5e9), refclock.UTC(begin)
	second := func(n int) {
		for range n {
			at, utc = at+1e9, utc.Add(time.Second)
			d.epoch(at, utc)
		}
	}
	second(900)
	if d.sure() {
		t.Error("sure after 899 s")
	}
	if second(1); !d.sure() {
		t.Error("not sure after 900 s")
	}
	for name, contradicts := range map[string]func(){
		"twenty years ahead": func() { utc = utc.Add(7300 * 24 * time.Hour) },
		"and back":           func() { utc = utc.Add(-7300 * 24 * time.Hour) },
		"another second":     func() { utc = utc.Add(3 * time.Second) },
		"a pause":            func() { at, utc = at+200e9, utc.Add(200*time.Second) },
	} {
		contradicts()
		if second(30); d.sure() {
			t.Errorf("%s: still sure", name)
		}
		if second(900); !d.sure() {
			t.Errorf("%s: never sure again", name)
		}
	}
	utc = utc.Add(-time.Second) // a leap second
	if second(1); !d.sure() {
		t.Error("a leap second is a contradiction")
	}
}

func TestADateThatIsNotSureIsNotKept(t *testing.T) {
	earlier := begin.Std().AddDate(0, -3, 0)
	m := newMachine(t, "calm")
	m.KeptDate, m.Dated = earlier, new(atomic.Bool)
	m.Play(10 * time.Minute)
	if k := m.Keep(); !k.Date.Equal(earlier) || k.FrequencyPPM == 0 || m.Dated.Load() {
		t.Errorf("after ten minutes: %+v", k)
	}
	m.Play(6 * time.Minute)
	if k := m.Keep(); k.Date.Before(begin.Std()) || !m.Dated.Load() {
		t.Errorf("after sixteen: %+v", k)
	}
}

func TestADateAfterTwentyYearsIsNoDate(t *testing.T) {
	s, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		notAfter refclock.UTC
		locks    bool
	}{{refclock.UTC(begin).Add(-time.Hour), false}, {refclock.UTC(begin).Add(time.Hour), true}} {
		v := NewVirtual(s, sim.NewMachine(s, begin), begin)
		v.NotAfter = c.notAfter
		v.Play(2 * time.Minute)
		if locked := v.Latest.Load().StateAt(v.World.Clock.Read().Time).Synchronized(); locked != c.locks {
			t.Errorf("synchronized: %v", locked)
		}
		if n := v.Counters()["refclock"][refclock.ErrBadTime.Word]; (n == 0) != c.locks {
			t.Errorf("%d bad times", n)
		}
	}
}
