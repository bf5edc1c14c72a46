package loop

import (
	"encoding/json"
	"testing"
	"time"

	"gpsntpd/discipline/leap"
	"gpsntpd/hw/sim"
	"gpsntpd/server/control"
)

func TestLeapTellsOfTheListAtOnceAndOfTheNextLeapSecondOnceItKnowsTheDate(t *testing.T) {
	const list = `{"source":"built in","updated":"2026-07-06T00:00:00.000000000Z","expires":"2027-06-28T00:00:00.000000000Z","now":null,`
	const nothing = list + `"tai_offset_seconds":null,"next_leap":null,"next_by_seconds":null,"armed":false}`
	for day, want := range map[string]string{
		"2016-12-30": list + `"tai_offset_seconds":36,"next_leap":"2017-01-01T00:00:00.000000000Z","next_by_seconds":-1,"armed":false}`,
		"2016-12-31": list + `"tai_offset_seconds":36,"next_leap":"2017-01-01T00:00:00.000000000Z","next_by_seconds":-1,"armed":true}`,
		"2017-01-01": list + `"tai_offset_seconds":37,"next_leap":null,"next_by_seconds":null,"armed":false}`,
	} {
		s, err := sim.Load("calm")
		if err != nil {
			t.Fatal(err)
		}
		midnight, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		start := sim.Truth(midnight.Add(12 * time.Hour).UnixNano())
		m := playing(t, s, sim.NewMachine(s, start), start)
		m.Leaps, m.LeapSource = leap.Builtin(), "built in"
		if got := line(t, m.Leap()); got != nothing {
			t.Errorf("%s, at the start: %s", day, got)
		}
		m.Play(30 * time.Second)
		l := m.Leap()
		if l.Now == nil || l.Now.Sub(m.World.Now.Std()).Abs() > time.Second {
			t.Fatalf("%s: now %v", day, l.Now)
		}
		l.Now = nil
		if got := line(t, l); got != want {
			t.Errorf("%s: %s", day, got)
		}
	}
}

func line(t *testing.T, l control.Leap) string {
	t.Helper()
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
