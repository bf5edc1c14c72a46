package why

import (
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Facts are what is known of the daemon at one moment. Words are those of
// status; a duration is 0 and a number −1 when it is not known.
type Facts struct {
	Operation Operation
	Receiver  Receiver
	Antenna   refclock.Antenna
	Pulse     Pulse
	Pairing   Pairing
	Witness   Witness
	Jumped    time.Duration // since the receiver's phase jumped last
	Rival     string        // another program that steers clocks and runs here; "" for none
	Moved     time.Duration // since someone else moved the clock last …
	MovedBy   time.Duration // … by this much
	Clock     Clock
	NTP       NTP
	NTS       NTS
	Leap      Leap
	Sensor    Device
	Storage   Disk
	StoredAt  string        // the file that cannot be written
	Late      time.Duration // how late the loop takes up events, smoothed
	Socket    string        // of the control, for a daemon that does not answer
}

// Disk is whether the state can be kept.
type Disk string

// The conditions of the folder of the state.
const (
	DiskUnused   Disk = "off" // there is none
	DiskOK       Disk = "ok"
	DiskReadOnly Disk = "read_only"
	DiskFull     Disk = "full"
	DiskFailed   Disk = "failed"
)

// Exchange is the condition of the NTS key exchange, as in status.
type Exchange string

// The conditions of the key exchange.
const (
	ExchangeOff           Exchange = "off"
	ExchangeNoCertificate Exchange = "no_certificate" // there is none yet, or it cannot be read
	ExchangeNoDate        Exchange = "no_date"        // no one can tell whether it is good
	ExchangeExpired       Exchange = "expired"
	ExchangeOK            Exchange = "ok"
)

// Operation is what the daemon has been started for.
type Operation string

// The kinds of operation.
const (
	Steered    Operation = "steered"
	NotSteered Operation = "not_steered"
	Simulated  Operation = "simulated"
	Replayed   Operation = "replayed"
)

// Device is the condition of a device.
type Device struct {
	Path string
	Word hw.State      // as in status
	For  time.Duration // since it has been in it
}

// Receiver is what is known of the GNSS receiver.
type Receiver struct {
	Device
	Baud   int
	Used   int  // satellites, −1 when not said
	InView int  // the same
	Timing bool // it says that it knows its place and solves for time alone

	Jamming  refclock.Jamming
	Standard refclock.Standard // whose UTC it names

	NoFix  time.Duration // since the last fix, or the start
	Beside hw.State      // what the open port serves for as well: Console, Login, Busy; "" for nothing
	Holder string        // the program or unit that uses it
	Left   []hw.Device   // ports that are left alone, since they serve for something else
}

// Pulse is what is known of the pulse per second.
type Pulse struct {
	Device
	Edge     string
	Seen     bool          // an edge, since the start
	Interval time.Duration // between the last two edges, by our clock
	Width    time.Duration // from the chosen edge to the other one
}

// Pairing is what is known of which second a pulse begins.
type Pairing struct {
	Reason  *refclock.Reason // of the newest event that yielded no sample; nil: it did
	Latency time.Duration    // of the sentences
	Margin  time.Duration    // by which that may still move
}

// Witness is what network servers and the oscillator say of the receiver.
type Witness struct {
	Verdict   discipline.Verdict
	Servers   int           // that are asked; 0: no one confirms the receiver
	Answering int           // of them
	Silence   time.Duration // since one of them answered, or since the start
	Liar      string        // a server that is wrong alone; "": none
}

// Clock is the condition of the discipline.
type Clock struct {
	State    discipline.State
	For      time.Duration // since it has been in it
	Wait     discipline.Wait
	Doubted  bool          // the reference is not believed
	Agreed   time.Duration // so long pulse and sentences have named another second than the clock
	Stratum  uint8         // that is served while synchronized
	Servers  int           // of the network that the clock follows; 0: none
	ByPulse  bool          // the last sample was measured by a pulse
	Resumed  bool          // the frequency was known before the start
	Bound    time.Duration
	Edge     time.Duration // part of the bound: constant latency of the pulse input that was not measured
	Limit    time.Duration // on the bound
	Samples  uint64
	Silence  time.Duration // since the last sample
	GoodFor  time.Duration // how long the bound stays below the limit without another sample …
	Until    time.Time     // … and until when that is; zero while clients are refused
	Outliers float64       // share of the last samples that were not believed
}

// NTP is what the servers have counted, since the start and in the last minute.
type NTP struct {
	Requests, Denied, RateLimited, BadKeys, SendFailed uint64
	Lost                                               uint64 // by the kernel, and no part of Requests
	Recent                                             Recent
}

// Recent is what was counted in the last minute.
type Recent struct{ Requests, Denied, RateLimited, BadKeys, SendFailed, Lost uint64 }

// NTS is the condition of the key exchange.
type NTS struct {
	Word Exchange      // as in status
	Left time.Duration // of the certificate's life; negative afterwards
	Anew bool          // the master keys have been made anew in the last hour
}

// Leap is what is known of the list of leap seconds.
type Leap struct {
	Known bool          // the date is, by which it is judged
	Left  time.Duration // of the list's life; negative afterwards
	Armed bool
}
