package main

import (
	"time"
)

// excuse is a limit that docs/how-it-works.md, section 8, names: nothing else
// is excused.
type excuse struct {
	name    string
	applies func(w *world, t time.Duration, off, claimed time.Duration) bool
}

// excuses are the limits, in the order of the document.
var excuses = []excuse{
	{"receiver_wrong_from_its_start", lied},
	{"leap_second_unknown", leapUnknown},
	{"sentences_out_of_their_second", outOfSecond},
	{"pulse_stamped_at_its_end", atItsEnd},
	{"constant_latency", constantly},
	{"pulse_wrong_from_its_start", lateFromStart},
	{"pulse_moved", moved},
	{"virtual_machine_stopped", paused},
	{"crystal_jumped", crystalJumped},
}

// excuse reports whether a limit covers that the time served is off by more
// than claimed, and counts it.
func (j *judge) excuse(off, claimed time.Duration) bool {
	for _, e := range excuses {
		if e.applies(j.world, j.since(j.now), off, claimed) {
			j.excused[e.name]++
			return true
		}
	}
	return false
}

// near reports whether off lies between 0 and by, but for claimed.
func near(off, by, claimed time.Duration) bool {
	return off >= min(by, 0)-claimed && off <= max(by, 0)+claimed
}

// begun is when gpsntpd last began to learn the time: at its start, or after the
// machine slept.
func (w *world) begun(t time.Duration) time.Duration {
	at := w.since(w.daemon.began)
	for _, f := range w.Faults {
		if f.Kind == "suspend" && f.over() <= t {
			at = max(at, f.over())
		}
	}
	return at
}

// exactly reports whether off is by, but for claimed.
func exactly(off, by, claimed time.Duration) bool { return (off - by).Abs() <= claimed }

// How long answers stay wrong when a receiver corrects itself: while it is young,
// and when the second was named more than a quarter of an hour before.
const (
	corrects      = 65 * time.Second
	correctsYoung = 6 * time.Second
	young         = 15 * time.Minute
)

// lied: a receiver that is whole seconds wrong from the start of gpsntpd is
// followed, until 6 s or a minute after it corrects itself; so is one that insists.
func lied(w *world, t, off, claimed time.Duration) bool {
	for _, f := range w.Faults {
		by := f.By
		if f.Kind == "rollover" {
			by = rolledOver
		} else if f.Kind != "lie" {
			continue
		}
		begun := w.begun(t)
		first, insisted := f.At <= begun+settles && f.over() > begun, f.over() > f.At+insists
		from, after := begun, corrects
		if insisted && !first {
			from = f.At + insists
		}
		if f.over()-young < from {
			after = correctsYoung
		}
		if (first || insisted) && t >= from && t-after < f.over() && exactly(off, by, claimed) {
			return true
		}
	}
	return false
}

// insists is how long a receiver must name another second before it is followed.
const insists = 15 * time.Minute

// settles is how long gpsntpd needs to lock.
const settles = 30 * time.Second

// leapUnknown: a leap second that no table knows is served wrong until the
// receiver says 23:59:60, and a minute longer when it does not.
func leapUnknown(w *world, t, off, claimed time.Duration) bool {
	if w.Leap == 0 || w.Table == "valid" || t < w.Leap {
		return false
	}
	until := w.Leap + 3*time.Second
	if w.Name != "60" || w.By < 0 {
		until = w.Leap + corrects
	}
	return t < until && exactly(off, time.Duration(w.By)*time.Second, claimed)
}

// outOfSecond: sentences that come more than a second after the one that they
// name are paired with the wrong pulse, until a minute after they do not any
// more.
func outOfSecond(w *world, t, off, claimed time.Duration) bool {
	r := &w.receiver
	return r.beyond != 0 && t-corrects < w.since(r.beyond) && off.Abs() <= claimed+r.most
}

// atItsEnd: a pulse that is stamped at its end is believed for a minute, and
// for ever where only that edge is captured; with sentences that come before it
// ends it is taken for the next second's.
func atItsEnd(w *world, t, off, claimed time.Duration) bool {
	const minute = 90 * time.Second
	believed := w.Capture == "trailonly" || w.Capture == "trail" && t-w.since(w.daemon.began) < minute
	early := w.Latency-4*w.Spread < w.Width && exactly(off, time.Second-w.Width, claimed)
	return believed && (early || exactly(off, -w.Width, claimed))
}

// constantly: a latency that is always there, and greater than the bound allows
// for this kind of board.
func constantly(w *world, _, off, claimed time.Duration) bool {
	return w.Constant > w.Known && near(off, w.Known-w.Constant, claimed)
}

// lateFromStart: a pulse that is off from the start of gpsntpd is followed until
// it moves; one that comes after the sentences of its second is taken for the
// next one's, one that comes a second before them for the one before.
func lateFromStart(w *world, t, off, claimed time.Duration) bool {
	begun := w.begun(t)
	for _, f := range w.Faults {
		if f.Kind == "late" && f.At <= begun+settles && f.over() > begun && t-notices < f.over() &&
			(near(off, -f.By, claimed) || f.By > w.Latency-4*w.Spread && exactly(off, time.Second-f.By, claimed) ||
				w.Latency+4*w.Spread-f.By > time.Second && exactly(off, -time.Second-f.By, claimed)) {
			return true
		}
	}
	return false
}

// notices is how long several pulses take to tell that something is wrong.
const notices = 10 * time.Second

// paused: a virtual machine whose clocks have stood still is behind until the
// pulses tell.
func paused(w *world, t, off, claimed time.Duration) bool {
	for _, f := range w.Faults {
		if f.Kind == "pause" && f.X == 1 && t >= f.At && t < f.over()+notices && near(off, -f.For, claimed) {
			return true
		}
	}
	return false
}

// rides is how long a jump of the pulse is not followed.
const rides = 5 * time.Minute

// follows is how long a jump of the pulse has to last: one by 10 ms or more as
// long as the clock has been right.
func (w *world) follows(f Fault) time.Duration {
	if f.By.Abs() < 10*time.Millisecond {
		return rides
	}
	return min(rides, max(f.At-w.begun(f.At), 20*time.Second))
}

// moved: a pulse that moves slowly takes the clock along, and so does one that
// has jumped for long enough, or by less than is claimed.
func moved(w *world, t, off, claimed time.Duration) bool {
	by := -time.Duration(w.pulse.slid)
	for _, f := range w.Faults {
		if f.Kind != "late" || f.At > t {
			continue
		}
		long := w.follows(f)
		if f.By.Abs() <= claimed || f.over()-f.At > long && t > f.At+long && t-rides-time.Minute < f.over() {
			by -= f.By
		}
	}
	return by != 0 && near(off, by, claimed)
}

// crystalJumped: a crystal that changes its frequency by more than 10 ppm
// within a second is outside in that second; in holdover one that changes it by
// more than 1 ppm.
func crystalJumped(w *world, t, off, claimed time.Duration) bool {
	for _, f := range w.Faults {
		if f.Kind != "crystal" {
			continue
		}
		x := max(f.X, -f.X)
		for _, at := range []time.Duration{f.At, f.At + f.For} {
			since := t - (at + time.Second - 1).Truncate(time.Second) // the crystal changes at whole seconds
			if since < 0 {
				continue
			}
			gained := scale(since, x*1e-6)
			sudden := x > 10 && since <= 2*time.Second
			holdover := x > 1 && w.find("nopulse", t) != nil
			if (sudden || holdover) && off.Abs() <= claimed+gained {
				return true
			}
		}
	}
	return false
}
