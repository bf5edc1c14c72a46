package filter

import "math"

// A jump of the receiver by less than an outlier draws the estimate along, and so does
// load that makes all pulses late. It shows in the end: the estimate is not where it was
// bound to be from some time ago. So what it was then is kept, and predicted without the
// measurements that came since.
const (
	anchors    = 8    // are kept …
	anchorEach = 8.0  // s, one after the other
	drawn      = 4.0  // standard deviations from one that show that something has drawn the estimate
	backAfter  = 10.0 // s, after which one that it has come back to is let go
	surely     = 4.0  // times the variance then: above it the estimate may lie there by chance
	stepAfter  = 16.0 // s, after which a step shows; half of what is remembered
	comesAgain = 7200 // s, within which load that has gone comes again
)

// anchor is an estimate from some time ago.
type anchor struct {
	at         float64 // s, by the filter's age
	x, y       float64 // phase, and frequency without what temperature does to it
	xx, xy, yy float64 // covariance
	wander     float64
}

// predict lets dt seconds pass, in which temperature moves the frequency by compensation.
func (a *anchor) predict(dt, compensation float64) {
	q := a.wander * a.wander
	a.x += (a.y + compensation) * dt
	a.xx += (2*a.xy+a.yy*dt)*dt + q*dt*dt*dt/3
	a.xy += a.yy*dt + q*dt*dt/2
	a.yy += q * dt
}

// memory is estimates from before, and the one that what has happened since is held against.
type memory struct {
	ring    [anchors]anchor
	n       int    // of all that were kept since it was emptied
	last    anchor // when a measurement was last believed; 0 when none was since something changed
	pinned  bool
	pin     anchor
	since   float64 // s, by the filter's age
	least   float64 // s, how exactly it was known then
	step    float64 // s, how far the estimate had been drawn a little later
	stepped bool    // that looked like a jump, though not clearly, of less than an outlier
	heard   int     // innovations of the noise then
	late    held    // jumps that have made the pulses later …
	early   held    // … or earlier
}

func (m *memory) predict(dt, compensation float64) {
	for i := range min(m.n, anchors) {
		m.ring[i].predict(dt, compensation)
	}
	m.pin.predict(dt, compensation)
	m.last.predict(dt, compensation)
}

func (m *memory) clear() { m.n, m.pinned, m.step, m.last = 0, false, 0, anchor{} }

// turn begins anew because the crystal has changed; what has drawn the estimate to x, or had drawn it
// before, may still be so.
func (m *memory) turn(x, age float64) {
	if !m.pinned {
		if a, most := m.furthest(x); most > drawn/2 && suspected(x-a.x) > followAfter {
			m.from(a, age)
		}
	}
	if m.pinned && m.step == 0 {
		m.step = x - m.pin.x
	}
	if m.step != 0 {
		m.hold(m.step, m.pin.xx, m.since, followAfter)
	}
	m.clear()
}

// doubt pins the estimate as it was when a measurement was last believed: those since are all late.
func (m *memory) doubt(f *Filter) {
	if m.last.xx > 0 && !m.pinned {
		m.from(m.last, f.age)
		m.heard = math.MaxInt // what is learnt from now on is the noise's, whatever becomes of the pin
	}
}

// from pins an anchor, at an age of the filter.
func (m *memory) from(a anchor, age float64) {
	m.pinned, m.pin, m.since, m.least = true, a, age, math.Sqrt(a.xx)
	m.step, m.stepped = 0, false
}

// held is the greatest jump that the estimate has gone along with, and that may not be the crystal's.
type held struct {
	by       float64 // s
	variance float64 // s²
	until    float64 // s, by the filter's age
}

// undone reports whether a jump back by so much undoes it.
func (h *held) undone(by float64) bool { return math.Abs(h.by-by) < by/2 }

// hold takes note that the estimate has been drawn by d at the age from, and that this may not be the
// crystal's for so long. What was late and is so no more is load, which comes again: it draws the
// estimate along before it shows, so that the bound has it for as long as it may come again.
func (m *memory) hold(d, variance, from, lasts float64) {
	h, by := &m.late, math.Abs(d)
	switch {
	case d < 0:
		if m.early.undone(by) {
			m.early = held{}
		}
	case m.late.undone(by):
		h.until = math.Max(h.until, from+comesAgain)
		return
	default:
		h = &m.early
	}
	if by > h.by {
		h.by, h.variance = by, variance
	}
	h.until = math.Max(h.until, from+lasts)
}

func (m *memory) shift(d float64) {
	for i := range m.ring {
		m.ring[i].x -= d
	}
	m.pin.x -= d
	m.last.x -= d
}

// keep remembers the estimate, if it is time for it.
func (m *memory) keep(f *Filter) {
	if m.n > 0 && f.age-m.ring[(m.n-1)%anchors].at < anchorEach {
		return
	}
	m.ring[m.n%anchors] = f.anchor()
	m.n++
}

func (f *Filter) anchor() anchor {
	return anchor{f.age, f.X, f.bank.all.x[frequency], f.PXX, f.PXY, f.PYY, f.Wander}
}

// trusted is the line of the estimate as it was when a measurement was last believed: some of
// those since may have drawn it.
func (f *Filter) trusted() (x, y float64) {
	if a := &f.memory.last; a.drawn(f.X) {
		return a.x, a.y + f.tempco.effect(&f.bank.all.x)
	}
	return f.X, f.Y
}

// back moves the estimate there.
func (f *Filter) back() {
	a := &f.memory.last
	if !a.drawn(f.X) {
		return
	}
	f.bank.place(a.x, a.y)
	f.bank.setCovariance(a.xx, a.xy, a.yy)
	f.publish()
}

// drawn reports whether an estimate of the phase is not where a would have it.
func (a *anchor) drawn(x float64) bool { return a.xx > 0 && math.Abs(x-a.x) > math.Sqrt(a.xx) }

// furthest finds the anchor that the estimate is furthest from, in its standard deviations.
func (m *memory) furthest(x float64) (best anchor, most float64) {
	for _, a := range m.ring[:min(m.n, anchors)] {
		if d := math.Abs(x-a.x) / math.Sqrt(a.xx); d > most {
			best, most = a, d
		}
	}
	return best, most
}

// watch holds the estimate against what it was. What has drawn it may be the receiver, until
// it shows that it was the crystal, or it is followed.
func (f *Filter) watch() {
	m := &f.memory
	for _, h := range []*held{&m.late, &m.early} {
		if f.age > h.until {
			*h = held{}
		}
	}
	if f.learnt >= roughMost {
		m.look(f)
	} else {
		m.clear()
	}
	f.Drawn = max(m.late.by+math.Sqrt(m.late.variance), m.early.by+math.Sqrt(m.early.variance))
	if m.pinned {
		f.Drawn = math.Max(f.Drawn, math.Abs(f.X-m.pin.x)+math.Sqrt(m.pin.xx))
	}
}

// look pins the anchor that something has drawn the estimate from, and lets it go.
func (m *memory) look(f *Filter) {
	if !m.pinned {
		a, most := m.furthest(f.X)
		if most < drawn {
			m.keep(f)
			return
		}
		m.from(a, f.age)
		m.heard = f.shape.n
	}
	off, passed := f.X-m.pin.x, f.age-m.since
	if m.step == 0 && passed > backAfter {
		m.step = off
	}
	switch {
	case passed > followAfter:
		if m.stepped && suspected(m.step) > followAfter {
			m.hold(m.step, m.least*m.least, m.since, comesAgain)
		}
		m.clear()
	case passed > backAfter && math.Abs(off) < m.least && m.pin.xx < surely*m.least*m.least:
		f.shape.drop(f.shape.n - m.heard)
		m.clear()
	case f.recent.n%soon == 0: // it takes as long as all the rest
		m.explain(f, off, passed)
	}
}

// explain asks whether it is the crystal that has drawn the estimate by off, or a jump that is seen.
func (m *memory) explain(f *Filter, off, passed float64) {
	var h history
	h.recall(f, remembered, m.pin.x, m.pin.y+f.tempco.effect(&f.bank.all.x))
	step, ramp := h.explain(f.Noise)
	if passed < remembered {
		m.stepped = passed > stepAfter && step.cost < ramp.cost && step.before >= suspects &&
			math.Abs(m.step) > drawn*m.least && math.Abs(m.step) < agree*f.Noise
	}
	switch {
	case ramp.cost+clearly < step.cost && math.Abs(ramp.slope) > drawn*math.Sqrt(m.pin.yy):
		f.shape.drop(f.shape.n - m.heard)
		m.step = off
		m.turn(f.X, f.age)
	case passed > stepAfter && step.cost+clearly < ramp.cost && step.before >= suspects:
		f.shape.drop(f.shape.n - m.heard)
		m.hold(step.at, m.pin.xx, m.since, suspected(step.at))
		m.clear()
		m.keep(f)
	}
}
