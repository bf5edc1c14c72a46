package ntp

// Verdict is what became of a request. Nothing that a packet can cause is
// logged: it is counted by its verdict.
type Verdict uint8

// The verdicts: first those with an answer.
const (
	Answered       Verdict = iota
	Unsynchronized         // answered, with the warning that the time is not to be used
	Told                   // answered: what ntpq asked for
	RateKissed             // one of too many: answered with the kiss code RATE, no time
	NTSRefused             // a cookie that cannot be opened, or not authentic: answered with the kiss code NTSN, no time
	Short                  // shorter than the header
	BadVersion             // not version 1 to 4
	BadMode                // no request: an answer, a broadcast, mode 7, mode 6 from whom it is not for
	Malformed              // what follows the header is neither extension fields nor a MAC, or makes no sense as NTS
	UnknownKey             // has a MAC, for which there is no key
	BadMAC                 // has a MAC, which is not that of its key
	Denied                 // the access list is against it
	RateLimited            // one of too many
	BadSource              // from port 0, where no answer can go
	BadDestination         // to a broadcast or multicast address, which others hear, too
	SendFailed             // the kernel refused to send the answer

	Verdicts = iota // how many there are
)

var verdictWords = [Verdicts]string{
	"answered", "answered_unsynchronized", "answered_control", "rate_kissed", "nts_refused",
	"short", "bad_version", "bad_mode", "malformed", "unknown_key", "bad_mac",
	"denied", "rate_limited",
	"bad_source", "bad_destination", "send_failed",
}

// String returns the verdict's word, as in JSON.
func (v Verdict) String() string { return verdictWords[v] }

// Sent reports whether an answer went out.
func (v Verdict) Sent() bool { return v < Short }
