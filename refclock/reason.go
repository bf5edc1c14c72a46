package refclock

import "gpsntpd/hw"

// Reason is why something the receiver sent yielded no fix or no sample. Each
// has a word, for JSON and counters, and a sentence for people.
type Reason struct{ Word, Text string }

// State is r as the state of a device that yields nothing good for it.
func (r *Reason) State() hw.State { return hw.State(r.Word) }

// Error returns the sentence for people.
func (r *Reason) Error() string { return r.Text }

// Why an epoch yielded no fix.
var (
	ErrNoFix      = &Reason{"no_fix", "the receiver has no fix"}
	ErrNoDate     = &Reason{"no_date", "the receiver has not sent a date"}
	ErrNoTime     = &Reason{"no_time", "the sentence names no time of day"}
	ErrLeapSecond = &Reason{"leap_second", "the receiver is in a leap second, which has no name in our count"}
	ErrUnresolved = &Reason{"unresolved", "the receiver has a time that it has not confirmed yet, or does not know the leap seconds"}
	ErrSpoofed    = &Reason{"spoofed", "the receiver says that its signals are forged"}
	ErrContradict = &Reason{"contradicts", "the receiver's text and its binary messages name different seconds"}
	ErrBadTime    = &Reason{"bad_time", "the receiver's sentences name an impossible or contradictory time"}
)

// Why a fix or an edge yielded no sample.
var (
	ErrNoPulse      = &Reason{"no_pulse", "no pulse before the sentence"}
	ErrGlitch       = &Reason{"glitch", "the edge is not a second after the pulse before it"}
	ErrIrregular    = &Reason{"irregular", "several edges come in each second, and nothing tells which of them begins it"}
	ErrDiscontinued = &Reason{"discontinued", "the receiver's seconds do not count up one by one"}
	ErrAmbiguous    = &Reason{"ambiguous", "sentences arrive too close to a pulse to tell which one they name"}
	ErrLearning     = &Reason{"learning", "still learning how late the sentences are"}
	ErrDisagrees    = &Reason{"disagrees", "the sentence names another second than the clock"}
	ErrWrongEdge    = &Reason{"wrong_edge", "the other edge of the pulse begins the second"}
	ErrLineFull     = &Reason{"line_full", "the line from the receiver is full: its sentences may be seconds late"}
	ErrUnconfirmed  = &Reason{"unconfirmed", "no sentence has confirmed the pulse"}
)

// Reasons lists every reason, for tables of counters.
var Reasons = []*Reason{
	ErrNoFix, ErrNoDate, ErrNoTime, ErrBadTime, ErrLeapSecond,
	ErrUnresolved, ErrSpoofed, ErrContradict,
	ErrNoPulse, ErrGlitch, ErrIrregular, ErrDiscontinued, ErrAmbiguous,
	ErrLearning, ErrDisagrees, ErrWrongEdge, ErrUnconfirmed, ErrLineFull,
}
