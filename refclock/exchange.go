package refclock

import (
	"time"

	"gpsntpd/hw"
)

// Exchange is one request to a network server and its answer, with the four moments
// of RFC 5905, section 8. Our own are on the raw clock, which nothing steers.
type Exchange struct {
	Server         int    // which of our servers it was
	Sent           hw.Raw // T1: when the request left
	Received       UTC    // T2: when it came to the server
	Answered       UTC    // T3: when the answer left the server
	Came           hw.Raw // T4: when the answer came
	RootDelay      time.Duration
	RootDispersion time.Duration
	Stratum        uint8
	Leap           Leap
	RefID          RefID // that the server names as its own reference
}

// Delay is the round trip less the time that the server had the request for.
func (e Exchange) Delay() time.Duration {
	return e.Came.Sub(e.Sent) - e.Answered.Sub(e.Received)
}

// Distance is the server's root distance without the way to it (RFC 5905, section
// 11.2): how far its own clock may be off.
func (e Exchange) Distance() time.Duration { return e.RootDelay/2 + e.RootDispersion }
