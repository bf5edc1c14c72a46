// Package loop is the daemon's one loop: it holds all mutable state and the
// clock, takes what the devices deliver, and publishes the snapshot that the
// servers answer from.
package loop

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/protocols"
	"gpsntpd/discipline"
	"gpsntpd/discipline/leap"
	"gpsntpd/discipline/scatter"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/refclock/configure"
	"gpsntpd/server/alarm"
	"gpsntpd/server/recorder"
	"gpsntpd/server/why"
)

// settleEvery is how often the leap seconds are looked up and the kernel is
// told how right its clock is: more often than a claim can become stale.
const settleEvery = time.Second

// tickEvery is how often time is let pass: a fraction of the second that a slew
// lasts, and the time in which a foreign move of the clock is noticed.
const tickEvery = 250 * time.Millisecond

// Config is what the loop works with.
type Config struct {
	Clock       hw.Steerable
	Latest      *discipline.Latest
	NotBefore   refclock.UTC // pivot of two-digit years and week rollovers
	NotAfter    refclock.UTC // a later date is no date; 0: any is
	KeptDate    time.Time    // that was kept, until there is a sure one
	Dated       *atomic.Bool // is told whether the date is sure; may be nil
	Pairer      refclock.Pairer
	Options     discipline.Options
	Left        *atomic.Pointer[[]hw.Device]  // ports that the search for the receiver leaves alone; nil: it says none
	EdgeLatency func(hw.Device) time.Duration // how late the pulses of an open device may be stamped by a constant; nil: not at all
	KeptEdge    KeptEdge
	Conditions  func() string     // of the machine, which the latency of the pulse input depends on; nil: unknown
	Poll        func(hw.Due) bool // has a path that is polled looked at; false: it is not; nil: there is none
	ReceiverOff bool              // the operator says that there is none, and so no pulse
	PulseOff    bool              // the operator says that there is none
	SensorOff   bool              // nor a temperature sensor
	Leaps       leap.Table
	LeapSource  string          // where Leaps is from
	Network     []refclock.Peer // the network servers that are asked, by their numbers
	Describe    Description
	Receiver    configure.Options        // what may be done to the receiver
	Send        func(hw.Output)          // sends something to it; it must not block; nil: nothing is ever sent
	Surveyed    func(configure.Position) // keeps the position of the antenna; it must not block; nil: no one does
	Outside     func(*why.Facts)         // adds what the loop does not know; it must not block; nil: nothing
	Observers   []Observer
	Log         zerolog.Logger
	Recorder    *recorder.Ring // what happens is recorded there; nil: nowhere
}

// Inputs is where events come from.
type Inputs struct {
	Edges    <-chan hw.Edge
	Frames   <-chan hw.Frame
	Pulse    <-chan hw.Device // condition of the pulse's device
	Paths    <-chan hw.Device // condition of another path's device
	Receiver <-chan hw.Device // condition of the serial port
	Commands <-chan func()    // run between two events

	Network   <-chan refclock.Peer     // condition of a network server
	Exchanges <-chan refclock.Exchange // with one

	Temperatures <-chan hw.Temperature
	Thermometer  <-chan hw.Device // condition of the temperature sensor
}

// Loop is the state. Its methods are for one goroutine.
type Loop struct {
	Config
	decoder    refclock.Decoder
	controller *discipline.Controller
	receiver   receiver
	pulse      pulse
	sensor     sensor
	watched    []watched // network servers, by their numbers
	panel      panel
	nearest    int    // of the network servers that the clock follows, or would
	pooled     hw.Raw // when what they say was last put together
	paths      refclock.Paths
	looked     refclock.UTC          // the newest second that a path was to be polled in
	conditions string                // of the machine, as they were when the paths were last compared
	beside     map[hw.Path]hw.Device // the devices of the paths beside the pulse's own
	scatter    scatter.Ring
	recorded   hw.Frequency // correction as last recorded
	reasons    map[*refclock.Reason]uint64
	verdicts   map[refclock.Verdict]uint64
	newest     refclock.Sample // zero before the first
	sampled    hw.Raw          // when it was taken
	stale      uint64          // events from before the clock was moved
	moved      hw.Reading      // when the clock was last moved, and what it showed then
	state      discipline.State
	moves      uint64           // of the clock that were not ours, as last logged
	givenUp    uint64           // estimates, as last logged
	doubted    bool             // whether the reference is, as last logged
	jumps      int              // of the receiver, as last logged
	midnight   refclock.UTC     // the end of a leap second that the receiver has just named, 0 when it has not
	edgeReason *refclock.Reason // why the newest edge yielded no sample; nil when it did
	fixReason  *refclock.Reason // the same, the newest fix
	settled    hw.Raw           // when that was last done
	foreign    hw.Raw           // when someone else last moved the clock; 0: never …
	foreignBy  time.Duration    // … by this much
	jumped     hw.Raw           // when the receiver last jumped; 0: never
	setup      configure.Configurator
	phase      configure.Phase // of it, as last logged
	dated      dated
	late       time.Duration // how late events are taken up, smoothed
	known      why.Facts
	chain      why.Chain
	alarms     alarm.Engine
	alerted    hw.Raw     // when alarms were last looked at
	alarmed    bool       // since the state was entered
	now        hw.Reading // at the event being handled
	began      hw.Raw     // when it was made
	err        error      // of the clock: nothing can go on without it
}

// New returns a loop that has heard nothing yet.
func New(c Config) *Loop {
	now := c.Clock.Read()
	c.Options.Client = c.ReceiverOff
	c.PulseOff = c.PulseOff || c.ReceiverOff
	l := &Loop{
		Config:     c,
		began:      now.Raw,
		decoder:    protocols.NewDecoder(c.NotBefore),
		controller: discipline.NewController(c.Options),
		receiver:   receiver{Device: hw.Device{State: hw.Missing}, began: now.Raw, changed: now.Raw, word: hw.Missing},
		pulse:      pulse{Device: hw.Device{State: hw.Missing}, began: now.Raw, changed: now.Raw, off: c.PulseOff, word: hw.Missing},
		sensor:     sensor{Device: hw.Device{State: hw.Missing}, off: c.SensorOff, word: hw.Missing},
		beside:     map[hw.Path]hw.Device{},
		reasons:    map[*refclock.Reason]uint64{},
		verdicts:   map[refclock.Verdict]uint64{},
	}
	if c.ReceiverOff {
		l.receiver.State, l.receiver.word = hw.Off, hw.Off
	}
	if c.Send != nil {
		l.setup.Options = c.Receiver
	}
	for _, p := range c.Network {
		l.watched = append(l.watched, watched{Peer: p})
	}
	l.panel.seat(l.watched)
	l.paths.Assumed = c.Pairer.PulseLatency
	l.recall()
	l.handle(l.controller.Tick)
	l.settle()
	return l
}

// Run handles events until ctx ends, or until the clock can not be steered. It
// leaves the clock at the frequency that its oscillator needs: no one would end
// a slew.
func (l *Loop) Run(ctx context.Context, in Inputs) error {
	defer func() {
		frequency := l.controller.Estimates().Frequency
		l.try(l.Clock.SetFrequency(frequency))
	}()
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for l.err == nil {
		select {
		case <-ctx.Done():
			return nil
		case e := <-in.Edges:
			l.Edge(e)
		case f := <-in.Frames:
			l.Frame(f)
		case d := <-in.Pulse:
			l.PulseDevice(d)
		case d := <-in.Paths:
			l.PathDevice(d)
		case d := <-in.Receiver:
			l.ReceiverDevice(d)
		case d := <-in.Thermometer:
			l.SensorDevice(d)
		case p := <-in.Network:
			l.NetworkServer(p)
		case x := <-in.Exchanges:
			l.Exchange(x)
		case t := <-in.Temperatures:
			l.Temperature(t)
		case <-tick.C:
			l.Tick()
		case f := <-in.Commands:
			l.now = l.Clock.Read()
			f()
		}
	}
	return l.err
}

// Frame takes what the receiver sent.
func (l *Loop) Frame(f hw.Frame) {
	l.now = l.Clock.Read()
	l.setup.Frame(l.now.Raw, f)
	l.setUp()
	r := l.decoder.Frame(f)
	if f.Protocol != hw.NMEA && r.Verdict == refclock.FrameGarbage {
		l.receiver.noise(l.now)
		return
	}
	l.verdicts[r.Verdict]++
	l.receiver.heard(l.now, r)
	if r.Damaged {
		l.Pairer.Damaged(f.At)
	}
	l.Pairer.Announce(r.Pulse)
	if !r.Named || l.old(r.Fix.Heard) {
		return
	}
	if !l.plausible(r.Fix) {
		l.usable(refclock.ErrBadTime, &l.fixReason)
		return
	}
	if r.Fix.Valid {
		l.dated.epoch(l.now.Raw, r.Fix.UTC)
	}
	if l.unsure(r.Fix) {
		l.usable(refclock.ErrLeapSecond, &l.fixReason)
		l.Pairer.Forget()
		return
	}
	if l.lineFull() {
		return
	}
	if r.Fix.Relearnt && l.Pairer.Named() { // it has named other seconds than it should have
		l.handle(func(r hw.Reading) discipline.Action {
			l.controller.Renamed(r)
			return l.controller.Tick(r)
		})
		l.Pairer.Forget()
	}
	offset := l.offset(r.Fix.Heard)
	samples, err := l.Pairer.Fix(r.Fix, offset)
	if l.wrongEdge() {
		samples = nil
	}
	if l.usable(err, &l.fixReason) {
		l.sample(samples...)
	}
	l.leaping(r.Fix, offset)
	l.doubtPairing()
}

// offset is what UTC − local is believed to be when the clock shows t.
func (l *Loop) offset(t hw.Time) time.Duration { return l.Latest.Load().OffsetAt(t) }

// Temperature takes what the sensor near the oscillator shows.
func (l *Loop) Temperature(t hw.Temperature) {
	l.now = l.Clock.Read()
	l.sensor.shown, l.sensor.last = t, l.now.Raw
	l.Recorder.Add(recorder.Event{Kind: recorder.Heated, At: l.now, Temperature: t})
	l.controller.Temperature(t)
}

// Tick lets time pass.
func (l *Loop) Tick() {
	l.now = l.Clock.Read()
	l.hearNetwork()
	l.handle(l.controller.Tick)
	l.watch()
	l.setUp()
	l.look()
	l.receiver.reach.pass(l.now.Raw)
	l.pulse.reach.pass(l.now.Raw)
	l.relearn()
	if !l.alarmed {
		l.alarmed = true
		v := l.view()
		l.alert(&v)
	}
	if l.now.Raw.Sub(l.alerted) >= settleEvery {
		l.alerted = l.now.Raw
		if l.Dated != nil {
			l.Dated.Store(l.dated.sure())
		}
		l.conditioned()
		v := l.view()
		l.alert(&v)
		l.observe(l.moment(&v))
	}
	if l.now.Raw.Sub(l.settled) >= settleEvery {
		l.settled = l.now.Raw
		l.settle()
	}
}

// settle looks up the next leap second, and tells the kernel what its clock is
// worth: what we do not know of UTC, and what we know of the clock.
func (l *Loop) settle() {
	s := l.Latest.Load()
	if s.LastSample == 0 { // whoever steered the clock before us knows no more of it than we do
		l.try(l.Clock.Claim(hw.Claim{MaxError: discipline.MaxDispersion, EstError: discipline.MaxDispersion}))
		return
	}
	off := s.OffsetAt(l.now.Time)
	seconds := int64(refclock.At(l.now.Time, off)) / int64(time.Second)
	at, by := l.Leaps.Next(seconds)
	l.controller.Leap(refclock.UTC(at*int64(time.Second)), time.Duration(by)*time.Second)
	l.try(l.Clock.Claim(hw.Claim{
		Synchronized: s.StateAt(l.now.Time).Synchronized(),
		MaxError:     s.Reference.Delay/2 + s.DispersionAt(l.now.Time) + off.Abs(),
		EstError:     time.Duration(float64(s.BoundAt(l.now.Time))/s.Growth.Sigmas) + off.Abs(),
		TAIOffset:    l.Leaps.TAIOffset(seconds),
	}))
}

// ReceiverDevice takes a change of the serial port's condition. What was half
// received is gone.
func (l *Loop) ReceiverDevice(d hw.Device) {
	l.now = l.Clock.Read()
	l.receiver = receiver{
		Device: d, began: l.now.Raw, sentences: l.receiver.sentences, word: l.receiver.word, changed: l.receiver.changed,
	}
	l.decoder = protocols.NewDecoder(l.NotBefore)
	l.portChanged(d)
	l.device("receiver", d)
}

// SensorDevice takes a change of the temperature sensor's condition. To have
// none is no defect, and not worth a warning.
func (l *Loop) SensorDevice(d hw.Device) {
	l.sensor.Device = d
	if d.Path != "" {
		l.device("temperature sensor", d)
	}
}

// old reports whether a stamp is from before the clock was moved.
func (l *Loop) old(t hw.Time) bool {
	old := t < l.moved.Time || t > l.now.Time
	if old {
		l.stale++
	}
	return old
}

// usable counts why an event yielded no sample.
func (l *Loop) usable(err error, reason **refclock.Reason) bool {
	*reason = nil
	if errors.As(err, reason) {
		l.reasons[*reason]++
		l.Recorder.Add(recorder.Event{Kind: recorder.Rejected, At: l.now, Word: (*reason).Word})
	}
	return err == nil
}

// sample takes samples, if there are any: a sentence may only have confirmed
// what the clock says.
func (l *Loop) sample(samples ...refclock.Sample) {
	for _, s := range samples {
		l.newest, l.sampled = s, l.now.Raw
		l.Recorder.Add(recorder.Event{Kind: recorder.Sampled, At: l.now, Sample: s})
		l.Log.Debug().Float64("offset_us", us(s.Offset)).Msg("sample")
		if s.Source == refclock.FromPulse {
			l.scatter.Add(int64(s.At.Add(time.Second/2))/int64(time.Second), (s.Offset - l.offset(s.At)).Seconds(), s.Offset.Seconds())
		}
	}
	samples = l.borne(samples)
	l.handle(func(r hw.Reading) discipline.Action { return l.controller.Sample(r, samples...) })
	if l.controller.Doubted() && !l.wrongEdge() && !l.altered() { // they name another second than the clock does
		l.Pairer.Forget()
	}
}
