package loop

import (
	"errors"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// How long a device may say nothing before that is its condition.
const (
	receiverSilent = 5 * time.Second
	epochOver      = 1500 * time.Millisecond // after the last sentence: no more of its epoch will come
	pulseSilent    = 3 * time.Second
	sensorSilent   = 5 * time.Second
	nearSecond     = 10 * time.Millisecond
	irregularAfter = 3 // edges in a row that come at no regular second
)

// receiver is what the sentences say of the receiver itself.
type receiver struct {
	hw.Device
	began     hw.Raw // when the device was opened, or we started
	bytes     hw.Raw // when it last sent anything
	good      hw.Raw // when it last sent a message with a sound checksum
	sentences uint64
	epoch     refclock.Epoch // the newest complete one
	ended     hw.Raw         // when that was
	fixed     hw.Raw         // when it last named a valid time
	reason    error          // why the newest epoch is not valid
	word      hw.State       // its condition as last logged
	changed   hw.Raw         // when that was
	antenna   refclock.Antenna
	reach     reach // of its valid times
}

func (r *receiver) noise(now hw.Reading) { r.bytes = now.Raw }

func (r *receiver) heard(now hw.Reading, got refclock.Report) {
	r.bytes = now.Raw
	if got.Verdict == refclock.FrameOK || got.Verdict == refclock.FrameIgnored {
		r.good = now.Raw
		r.sentences++
	}
	if got.Antenna != refclock.AntennaUnsaid {
		r.antenna = got.Antenna
	}
	r.learn(now, got)
}

func (r *receiver) learn(now hw.Reading, got refclock.Report) {
	if got.Ended != nil {
		r.epoch, r.ended = *got.Ended, now.Raw
		r.reason = got.Ended.Fix.Reason
	}
	if got.Named {
		r.reason = got.Fix.Reason
		if got.Fix.Valid {
			r.fixed = now.Raw
			r.reach.mark()
		}
	}
}

// condition is one enumerated word.
func (r *receiver) condition(now hw.Reading) hw.State {
	quiet := func(since hw.Raw) bool { return now.Raw.Sub(max(since, r.began)) > receiverSilent }
	why, _ := r.reason.(*refclock.Reason) // not wrapped: errors.As would allocate, four times a second
	switch {
	case r.State != hw.Open:
		return r.State
	case quiet(r.bytes):
		return hw.Silent
	case quiet(r.good):
		return hw.Garbage
	case why != nil:
		return why.State()
	case r.fixed == 0 || quiet(r.fixed):
		return refclock.ErrNoTime.State()
	}
	return hw.OK
}

// pulse is what the edges say of the pulse.
type pulse struct {
	hw.Device
	began    hw.Raw
	last     hw.Raw
	count    uint64
	rejected uint64
	missed   uint64 // edges that the kernel counted and we did not see
	glitches int    // in a row
	polarity refclock.Polarity
	off      bool
	word     hw.State
	changed  hw.Raw        // when that was
	at       hw.Time       // of the last edge; 0 when the clock was moved since
	interval time.Duration // between the last two edges …
	regular  time.Duration // … and the last two that were a second apart, more or less
	reach    reach         // of those that were accepted
}

// timed takes the time of an edge.
func (p *pulse) timed(at hw.Time) {
	if p.at != 0 {
		p.interval = at.Sub(p.at)
		if p.second() {
			p.regular = p.interval
		}
	}
	p.at = at
}

// second reports whether the last two edges were a second apart, more or less.
func (p *pulse) second() bool { return (p.interval - time.Second).Abs() < nearSecond }

func (p *pulse) heard(now hw.Reading) {
	p.last = now.Raw
	p.count++
}

// took takes what became of an edge. One that comes a second after another is regular,
// whatever the clock has to say of it: it may be the clock that is off.
func (p *pulse) took(err error) {
	p.glitches++
	if glitch := errors.Is(err, refclock.ErrGlitch) || errors.Is(err, refclock.ErrIrregular); !glitch || p.second() {
		p.glitches = 0
	}
	switch {
	case err == nil:
		p.reach.mark()
	case !errors.Is(err, refclock.ErrLearning):
		p.rejected++
	}
}

func (p *pulse) condition(now hw.Reading, l refclock.Latency) hw.State {
	switch {
	case p.off:
		return hw.Off
	case p.State != hw.Open:
		return p.State
	case p.count == 0, now.Raw.Sub(max(p.last, p.began)) > pulseSilent:
		return hw.Silent
	case p.glitches >= irregularAfter:
		return refclock.ErrIrregular.State()
	case p.polarity.Evidence(l).Verdict == refclock.PolarityWrong:
		return refclock.ErrWrongEdge.State()
	}
	return hw.OK
}

func (l *Loop) pulseCondition() hw.State { return l.pulse.condition(l.now, l.Pairer.Latency()) }

// sensor is what is known of the temperature near the oscillator.
type sensor struct {
	hw.Device
	last  hw.Raw // when it last showed anything
	shown hw.Temperature
	off   bool
	word  hw.State
}

func (s *sensor) condition(now hw.Reading) hw.State {
	switch {
	case s.off:
		return hw.Off
	case s.State != hw.Open:
		return s.State
	case s.last == 0, now.Raw.Sub(s.last) > sensorSilent:
		return hw.Silent
	}
	return hw.OK
}

// watch sees to what time alone brings about.
func (l *Loop) watch() {
	if l.now.Raw.Sub(l.receiver.bytes) > epochOver {
		for r := l.decoder.Flush(); r.Ended != nil; r = l.decoder.Flush() {
			l.receiver.learn(l.now, r)
		}
	}
	if w := l.receiver.condition(l.now); w != l.receiver.word {
		l.Log.Info().Str("from", string(l.receiver.word)).Str("to", string(w)).Msg("receiver")
		l.receiver.word, l.receiver.changed = w, l.now.Raw
	}
	if w := l.pulseCondition(); w != l.pulse.word {
		e := l.Log.Info()
		if ev := l.pulse.polarity.Evidence(l.Pairer.Latency()); ev.Verdict == refclock.PolarityWrong {
			e = l.Log.Error().Float64("width_us", us(ev.Width)).Float64("latency_us", us(ev.Latency)).
				Float64("other_latency_us", us(ev.OtherLatency))
		}
		e.Str("from", string(l.pulse.word)).Str("to", string(w)).Msg("pulse")
		l.pulse.word, l.pulse.changed = w, l.now.Raw
	}
	if w := l.sensor.condition(l.now); w != l.sensor.word {
		l.Log.Info().Str("from", string(l.sensor.word)).Str("to", string(w)).Msg("temperature sensor")
		l.sensor.word = w
	}
}
