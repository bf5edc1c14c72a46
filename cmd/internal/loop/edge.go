package loop

import (
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/recorder"
)

// Edge takes an edge of the pulse line.
func (l *Loop) Edge(e hw.Edge) {
	l.now = l.Clock.Read()
	if l.old(e.At) {
		return
	}
	use := l.take(e)
	if use == refclock.UseCompare {
		return
	}
	l.pulse.heard(l.now)
	l.Recorder.Add(recorder.Event{Kind: recorder.Edge, At: l.now, Edge: e})
	if e.Path != hw.PathPHC { // whose clock may hand them out a quarter of a second later
		l.tookUp(e.At)
	}
	l.pulse.timed(e.At)
	l.pulse.missed += uint64(e.Missed)
	l.pulse.polarity.Edge(e)
	s, err := l.Pairer.Edge(e, l.offset(e.At))
	if l.wrongEdge() {
		err = refclock.ErrWrongEdge
		l.doubt()
	}
	l.pulse.took(err)
	if l.usable(err, &l.edgeReason) && use == refclock.UseSample {
		l.sample(s)
	}
	l.doubtPairing()
}

// PulseDevice takes a change of the pulse device's condition.
func (l *Loop) PulseDevice(d hw.Device) {
	l.now = l.Clock.Read()
	l.pulse.Device, l.pulse.began, l.pulse.polarity = d, l.now.Raw, refclock.Polarity{}
	if d.State == hw.Open && l.EdgeLatency != nil {
		l.paths.Table = l.EdgeLatency(d)
		_, l.Pairer.PulseLatency, l.Pairer.EdgeLatency = l.paths.Feed()
	}
	l.device("pulse", d)
}
