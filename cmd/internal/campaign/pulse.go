package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

// pulse is the receiver's pulse, the line that it comes on, and what the kernel
// remembers of it: of each transition the last one, and how many there were.
type pulse struct {
	*world
	jitter, latency, extra *rand.Rand
	slid                   float64 // ns, how far the pulse has moved
	pending                bool    // the pump has been woken

	seq      [2]uint32 // by transition …
	at       [2]hw.Time
	taken    uint32 // … and what the pump has seen of the one that is used
	before   hw.Time
	opposite [2]hw.Time
	count    uint32
}

// The two transitions.
const (
	leading = iota
	trailing
)

func newPulse(w *world) pulse {
	return pulse{world: w, jitter: w.random(ofJitter), latency: w.random(ofLatency), extra: w.random(ofGlitches)}
}

// second makes up the edges from second on for a second.
func (p *pulse) second(second sim.Truth) {
	t := p.since(second)
	hz := p.Hz
	if f := p.find("rate", t); f != nil {
		hz = int(f.X)
	}
	for i := range max(hz, 1) {
		ideal := second.Add(time.Duration(i) * time.Second / time.Duration(hz))
		p.edges(ideal, p.since(ideal), i)
	}
	if f := p.find("glitches", t); f != nil && p.extra.Float64() < f.X {
		p.queue.add(event{at: second.Add(time.Duration(p.extra.Float64() * float64(time.Second))), what: interrupt, n: leading})
	}
}

// edges makes up the two edges of the pulse at ideal. What is drawn does not
// depend on what goes wrong.
func (p *pulse) edges(ideal sim.Truth, t time.Duration, n int) {
	noise, a, b, c := p.jitter.NormFloat64(), p.jitter.NormFloat64(), p.jitter.NormFloat64(), p.jitter.NormFloat64()
	if p.Tails {
		noise /= math.Sqrt(a*a + b*b + c*c)
	}
	late := [2]time.Duration{p.late(t), p.late(t)}
	if f := p.find("slide", t); f != nil {
		p.slid += f.X
	}
	if p.silenced(t) {
		return
	}
	if f := p.find("noise", t); f != nil {
		noise *= f.X
	}
	at := ideal.Add(scale(p.Jitter, noise) + p.sum("late", t) + time.Duration(p.slid))
	if p.Saw > 0 {
		_, phase := math.Modf(float64(ideal/1e9)*0.1371 + float64(n)*0.31)
		at = at.Add(scale(p.Saw, phase-0.5))
	}
	for transition, at := range [2]sim.Truth{at, at.Add(p.Width)} {
		if p.Capture == "lead" && transition == trailing || p.Capture == "trailonly" && transition == leading {
			continue
		}
		as := transition
		if p.Capture == "alike" {
			as = leading
		}
		p.queue.add(event{at: at.Add(late[transition]), what: interrupt, n: as})
	}
}

// silenced reports whether there is no pulse.
func (p *pulse) silenced(t time.Duration) bool {
	f := p.find("nofix", t)
	return p.is("nopulse", t) || p.is("unplugged", t) || p.is("reboot", t) || f != nil && f.X == 1
}

// late is how long after an edge the kernel stamps it.
func (p *pulse) late(t time.Duration) time.Duration {
	r := p.latency
	d := p.Constant + scale(p.Delay, p.shape())
	far, hit, size, heavy, more := r.Float64(), r.Float64(), 0.5+r.Float64(), r.NormFloat64(), r.ExpFloat64()
	if far < p.Spikes {
		d += scale(p.Spike, size)
	}
	if f := p.find("spikes", t); f != nil && hit < f.X {
		d += scale(f.By, size)
	}
	if f := p.find("place", t); f != nil && hit < f.X {
		d += f.By
	}
	if f := p.find("burst", t); f != nil {
		d += scale(f.By, math.Exp(1.5*heavy))
	}
	if f := p.find("busy", t); f != nil {
		d += scale(f.By, more)
	}
	return d + p.sum("load", t)
}

// shape draws a latency whose mean is 1; that of idle is Share.
func (p *pulse) shape() float64 {
	r := p.latency
	a, b, c := r.ExpFloat64(), r.ExpFloat64(), r.Float64()
	switch p.Shape {
	case "gamma": // of shape 2
		return (a + b) / 2
	case "bimodal": // most come at once, some wait for another
		if c < p.Share {
			return 0.8/p.Share + 0.2*a
		}
		return 0.2 * a
	case "uniform":
		return 2 * c
	case "idle":
		if c < p.Share {
			return 1
		}
		return 0
	}
	return a
}

func scale(d time.Duration, by float64) time.Duration {
	return time.Duration(math.Round(float64(d) * by))
}

// interrupt has the kernel stamp an edge now.
func (p *pulse) interrupt(transition int) {
	p.seq[transition]++
	p.at[transition] = p.clock.shows()
	if used, _ := p.transitions(); !p.pending && used == transition {
		p.pending = true
		p.queue.add(event{at: p.now.Add(p.wakes()), what: fetchPulse})
	}
}

// wakes is how long it takes a pump to wake up.
func (w *world) wakes() time.Duration {
	return 3*time.Microsecond + scale(w.Wake, w.chance.ExpFloat64())
}

// transitions returns the transition that gpsntpd takes for the second, and the
// other one.
func (p *pulse) transitions() (used, other int) {
	if strings.HasPrefix(p.Capture, "trail") {
		return trailing, leading
	}
	return leading, trailing
}

// open is what the pump begins with: what the kernel remembers is counted from.
func (p *pulse) open() {
	used, other := p.transitions()
	p.taken, p.before, p.count, p.opposite = p.seq[used], p.at[used], p.seq[other], [2]hw.Time{p.at[other]}
}

// fetch is what the pump makes of what the kernel remembers, as package pps
// does.
func (p *pulse) fetch() (hw.Edge, bool) {
	used, other := p.transitions()
	if p.seq[other] != p.count {
		p.count, p.opposite = p.seq[other], [2]hw.Time{p.at[other], p.opposite[0]}
	}
	if p.seq[used] == p.taken {
		return hw.Edge{}, false
	}
	e := hw.Edge{At: p.at[used], Seq: p.seq[used], Missed: p.seq[used] - p.taken - 1}
	for _, at := range p.opposite {
		if e.Missed == 0 && p.taken != 0 && at > p.before && at < e.At {
			e.Width = at.Sub(p.before)
			break
		}
	}
	p.taken, p.before = e.Seq, e.At
	e.At = p.daemon.clock.FromKernel(e.At)
	return e, true
}
