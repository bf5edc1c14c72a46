package ntp

// Verdict is what became of a request. Nothing that a packet can cause is
// logged: it is counted by its verdict.
type Verdict uint8

// The verdicts. The last two are the socket's.
const (
	Answered       Verdict = iota
	Unsynchronized         // answered, with the warning that the time is not to be used
	Short                  // shorter than the header
	BadVersion             // not version 1 to 4
	BadMode                // no request: an answer, a broadcast, mode 6 or 7
	Malformed              // what follows the header is neither extension fields nor a MAC
	Authenticated          // carries a MAC, which we have no key to check
	BadSource              // from port 0, where no answer can go
	SendFailed             // the kernel refused to send the answer

	Verdicts = iota // how many there are
)

var verdictWords = [Verdicts]string{
	"answered", "answered_unsynchronized",
	"short", "bad_version", "bad_mode", "malformed", "authentication_unsupported",
	"bad_source", "send_failed",
}

// String returns the verdict's word, as in JSON.
func (v Verdict) String() string { return verdictWords[v] }

// Sent tells whether an answer went out.
func (v Verdict) Sent() bool { return v == Answered || v == Unsynchronized }
