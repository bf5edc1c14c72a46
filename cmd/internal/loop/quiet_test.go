package loop

import (
	"math"
	"testing"
	"time"

	"gpsntpd/hw/sim"
	"gpsntpd/server/alarm"
)

// What is well raises no alarm, and so tells no one, from the moment when it is
// switched on: an alarm at each start teaches people not to look.
func TestANormalStartRaisesNoAlarm(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"default", "calm", "start", "mtk", "late", "server-room", "latency"} {
		s, err := sim.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		const start = sim.Truth(1_790_000_000_123_456_789)
		v := NewVirtual(s, sim.NewMachine(s, start), start)
		v.Leaps.Expires = math.MaxInt32
		v.Observers = []Observer{{Alarm: func(a alarm.Alarm) {
			t.Errorf("%s: %s after %v: %s", name, a.Code, v.World.Now.Sub(start), a.English.Text)
		}}}
		v.Play(30 * time.Minute)
		if !v.Latest.Load().StateAt(v.World.Clock.Read().Time).Synchronized() {
			t.Errorf("%s: not synchronized", name)
		}
	}
}
