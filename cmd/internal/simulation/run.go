// Package simulation plays scenarios through the daemon's loop in virtual time
// and measures how right the time is that it serves.
package simulation

import (
	"time"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/discipline"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
)

// Second is what was found once a second. Errors are UTC − what is shown:
// positive when it is slow.
type Second struct {
	Served   time.Duration // error of the time that is served: clock and estimate
	Clock    time.Duration // error of the clock itself, which programs on the host see
	Bound    time.Duration // what Served is claimed not to exceed
	State    discipline.State
	Known    bool // there is an estimate
	Deceived bool // by a fault of the receiver that no one can notice
	Lie      bool // the answer on the wire claims more than is true
}

// start is a few milliseconds before a second, and so is each moment that is
// looked at: the newest pulse is as old as it becomes.
const start = sim.Truth(1_790_000_000_995_000_000)

// Run plays s for as long as it says.
func Run(s sim.Scenario) []Second {
	v := loop.NewVirtual(s, sim.NewMachine(s, start), start)
	run := make([]Second, s.Simulate.For.Duration/time.Second)
	for i := range run {
		v.Play(time.Second)
		run[i] = look(v, s.Deceived(v.World.Now.Sub(start)))
	}
	return run
}

func look(v *loop.Virtual, deceived bool) Second {
	snapshot, r := v.Latest.Load(), v.World.Clock.Read()
	served := refclock.At(r.Time, snapshot.OffsetAt(r.Time))
	x := Second{
		Served:   time.Duration(int64(v.World.Now) - int64(served)),
		Clock:    v.World.Offset(),
		Bound:    snapshot.BoundAt(r.Time),
		State:    snapshot.StateAt(r.Time),
		Known:    snapshot.LastSample != 0,
		Deceived: deceived,
	}
	x.Lie = !deceived && x.State.Synchronized() && snapshot.Agrees(r) && x.Served.Abs() > snapshot.DispersionAt(r.Time)
	return x
}
