package loop

import (
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock/configure"
)

// converse plays a receiver of the kind name with its troubles for so long, and
// returns what has come of it. It fails when the clock is once a second wrong.
func converse(t *testing.T, name string, seed uint64, d time.Duration, o configure.Options, troubles ...sim.Trouble) (v *Virtual, m *sim.Module, named time.Duration) {
	t.Helper()
	s, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	s.Seed = seed
	s.Clock.Offset.Duration = 1700 * time.Second
	start := sim.Truth(time.Date(2026, 5, 6, 7, 8, 9, int(seed*7919%1000)*1e6, time.UTC).UnixNano())
	machine := sim.NewMachine(s, start)
	if m, err = sim.NewModule(name, start, seed, troubles...); err != nil {
		t.Fatal(err)
	}
	machine.Attach(m)
	v = NewConversation(s, machine, start, Config{Receiver: o}, 0)
	wrong := false
	v.Watch = func() {
		if s := v.Latest.Load(); s.StateAt(v.World.Clock.Read().Time) == discipline.Unsynchronized || s.LastSample == 0 {
			return
		}
		if named == 0 {
			named = v.World.Now.Sub(start)
		}
		if off := v.World.Offset(); off.Abs() > time.Second/2 && !wrong {
			wrong = true
			t.Errorf("%s, seed %d: the clock is wrong by %v after %v", name, seed, off, v.World.Now.Sub(start))
		}
	}
	v.Play(d)
	return v, m, named
}

func TestAUBlox8IsSetUp(t *testing.T) {
	v, m, named := converse(t, "ublox-8", 1, 2*time.Minute, configure.Options{Mode: configure.Auto})
	r := v.Setup()
	t.Logf("%v %+v sent %d heard %d named after %v load %.2f", r.Phase, r.Identity, r.Sent, m.Heard, named, r.Load)
	for _, s := range r.Settings {
		if t.Logf("%+v", s); s.State != configure.Right {
			t.Errorf("%+v", s)
		}
	}
	if r.Phase != configure.Done {
		t.Errorf("phase %q", r.Phase)
	}
}
