package ntp

import (
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// view is what a control message is answered from, at one moment.
type view struct {
	*discipline.Snapshot
	responder    *Responder
	now          hw.Time
	indicator    refclock.Leap
	synchronized bool
}

func (r *Responder) view(s *discipline.Snapshot, now hw.Reading) view {
	return view{s, r, now.Time, s.LeapAt(now), s.StateAt(now.Time).Synchronized() && s.Agrees(now)}
}

// Parts of the status words, RFC 9327, section 3, shifted to their place.
const (
	alarm      = 3 << 14 // leap indicator
	fromPulse  = 1 << 8  // clock source: an atomic clock or a pulse
	fromRadio  = 4 << 8  // UHF radio, as a receiver without its pulse
	oneEvent   = 1 << 4
	restarted  = 1 // system events
	clockSync  = 5
	configured = 0x80 << 8 // of an association
	reachable  = 0x10 << 8
	systemPeer = 6 << 8
	heard      = 4 // peer events
	lost       = 3
	noReply    = 1 // clock events
)

func (v *view) systemStatus() uint16 {
	switch {
	case !v.synchronized:
		return alarm | oneEvent | restarted
	case v.Reference.Source == refclock.FromPulse:
		return uint16(v.indicator)<<14 | fromPulse | oneEvent | clockSync
	}
	return uint16(v.indicator)<<14 | fromRadio | oneEvent | clockSync
}

func (v *view) peerStatus() uint16 {
	switch {
	case v.synchronized:
		return configured | reachable | systemPeer | oneEvent | heard
	case v.heard():
		return configured | reachable | oneEvent | heard
	}
	return configured | oneEvent | lost
}

func (v *view) clockStatus() uint16 {
	if v.heard() {
		return 0
	}
	return oneEvent | noReply
}

// heard reports whether the receiver has been of use a moment ago.
func (v *view) heard() bool {
	return v.LastSample != 0 && v.now.Sub(v.LastSample) <= discipline.SilentAfter
}

func (v *view) leap() refclock.Leap {
	if !v.synchronized {
		return refclock.LeapUnknown
	}
	return v.indicator
}

func (v *view) stratum() int {
	if !v.synchronized {
		return 16
	}
	return int(v.Reference.Stratum)
}

// name is the reference identifier as text.
func (v *view) name() string { return v.Reference.RefID.Text(v.Reference.Stratum) }

func (v *view) refID() string {
	if !v.synchronized {
		return "INIT"
	}
	return v.name()
}

// reference is the time of the last sample, 0 before the first.
func (v *view) reference() refclock.Timestamp {
	if v.Reference.Time == 0 {
		return 0
	}
	return refclock.TimestampOf(utc(v.Snapshot, min(v.Reference.Time, v.now)))
}

// silence is how long the receiver has been of no use, up to an hour.
func (v *view) silence() time.Duration {
	if v.heard() {
		return 0
	}
	return min(max(v.now.Sub(v.LastSample), 0), time.Hour)
}

// reach is the register of the last eight polls (RFC 5905, section 13), of
// which there is one a second.
func (v *view) reach() string {
	if v.heard() {
		return "0xff"
	}
	return "0x0"
}

// kernelFlags are the status flags of adjtimex(2) that are set.
func (v *view) kernelFlags() string {
	if v.synchronized {
		return "nano"
	}
	return "unsync nano"
}

// timecode is what the receiver said last.
func (v *view) timecode() string {
	if v.Reference.Time == 0 {
		return quoted("")
	}
	return quoted(utc(v.Snapshot, v.Reference.Time).Std().Format(time.RFC3339))
}
