package main

import (
	"math/rand/v2"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

// world is the truth, and a machine in it that runs gpsntpd.
type world struct {
	Case
	calendar
	now   sim.Truth
	start sim.Truth
	queue queue

	crystal *sim.Oscillator
	base    hw.Raw        // what the raw clock lacks of the crystal's count since it was switched on last
	frozen  []frozen      // in which the raw clock stood still
	slept   time.Duration // in which it did, and CLOCK_BOOTTIME did not
	asleep  sim.Truth     // nothing happens in the machine until then
	latch   bool          // and then what reached it meanwhile
	stopped sim.Truth     // nothing happens in gpsntpd until then
	hung    sim.Truth     // nothing happens in its loop until then
	off     sim.Truth     // gpsntpd does not run until then

	clock    kernel
	pulse    pulse
	receiver receiver
	heat     thermometer
	daemon   daemon
	judge    judge
	chance   *rand.Rand // of the machine
}

// frozen is a stretch in which the raw clock stands still.
type frozen struct {
	interval
	began, lost hw.Raw // the crystal's count then, and in all
}

// interval is a stretch of truth.
type interval struct{ from, to sim.Truth }

// Streams of random numbers, one for each cause.
const (
	ofCrystal = iota
	ofJitter
	ofLatency
	ofReceiver
	ofDamage
	ofMachine
	ofSensor
	ofClients
	ofGlitches
)

func (c Case) random(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(c.Seed, stream)) }

// newWorld switches everything on.
func newWorld(c Case) (*world, error) {
	start, err := time.Parse(layout, c.Start)
	if err != nil {
		return nil, err
	}
	w := &world{Case: c, start: sim.Truth(start.UnixNano()), chance: c.random(ofMachine)}
	w.now = w.start
	if c.Leap > 0 {
		w.calendar = calendar{w.start.Add(c.Leap), c.By}
	}
	w.crystal = sim.NewOscillator(c.oscillator(), w.start)
	w.clock = kernel{world: w, raw: w.rawAt(w.start), time: hw.Time(w.start.Add(-c.Clock))}
	w.pulse, w.receiver, w.heat = newPulse(w), newReceiver(w), newThermometer(w)
	w.judge = newJudge(w)
	w.daemon = daemon{world: w}
	w.queue.add(event{at: w.start.Add(time.Second + time.Duration(w.chance.Int64N(1e9))), what: boot})
	w.queue.add(event{at: w.start, what: newSecond})
	w.queue.add(event{at: w.start.Add(tickEvery), what: tick})
	for i, f := range c.Faults {
		w.queue.add(event{at: w.start.Add(f.At), what: begin, n: i})
		if f.For > 0 {
			w.queue.add(event{at: w.start.Add(f.At + f.For), what: end, n: i})
		}
	}
	return w, nil
}

// oscillator is the crystal as package sim plays it.
func (c Case) oscillator() sim.Scenario {
	s := sim.Scenario{Seed: c.Seed}
	s.Oscillator.Offset.Frequency = hw.Frequency(c.PPM) * hw.PPM
	s.Oscillator.Walk.Sigma = c.Walk
	if c.Cycle != 0 {
		s.Oscillator.Cycles = []sim.Cycle{{
			Amplitude: sim.Rate{Frequency: hw.Frequency(c.Cycle) * hw.PPM}, Period: sim.Span{Duration: c.Period}}}
	}
	for _, f := range c.Faults {
		if f.Kind == "crystal" {
			by := sim.Rate{Frequency: hw.Frequency(f.X) * hw.PPM}
			s.Oscillator.Jumps = append(s.Oscillator.Jumps, sim.Jump{At: sim.Span{Duration: f.At}, By: by})
			if by.Frequency = -by.Frequency; f.For > 0 {
				s.Oscillator.Jumps = append(s.Oscillator.Jumps, sim.Jump{At: sim.Span{Duration: f.At + f.For}, By: by})
			}
		}
	}
	if c.Tempco != 0 {
		s.Temperature.Coefficient.PerDegree = c.Tempco * 1e-9
	}
	if c.Swing != 0 {
		s.Temperature.Cycles = []sim.Swing{{Amplitude: sim.Degrees{Temperature: hw.Temperature(c.Swing)}, Period: sim.Span{Duration: time.Hour}}}
	}
	return s
}

// rawAt is what the raw clock shows at t, which is not long ago.
func (w *world) rawAt(t sim.Truth) hw.Raw {
	raw := w.crystal.Raw(t) - w.base
	for i := range w.frozen {
		f := &w.frozen[i]
		switch {
		case t <= f.from:
		case t < f.to:
			raw -= w.crystal.Raw(t) - f.began
		default:
			if f.lost == 0 { // the crystal's past is not known for long
				f.lost = w.crystal.Raw(f.to) - f.began
			}
			raw -= f.lost
		}
	}
	return raw
}

// since is how long ago the start was at t.
func (w *world) since(t sim.Truth) time.Duration { return t.Sub(w.start) }

// run plays the case to its end.
func (w *world) run() {
	w.play(w.For)
	w.judge.finish()
}

// play lets time pass until so long after the start.
func (w *world) play(until time.Duration) {
	last := w.start.Add(until)
	for w.queue.soon() <= last {
		e := w.queue.next()
		w.now = max(w.now, e.at)
		w.happen(e)
	}
	w.now = last
}

func (w *world) happen(e event) {
	switch e.what {
	case newSecond:
		w.second()
		return
	case ask:
		w.judge.ask()
		return
	case boot:
		w.daemon.boot()
		return
	case begin, end:
		w.strike(&w.Faults[e.n], e.what == begin)
		return
	}
	if w.now < w.asleep { // it happens when the machine wakes up, if at all
		if e.what != arrive && e.what != interrupt || w.latched(e) {
			e.at = w.asleep.Add(time.Duration(e.what) * time.Microsecond)
			w.queue.add(e)
		}
		return
	}
	if e.what == answering && w.now < w.stopped {
		e.at = w.stopped
		w.queue.add(e)
		return
	}
	switch e.what {
	case interrupt:
		w.pulse.interrupt(e.n)
	case fetchPulse:
		w.daemon.fetchPulse()
	case arrive:
		w.receiver.arrive(e.text)
	case readSerial:
		w.daemon.readSerial()
	case wakeLoop:
		w.daemon.work()
	case answering:
		w.judge.answer()
	case tick:
		w.daemon.tick()
	case heat:
		w.daemon.heat()
	}
}

// second makes up what happens in the second that begins now or next.
func (w *world) second() {
	const whole = sim.Truth(time.Second)
	second := (w.now + whole/2 + whole - 1) / whole * whole // made up half a second ahead
	w.queue.add(event{at: second + whole/2, what: newSecond})
	w.meddle()
	w.pulse.second(second)
	w.receiver.second(second)
	if w.Sensor {
		w.queue.add(event{at: second.Add(600 * time.Millisecond), what: heat})
	}
	for i := range asks {
		at := second.Add(time.Duration((float64(i) + w.judge.chance.Float64()) / asks * float64(time.Second)))
		w.queue.add(event{at: at, what: ask})
	}
}
