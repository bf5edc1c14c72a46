package main

import (
	"math"
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
	{"pulse_elsewhere", elsewhere},
	{"thermometer_lies", slid},
	{"constant_latency", constantly},
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

// near reports whether off lies between 0 and by, but for claimed.
func near(off, by, claimed time.Duration) bool {
	return off >= min(by, 0)-claimed && off <= max(by, 0)+claimed
}

// The figures of the document.
const (
	starts        = 10 * time.Second // from the start on; the second is named by then
	corrects      = 65 * time.Second // answers stay wrong for so long when sentences are right again …
	correctsEarly = 7 * time.Second  // … or if the second was named less than …
	newlyNamed    = 15 * time.Minute // … so long before
	insists       = 13 * time.Minute // a receiver must name another second for so long before it is followed
	notices       = 3100 * time.Millisecond
	rides         = 5 * time.Minute // how long a pulse that has moved is not followed …
	ridesLeast    = 20 * time.Second
	ownPlace      = 2 * time.Millisecond // … or for as long as the clock was right, if by so much
)

// lied: a receiver that is whole seconds wrong from the start of gpsntpd is
// followed, until 7 s or a minute after it corrects itself; so is one that insists.
func lied(w *world, t, off, claimed time.Duration) bool {
	for _, f := range w.Faults {
		by := f.By
		if f.Kind == "rollover" {
			by = rolledOver
		} else if f.Kind != "lie" {
			continue
		}
		begun := w.begun(t)
		first, insisted := f.At <= begun+starts && f.over() > begun, f.over() > f.At+insists
		from, after := begun, corrects
		if insisted && !first {
			from = f.At + insists
		}
		if f.over()-newlyNamed < from {
			after = correctsEarly
		}
		if (first || insisted) && t >= from && t-after < f.over() && exactly(off, by, claimed) {
			return true
		}
	}
	return false
}

// leapUnknown: a leap second that no table knows is served wrong until the
// receiver says 23:59:60, and a minute longer when it does not, or when a valid
// table has none then.
func leapUnknown(w *world, t, off, claimed time.Duration) bool {
	if w.Leap == 0 || w.Table == "valid" || t < w.Leap {
		return false
	}
	until := w.Leap + 3*time.Second
	if w.Name != "60" || w.By < 0 || w.table().Covers(w.calendar.leap.Std().Unix()) {
		until = w.Leap + corrects
	}
	return t < until && exactly(off, time.Duration(w.By)*time.Second, claimed)
}

// outOfSecond: sentences that come more than a second after the one that they
// name are paired with a pulse after theirs, until a minute after they do not any
// more.
func outOfSecond(w *world, t, off, claimed time.Duration) bool {
	r := &w.receiver
	return r.beyond != 0 && t-corrects < w.since(r.beyond) && off < 0 && off >= -r.most-claimed && exactly(off, off.Round(time.Second), claimed)
}

// atItsEnd: a pulse that is stamped at its end is believed for half a minute, and
// for ever where only that edge is captured or it is longer than half a second;
// with sentences that come before it ends it is taken for the next second's.
func atItsEnd(w *world, t, off, claimed time.Duration) bool {
	long := w.Width > time.Second/2-25*time.Millisecond
	believed := w.Capture == "trailonly" || w.Capture == "trail" && (long || t-w.since(w.daemon.began) < 30*time.Second)
	return believed && (exactly(off, -w.Width, claimed) || w.Latency-4*w.Spread < w.Width && exactly(off, time.Second-w.Width, claimed))
}

// elsewhere: a pulse that is off from the start of gpsntpd, or for long enough
// later on, is followed until the third pulse that is not; one that slides takes
// the clock along.
func elsewhere(w *world, t, off, claimed time.Duration) bool {
	by, begun := time.Duration(0), w.begun(t)
	neighbours := []time.Duration{0}
	for _, f := range w.Faults {
		if f.Kind != "late" || f.At > t || t-notices >= f.over() || f.over() <= begun {
			continue
		}
		first, lasts := f.At <= begun+starts, t-f.At
		if !first && lasts <= w.follows(f) {
			continue
		}
		by -= f.By
		// Sentences that then come before their pulse, or more than a second after
		// it, are paired with another one.
		if first || lasts > insists {
			if f.By > w.Latency-4*w.Spread {
				neighbours = append(neighbours, time.Second)
			}
			if w.Latency+4*w.Spread-f.By > time.Second {
				neighbours = append(neighbours, -time.Second)
			}
		}
	}
	for _, n := range neighbours {
		if near(off-by-n, -time.Duration(w.pulse.slid), claimed) {
			return true
		}
	}
	return false
}

// follows is how long a pulse has to stay where it has moved to before it is
// followed.
func (w *world) follows(f Fault) time.Duration {
	if f.By.Abs() < ownPlace {
		return rides
	}
	return min(rides, max(f.At-w.known(f.At), ridesLeast))
}

// known is since when the time has been known at t: from the start, or from when the
// estimate was last given up for a pulse that had moved, and again when that came back.
func (w *world) known(t time.Duration) time.Duration {
	since := w.begun(t)
	for _, f := range w.Faults {
		if f.Kind == "late" && f.By.Abs() >= ownPlace && f.over() < t && f.over() > since && f.For > w.follows(f) {
			since = f.over()
		}
	}
	return since
}

// constantly: a latency that is always there, and greater than the bound allows
// for this kind of board.
func constantly(w *world, _, off, claimed time.Duration) bool {
	return w.Constant > w.Known && exactly(off, w.Known-w.Constant, claimed)
}

// slid: a thermometer that lies while there is no pulse, by no more than it has shown: its range and
// half as much more to either side.
func slid(w *world, t, off, claimed time.Duration) bool {
	f, dark := w.find("sensorslides", t), w.find("nopulse", t)
	if f == nil || dark == nil || f.At < dark.At {
		return false
	}
	since := t - f.At
	lied := math.Abs(f.X) * since.Hours()
	return lied <= 3*w.Swing && off.Abs() <= claimed+scale(since, math.Abs(w.Tempco)*1e-9*lied)
}

// paused: a virtual machine whose clocks have stood still is behind until the
// third pulse, or for a minute when it was for whole seconds.
func paused(w *world, t, off, claimed time.Duration) bool {
	for _, f := range w.Faults {
		until := f.over() + notices
		if (f.For - f.For.Round(time.Second)).Abs() < ownPlace {
			until = f.over() + corrects
		}
		if f.Kind == "pause" && f.X == 1 && t >= f.At && t < until && exactly(off, -f.For, claimed) {
			return true
		}
	}
	return false
}

// crystalJumped: a crystal that changes its frequency takes the clock along in the second
// after that, and until the second pulse after it where the first one does not show it: on the
// wire, where there are 10 µs for it, one that does by more than 10 ppm. In holdover it is one
// that changes it by more than 1 ppm.
func crystalJumped(w *world, t, off, claimed time.Duration) bool {
	for _, f := range w.Faults {
		if f.Kind != "crystal" {
			continue
		}
		x := max(f.X, -f.X)
		for _, at := range []time.Duration{f.At, f.At + f.For} {
			at = (at + time.Second - 1).Truncate(time.Second) // the crystal changes at whole seconds
			since := t - at
			if since < 0 {
				continue
			}
			gained := scale(since, x*1e-6)
			sudden := since <= 1100*time.Millisecond || since <= w.secondPulse(at, x)
			holdover := x > 1 && w.find("nopulse", t) != nil
			if (sudden || holdover) && off.Abs() <= claimed+gained {
				return true
			}
		}
	}
	return false
}

// secondPulse is how long after a change of the crystal by x ppm at a time the second pulse is
// taken up, if the first one is off by no more than others are; else 0.
func (w *world) secondPulse(at time.Duration, x float64) time.Duration {
	first := time.Second - time.Duration(w.start.Add(at))%time.Second
	if scale(first, x*1e-6) > 4*w.Jitter+8*w.Delay {
		return 0
	}
	return first + time.Second + 10*time.Millisecond
}
