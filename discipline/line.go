package discipline

import "gpsntpd/hw"

// line is the local clock as a function of the raw clock, as our own actions
// made it. The kernel's clock is exactly that between two adjustments, so a
// reading off the line means that someone else moved the clock.
type line struct {
	anchor hw.Reading
	rate   hw.Frequency // local against raw, minus 1
}

// at returns what the local clock shows at raw.
func (l line) at(raw hw.Raw) hw.Time {
	d := raw.Sub(l.anchor.Raw)
	return l.anchor.Time.Add(d + l.rate.Over(d))
}

// raw is the inverse of at.
func (l line) raw(t hw.Time) hw.Raw {
	d := t.Sub(l.anchor.Time)
	return l.anchor.Raw + hw.Raw(d-(l.rate/(1+l.rate)).Over(d))
}

// lines remembers the line in force and those just before it, since a pulse is
// older than the actions that came between it and the sentence that names it.
type lines struct {
	now    line
	before [4]line
}

// turn begins a new line at r.
func (l *lines) turn(r hw.Reading, rate hw.Frequency) {
	copy(l.before[1:], l.before[:])
	l.before[0] = l.now
	l.now = line{r, rate}
}

// restart begins a new era at r: moments before it are on no line.
func (l *lines) restart(r hw.Reading, rate hw.Frequency) {
	*l = lines{now: line{r, rate}}
}

// oldest is where the oldest line that is remembered begins.
func (l *lines) oldest() hw.Time {
	at := l.now.anchor.Time
	for _, b := range l.before {
		if b == (line{}) {
			break
		}
		at = b.anchor.Time
	}
	return at
}

// raw returns when, by the raw clock, the local clock showed t.
func (l *lines) raw(t hw.Time) hw.Raw {
	in := l.now
	for _, b := range l.before {
		if t >= in.anchor.Time || b == (line{}) {
			break
		}
		in = b
	}
	return in.raw(t)
}
