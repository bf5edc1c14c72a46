package refclock

import (
	"time"

	"gpsntpd/hw"
)

// Decoder turns what one receiver sends into reports. It is for one goroutine.
type Decoder interface {
	// Frame takes the next frame of the receiver.
	Frame(f hw.Frame) Report
	// Flush ends an open epoch, at the end of the input or after a long silence. It is
	// called again until it has none.
	Flush() Report
	// Satellites returns what is known of the sky, in no particular order, and
	// whether the receiver says which satellites it uses.
	Satellites() (all []Satellite, told bool)
	// Receiver returns what the receiver has said of itself.
	Receiver() Receiver
}

// Verdict is what became of a frame, one enumerated word for counters.
type Verdict string

// What can become of a frame.
const (
	FrameOK          Verdict = "ok"
	FrameIgnored     Verdict = "ignored"      // of a kind that we do not read
	FrameBadChecksum Verdict = "bad_checksum" // absent or wrong
	FrameMalformed   Verdict = "malformed"    // a field that we need is absent or impossible
	FrameGarbage     Verdict = "garbage"      // no message at all
)

// Verdicts lists every verdict, for tables of counters.
var Verdicts = []Verdict{FrameOK, FrameIgnored, FrameBadChecksum, FrameMalformed, FrameGarbage}

// Report is what a frame told.
type Report struct {
	Verdict Verdict
	// Fix is set, as Named says, once in an epoch and as early as can be: by
	// the message that completes a good time, or by the one that takes away
	// all hope of it.
	Fix   Fix
	Named bool
	// Damaged says that the checksum of a message that tells the time is wrong.
	Damaged bool
	// Antenna is what the frame says of the antenna.
	Antenna Antenna
	// Pulse is what it says of a pulse; the zero value when it says nothing.
	Pulse PulseNote
	// Reply is the receiver's answer to a command.
	Reply Reply
	// Ended is the epoch that this frame ended, judged on all its messages. It is good
	// until the next call.
	Ended *Epoch
}

// Epoch is what the messages with the same time of day said together.
type Epoch struct {
	Fix         Fix
	Messages    []string // their kinds in the order seen, each once
	LeapSeconds *int     // GPS − UTC in seconds, nil when not said
}

// PulseNote is what a receiver says of one pulse, mostly before it comes.
type PulseNote struct {
	Second   UTC           // that the pulse begins; 0: no note
	Sawtooth time.Duration // how late the pulse is for the grain of the receiver's clock; negative: early
}
