package witness

import "math"

const (
	pointEach  = 4.0 // s
	points     = 64
	lineBegins = 20.0 // s: newer points are not in the line that they are held against
	lineLasts  = 140.0
	linePoints = 8
	loose      = 50e-6 // s by which a receiver's phase may be off that line …
	looser     = 8.0   // … or times the noise of it
	fastest    = 2e-6  // by which a crystal's frequency changes within a minute
	fastLasts  = 60.0  // s
	slowest    = 7e-11 // half of what it changes in a second, for longer: 0.5 ppm an hour
	steepOver  = 60.0  // s
	steepBy    = 3e-7  // change of the frequency that is suspicious, beside noise
)

// point is what the receiver said.
type point struct{ at, phase float64 }

// line is where the receiver's phase goes if the crystal goes on as it did.
type line struct {
	at, phase, rate, noise float64
}

// track is the oscillator's opinion: the receiver's phase against the raw clock is a
// smooth line, whatever the time is.
type track struct {
	all      []point
	held     *line   // since the phase left it …
	insisted int     // … and samples since
	last     point   // that was not held back …
	rate     float64 // … and how the phase has lately gone on
	apart    int     // samples in a row that were far from it
	steep    bool    // the frequency has changed in the last minute as crystals seldom do
}

// add takes a phase, and reports whether it is off the line.
func (t *track) add(at, phase float64) bool {
	if t.held != nil {
		t.insisted++
		if !t.held.left(at, phase) {
			t.held = nil
			if t.insisted >= insists { // else it was a spike
				t.all = t.all[:0]
			}
		}
		return t.held != nil
	}
	if l, ok := t.fit(at, lineBegins, lineBegins+lineLasts); ok && l.left(at, phase) {
		t.held, t.insisted = &l, 0
		return true
	}
	if n := len(t.all); n == 0 || at-t.all[n-1].at >= pointEach {
		if n == points {
			copy(t.all, t.all[1:])
			t.all = t.all[:n-1]
		}
		t.all = append(t.all, point{at, phase})
		t.steep = t.isSteep(at)
	}
	return false
}

// believed ends a doubt: it was the oscillator.
func (t *track) believed() {
	t.held, t.steep = nil, false
	t.all = t.all[:0]
}

// left reports whether the phase is where no crystal can have taken it.
func (l line) left(at, phase float64) bool {
	dt := at - l.at
	limit := math.Max(loose, looser*l.noise) + fastest*math.Min(dt, fastLasts) + slowest*dt*dt
	return math.Abs(l.off(at, phase)) > limit
}

// off is how far the phase is from the line.
func (l line) off(at, phase float64) float64 { return phase - l.phase - l.rate*(at-l.at) }

// fit is the line through the points of an age, at their newest.
func (t *track) fit(at, from, to float64) (l line, ok bool) {
	var n, sx, sy, sxx, sxy, syy, newest float64
	for _, p := range t.all {
		if age := at - p.at; age < from || age > to {
			continue
		}
		x, y := p.at-at, p.phase-t.all[0].phase
		n++
		sx, sy, sxx, sxy, syy = sx+x, sy+y, sxx+x*x, sxy+x*y, syy+y*y
		newest = p.at
	}
	if n < linePoints {
		return l, false
	}
	spread := sxx - sx*sx/n
	l.rate = (sxy - sx*sy/n) / spread
	l.at = newest
	l.phase = t.all[0].phase + sy/n + l.rate*(newest-at-sx/n)
	l.noise = math.Sqrt(math.Max(syy-sy*sy/n-l.rate*l.rate*spread, 0) / n)
	return l, true
}

// isSteep compares the frequency of the last minute with that before.
func (t *track) isSteep(at float64) bool {
	now, ok := t.fit(at, 0, steepOver)
	before, known := t.fit(at, steepOver, points*pointEach)
	noise := looser * math.Max(now.noise, before.noise) / steepOver
	return ok && known && math.Abs(now.rate-before.rate) > steepBy+noise
}

const (
	ratesOver  = 16.0  // samples
	suddenFrom = 10e-6 // s from one sample to the next
)

// went takes a sample that was not held back. It may be a spike all the same, if servers are
// unsure.
func (t *track) went(at, phase float64) {
	if t.last.at == 0 || !t.sudden(at, phase) {
		t.apart = 0
	} else if t.apart++; t.apart < insists {
		return
	}
	if dt := at - t.last.at; dt > 0 && dt < fastLasts {
		rate := (phase - t.last.phase) / dt
		if t.rate == 0 {
			t.rate = rate
		}
		t.rate += (rate - t.rate) / ratesOver
	}
	t.last = point{at, phase}
}

// sudden reports whether a sample is far from where the one before it leads: a jump or a
// spike, and no drag.
func (t *track) sudden(at, phase float64) bool {
	return math.Abs(phase-t.last.phase-t.rate*(at-t.last.at)) > suddenFrom
}
