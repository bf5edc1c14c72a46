package ntp

import "gpsntpd/refclock"

// Why an answer yielded no exchange.
var (
	ErrShort          = &refclock.Reason{Word: "short", Text: "the answer is cut off"}
	ErrMode           = &refclock.Reason{Word: "mode", Text: "the packet is no answer of a server"}
	ErrVersion        = &refclock.Reason{Word: "version", Text: "the answer has another version than the request"}
	ErrOrigin         = &refclock.Reason{Word: "origin", Text: "the answer is to no request of ours"}
	ErrDuplicate      = &refclock.Reason{Word: "duplicate", Text: "the request has been answered already"}
	ErrLate           = &refclock.Reason{Word: "late", Text: "the answer is to an earlier request"}
	ErrRate           = &refclock.Reason{Word: "kiss_rate", Text: "the server wants to be asked less often (RATE)"}
	ErrDenied         = &refclock.Reason{Word: "kiss_deny", Text: "the server does not want to be asked (DENY or RSTR)"}
	ErrUnsynchronized = &refclock.Reason{Word: "unsynchronized", Text: "the server is not synchronized"}
	ErrProcessing     = &refclock.Reason{Word: "processing", Text: "the server's two times of one request are impossible"}
	ErrDelay          = &refclock.Reason{Word: "delay", Text: "the answer came sooner than the server says it took"}
	ErrDistance       = &refclock.Reason{Word: "distance", Text: "the server's time may be wrong by more than a second"}
	ErrFuture         = &refclock.Reason{Word: "future", Text: "the server's reference is in the future"}
	ErrLoop           = &refclock.Reason{Word: "loop", Text: "the server takes its time from this host"}
	ErrRefined        = &refclock.Reason{Word: "refined", Text: "the answer only says more of an exchange that was used already"}
)

// Why nothing came.
var (
	ErrUnanswered  = &refclock.Reason{Word: "unanswered", Text: "no answer came in time"}
	ErrUnreachable = &refclock.Reason{Word: "unreachable", Text: "the network or the host says that the server cannot be reached"}
)

// Reasons lists every reason, for tables of counters.
var Reasons = []*refclock.Reason{
	ErrShort, ErrMode, ErrVersion, ErrOrigin, ErrDuplicate, ErrLate, ErrRate, ErrDenied,
	ErrUnsynchronized, ErrProcessing, ErrDelay, ErrDistance, ErrFuture, ErrLoop, ErrRefined,
	ErrUnanswered, ErrUnreachable,
	refclock.ErrUnproven, refclock.ErrKeyless, refclock.ErrNoCookies,
}
