package loop

import (
	"cmp"
	"math"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// Description is what status says of things that the loop itself need not
// know.
type Description struct {
	Version   string
	Operation why.Operation
	Edge      string // which edge of the pulse is used
}

// wireSeconds is d as on the wire.
func wireSeconds(d time.Duration) float64 { return float64(refclock.ShortOf(d)) / (1 << 16) }

func (l *Loop) status(v *view) control.Status {
	s, now := v.snapshot, v.now.Time
	st := control.Status{
		Version:               l.Describe.Version,
		State:                 v.state.String(),
		Since:                 control.Time{Time: utc(s, v.since).Round(time.Millisecond)}, // to the nanosecond, a state that a pulse begins would now begin in one second, now in the one before
		Sentence:              v.facts.Brief(why.English),
		Leap:                  int(refclock.LeapUnknown),
		Now:                   v.utc,
		RootDispersionSeconds: wireSeconds(s.DispersionAt(now)),
		Receiver:              l.receiverStatus(v),
		Pulse:                 l.pulseStatus(v),
		Paths:                 l.pathStatus(),
		Temperature:           l.temperatureStatus(v),
	}
	if v.state.Synchronized() {
		r := s.Reference
		st.Leap, st.Stratum, st.Refid = int(s.Leap), int(r.Stratum), some(r.RefID.Text(r.Stratum))
		st.RootDelaySeconds = wireSeconds(r.Delay)
	}
	if v.known {
		e := v.estimates
		st.OffsetSeconds = some(v.offset.Seconds())
		st.FrequencyPPM = some(math.Round(e.Frequency.PPM()*1e6) / 1e6)
		st.FrequencyBoundPPM = some(math.Round(s.Growth.Sigmas*math.Sqrt(s.Growth.Rate)*1e12) / 1e6)
		if l.newest.Source != 0 {
			st.Sample = l.sampleStatus()
		}
		st.JitterSeconds = some(e.Jitter.Seconds())
		st.WanderPerRootSecond = some(e.Wander)
		st.BoundSeconds = some(v.bound.Seconds())
		st.Budget, st.Holdover = budget(s.BudgetAt(now)), holdover(s, now)
		if e.Latency > 0 {
			st.Pulse.LatencySeconds = some(e.Latency.Seconds())
		}
		st.ReferenceTime = some(utc(s, s.Reference.Time))
		leap := l.leap(v)
		st.NextLeap, st.TAIOffsetSeconds = leap.NextLeap, leap.TAIOffsetSeconds
	}
	st.Witness = witnessStatus(&v.facts.Witness)
	st.Sources = append(control.ReceiverSources(&st), l.networkSources()...)
	return st
}

func witnessStatus(w *why.Witness) *control.Witness {
	if w.Servers == 0 {
		return nil
	}
	c := &control.Witness{
		Verdict: w.Verdict.Word.String(), SinceSeconds: math.Round(w.Verdict.Lasts), Holds: w.Verdict.Hold,
		Servers: w.Servers, Answering: w.Answering, Wrong: named(w.Liar),
	}
	if w.Verdict.Word != discipline.Alone && !math.IsInf(w.Verdict.Within, 0) {
		c.WithinSeconds = some(w.Verdict.Within)
	}
	return c
}

func (l *Loop) leap(v *view) control.Leap {
	c := control.Leap{
		Source:  l.LeapSource,
		Updated: control.Time{Time: time.Unix(l.Leaps.Updated, 0)},
		Expires: control.Time{Time: time.Unix(l.Leaps.Expires, 0)},
		Armed:   v.snapshot.Armed.By != 0,
	}
	if !v.known {
		return c
	}
	c.Now = some(v.utc)
	if offset := l.Leaps.TAIOffset(v.utc.Unix()); offset != 0 {
		c.TAIOffsetSeconds = &offset
	}
	if at, by := l.Leaps.Next(v.utc.Unix()); by != 0 {
		c.NextLeap, c.NextBySeconds = &control.Time{Time: time.Unix(at, 0)}, &by
	}
	return c
}

// sampleStatus is the newest sample.
func (l *Loop) sampleStatus() *control.Sample {
	source := control.SourcePulse
	if l.newest.Source == refclock.FromSentence {
		source = control.SourceSentence
	}
	return &control.Sample{
		Source: source, OffsetSeconds: l.newest.Offset.Seconds(), DispersionSeconds: l.newest.Dispersion.Seconds(),
		AgeSeconds: l.now.Raw.Sub(l.sampled).Round(time.Millisecond).Seconds(),
	}
}

func (l *Loop) receiverStatus(v *view) control.Receiver {
	r := &l.receiver
	c := control.Receiver{
		Device: r.Path, State: v.receiver, Sentences: r.sentences,
		LastFixAgeSeconds: l.age(r.fixed), Reach: int(r.reach.register),
		Holder: named(r.Holder), LeftAlone: []control.LeftAlone{},
	}
	for _, d := range l.left() {
		c.LeftAlone = append(c.LeftAlone, control.LeftAlone{Device: d.Path, Reason: string(d.State), Holder: named(d.Holder)})
	}
	if r.Baud != 0 {
		c.Baud = some(r.Baud)
	}
	if f := v.fix; f != nil {
		if f.Mode != "" {
			c.Fix = some(string(f.Mode))
		}
		c.SatellitesUsed, c.SatellitesInView = known(f.Used), known(f.InView)
		c.UTCStandard = named(string(f.Standard))
		if f.Accuracy > 0 {
			c.AccuracySeconds = some(f.Accuracy.Seconds())
		}
	}
	l.selfStatus(&c, v)
	if v.latency.Count > 0 {
		c.LatencySeconds, c.MarginSeconds = some(v.latency.Mean.Seconds()), some(v.latency.Margin().Seconds())
	}
	return c
}

// selfStatus is what the receiver says of itself.
func (l *Loop) selfStatus(c *control.Receiver, v *view) {
	told, id := &v.told, l.setup.Report().Identity
	c.Model, c.Firmware = named(cmp.Or(told.Name, id.Model)), named(cmp.Or(told.Firmware, id.Firmware))
	c.Protocol, c.LeapSource = named(told.Protocol), named(string(told.LeapSource))
	if !v.reception {
		return
	}
	c.Jamming, c.Spoofing = named(string(told.Jamming)), named(string(told.Spoofing))
	if told.Gain > 0 {
		c.GainRatio = some(math.Round(told.Gain*1e3) / 1e3)
	}
}

// left are the ports that the search for the receiver leaves alone.
func (l *Loop) left() []hw.Device {
	if l.Left == nil || l.Left.Load() == nil {
		return nil
	}
	return *l.Left.Load()
}

// named is s, nil for "".
func named(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (l *Loop) pulseStatus(v *view) control.Pulse {
	p := &l.pulse
	c := control.Pulse{
		Device: p.Path, State: v.pulse,
		Count: p.count, AgeSeconds: l.age(p.last), Rejected: p.rejected, Reach: int(p.reach.register),
	}
	if word, _ := l.Pairer.Sawtooth(); word != refclock.SawtoothUnsaid {
		c.Sawtooth = some(string(word))
	}
	if !p.off {
		c.Edge = &l.Describe.Edge
	}
	return c
}

func (l *Loop) temperatureStatus(v *view) control.Temperature {
	c := control.Temperature{Device: l.sensor.Path, State: v.sensor}
	if c.State == hw.OK {
		c.Celsius = some(math.Round(float64(l.sensor.shown)*1e3) / 1e3)
	}
	return c
}

func budget(b discipline.Budget) *control.Budget {
	return &control.Budget{
		PulseSeconds: b.Pulse.Seconds(), LatencySeconds: b.Latency.Seconds(), EdgeSeconds: b.Edge.Seconds(), ReceiverSeconds: b.Receiver.Seconds(),
		LoopSeconds: b.Loop.Seconds(), HoldoverSeconds: b.Holdover.Seconds(),
	}
}

func holdover(s *discipline.Snapshot, now hw.Time) *control.Holdover {
	within := func(limit time.Duration) float64 { return s.Within(limit, now).Seconds() }
	h := &control.Holdover{
		LimitSeconds: s.MaxError.Seconds(), WithinLimitSeconds: within(s.MaxError),
		Within1us: within(time.Microsecond), Within10us: within(10 * time.Microsecond),
		Within100us: within(100 * time.Microsecond), Within1ms: within(time.Millisecond),
	}
	if s.Silent(now) {
		h.Since = some(utc(s, s.LastSample))
	}
	if s.StateAt(now).Synchronized() {
		h.SafeUntil = some(control.Time{Time: utc(s, now).Add(seconds(h.WithinLimitSeconds))})
	}
	return h
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// utc is what t, shown by the local clock, is in UTC as far as we know.
func utc(s *discipline.Snapshot, t hw.Time) control.Time {
	return control.Time{Time: refclock.At(t, s.OffsetAt(t)).Std()}
}

// age is how long ago r was, nil when it never was.
func (l *Loop) age(r hw.Raw) *float64 {
	if r == 0 {
		return nil
	}
	return some(l.now.Raw.Sub(r).Round(time.Millisecond).Seconds())
}

func some[T any](v T) *T { return &v }

// known is nil for the −1 that stands for a number that no one said.
func known(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}
