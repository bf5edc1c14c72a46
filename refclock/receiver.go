package refclock

import (
	"time"

	"gpsntpd/hw"
)

// Receiver is what a receiver has said of itself, as far as it went. Its zero value says
// nothing.
type Receiver struct {
	Model
	Reception
	Survey Survey
}

// Model is which receiver it is, each "" when it did not say.
type Model struct {
	Name     string // of the module, such as "NEO-M8T"
	Firmware string // such as "TIM 1.10" or "EXT CORE 3.01"
	Hardware string // the version of the chip, as the maker writes it
	Protocol string // version of the binary protocol, such as "22.00"
}

// Reception is what the receiver says of what comes from its antenna and of how far it
// knows UTC.
type Reception struct {
	At         hw.Time  // when jamming, spoofing or gain was last said; 0: never
	Jamming    Jamming  // …
	Spoofing   Spoofing // …
	Gain       float64  // of the amplifier that controls itself, 0 to 1 of its range; 0: not said
	Noise      int      // the receiver's own measure of it; 0: not said
	Standard   Standard // whose UTC it is
	LeapSource LeapSource
	Leap       int     // GPS − UTC in seconds by that source; 0: not said
	Overflow   hw.Time // when it last said that its line cannot carry all that it sends; 0: never
}

// Survey is how the receiver finds out where it is, once and for all.
type Survey struct {
	State    SurveyState
	For      time.Duration // how long it has been surveying
	Accuracy float64       // of the position so far, metres
}

// SurveyState is one enumerated word.
type SurveyState string

// How far a survey is.
const (
	SurveyUnsaid SurveyState = ""
	SurveyNone   SurveyState = "none"
	SurveyActive SurveyState = "active"
	SurveyDone   SurveyState = "done"
)

// Jamming is what the receiver says of radio noise that is not of satellites.
type Jamming string

// What can be said of it.
const (
	JammingUnsaid   Jamming = ""
	JammingNone     Jamming = "none"
	JammingWarning  Jamming = "warning"  // there is some, and still a fix
	JammingCritical Jamming = "critical" // there is no fix for it
)

// Spoofing is what the receiver says of signals that pretend to be of satellites.
type Spoofing string

// What can be said of it.
const (
	SpoofingUnsaid    Spoofing = ""
	SpoofingNone      Spoofing = "none"
	SpoofingIndicated Spoofing = "indicated"
	SpoofingAffirmed  Spoofing = "affirmed" // by several signs
)

// Bad reports whether the receiver believes that its signals are forged.
func (s Spoofing) Bad() bool { return s == SpoofingIndicated || s == SpoofingAffirmed }

// Standard is whose realization of UTC a receiver's time is. They are within some ten
// nanoseconds of each other.
type Standard string

// The realizations that receivers tell apart.
const (
	StandardUnsaid  Standard = ""
	StandardCRL     Standard = "crl"
	StandardNIST    Standard = "nist"
	StandardUSNO    Standard = "usno"
	StandardBIPM    Standard = "bipm"
	StandardEurope  Standard = "europe"
	StandardSU      Standard = "su"
	StandardNTSC    Standard = "ntsc"
	StandardIndia   Standard = "npli"
	StandardUnknown Standard = "unknown" // the receiver has not heard how far GPS is from UTC: within a microsecond
)

// LeapSource is where a receiver has its count of leap seconds from.
type LeapSource string

// The sources that are told apart.
const (
	LeapUnsaid     LeapSource = ""
	LeapDefault    LeapSource = "default"    // what its firmware was built with
	LeapDerived    LeapSource = "derived"    // from the difference between systems
	LeapSatellites LeapSource = "satellites" // the only one that is believed
	LeapAided      LeapSource = "aided"      // told or configured by someone
	LeapUnknownYet LeapSource = "unknown"
)

// Reply is a receiver's answer to a command.
type Reply struct {
	Command string // as the protocol names it: "CFG-VALSET", "PMTK314", "PAIR062", "PQTMCFGPPS"; "": no reply
	Result  Result
}

// Result is what became of a command, one enumerated word.
type Result string

// What can become of a command.
const (
	Accepted    Result = "accepted"
	Refused     Result = "refused"     // invalid, or not now
	Unsupported Result = "unsupported" // not by this receiver
	Failed      Result = "failed"
	Pending     Result = "pending" // another answer comes
)
