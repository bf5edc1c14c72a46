package refclock

// Seal proves who made the packets between us and one network server: a symmetric
// key or NTS. It is for one goroutine.
type Seal interface {
	// Sign puts a proof behind the header in b, which has room for MostRequest bytes,
	// and returns the length of the whole packet.
	Sign(b []byte) (int, error)
	// Verify returns nil when answer, which it may change, is genuine and answers the
	// request that was signed last. Else its error is a Reason.
	Verify(answer []byte) error
}

// MostRequest is the length of the longest request, in bytes: what fits into an
// Ethernet frame beside the headers of IPv6 and UDP.
const MostRequest = 1452

// Why the proof of an answer is not believed.
var (
	ErrUnproven  = &Reason{"unproven", "the answer does not prove that it comes from the server"}
	ErrKeyless   = &Reason{"keyless", "the server does not know our keys any more (NTSN)"}
	ErrNoCookies = &Reason{"no_cookies", "there are no cookies: keys must be exchanged first"}
)
