package ntp

import (
	"errors"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

const (
	// mostDistance is how far a server's time may be off (MAXDIST of RFC 5905, figure 27).
	mostDistance = time.Second
	// mostProcessing is how long a server may have a request: longer, and one of its
	// two times is not what it should be.
	mostProcessing = 4 * time.Second
	// ahead is by how much a server's reference may be later than its answer: some
	// round it, or date it by when they will have finished to slew.
	ahead = time.Second
	// maxStratum is that of a server that is not synchronized.
	maxStratum = 16
)

// Stamps is when a request left and its answer came.
type Stamps struct{ Sent, Came hw.Raw }

// Answer judges a packet that came from the server's address and port. Near is about
// when that was: of the moments that an NTP timestamp means, 136 years apart, the one
// nearest to it is meant. The error is a refclock.Reason.
func (a *Association) Answer(packet []byte, at Stamps, near refclock.UTC) (refclock.Exchange, error) {
	x, err := a.judge(packet, at, near)
	if r := (*refclock.Reason)(nil); errors.As(err, &r) {
		a.count(r)
		switch r {
		case ErrShort, ErrMode, ErrVersion, ErrOrigin, ErrDuplicate, ErrLate, ErrRefined: // anybody can send those
		default:
			a.fault = r
		}
		return refclock.Exchange{}, err
	}
	if err != nil {
		return refclock.Exchange{}, err
	}
	a.Counts.Exchanges++
	a.taken++
	return x, nil
}

// judge applies the tests in an order that matters: who can only guess must not even
// be able to stop us, so that nothing but the marks of the request, and the proof where
// there is to be one, gives a packet a say.
func (a *Association) judge(packet []byte, at Stamps, near refclock.UTC) (x refclock.Exchange, err error) {
	p, ok := refclock.ParsePacket(packet)
	switch {
	case !ok || len(packet)%4 != 0:
		return x, ErrShort
	case p.Mode != refclock.ServerMode:
		return x, ErrMode
	case p.Version != version:
		return x, ErrVersion
	}
	if err := a.belongs(p.Origin); err != nil {
		return x, err
	}
	if a.Seal != nil {
		if err := a.Seal.Verify(packet); err != nil {
			return x, err // the genuine one may still come
		}
	}
	a.asked.answered = true
	if p.Stratum == 0 {
		return x, a.kissed(p.RefID)
	}
	if p.Leap == refclock.LeapUnknown || p.Stratum >= maxStratum || p.Receive == 0 || p.Transmit == 0 {
		a.idle = true
		return x, ErrUnsynchronized
	}
	interleaved := p.Origin != a.asked.transmit
	now := exchange{receive: p.Receive, received: p.Receive.UTC(near), sent: at.Sent, came: at.Came}
	which := now
	if interleaved {
		which = a.asked.origin
	}
	x = refclock.Exchange{
		Server: a.Server, Sent: which.sent, Received: which.received, Answered: which.received.Add(p.Transmit.Sub(which.receive)), Came: which.came,
		RootDelay: p.RootDelay.Duration(), RootDispersion: p.RootDispersion.Duration(),
		Stratum: p.Stratum, Leap: p.Leap, RefID: p.RefID,
	}
	if err := a.believe(x, p, now.received); err != nil {
		return x, err
	}
	now.used = !interleaved
	a.good(now)
	if !interleaved {
		return x, nil
	}
	a.Counts.Interleaved++
	if which.used {
		return x, ErrRefined
	}
	return x, nil
}

// belongs finds the request that an answer is to.
func (a *Association) belongs(origin refclock.Timestamp) error {
	is := func(marks ...refclock.Timestamp) bool {
		for _, m := range marks {
			if m != 0 && m == origin {
				return true
			}
		}
		return false
	}
	switch {
	case !is(a.asked.transmit, a.asked.receive):
		if is(a.before[:]...) {
			return ErrLate
		}
		return ErrOrigin
	case a.asked.answered:
		return ErrDuplicate
	}
	return nil
}

// believe tests what the server says of its own clock.
func (a *Association) believe(x refclock.Exchange, p refclock.Packet, received refclock.UTC) error {
	held, delay := x.Answered.Sub(x.Received), x.Delay()
	reference := received.Add(p.Reference.Sub(p.Receive))
	switch {
	case held < 0 || held > mostProcessing:
		return ErrProcessing
	case delay < 0:
		return ErrDelay
	case x.Distance()+delay/2 > mostDistance:
		return ErrDistance
	case p.Reference != 0 && reference.Sub(max(x.Answered, received)) > ahead:
		return ErrFuture
	case a.IsOwnRefID != nil && (p.Stratum > 1 && a.IsOwnRefID(p.RefID) || a.IsOwnRefID(a.RefID)): // it follows us, or is us
		return ErrLoop
	}
	return nil
}

// good takes note of an answer that has passed all tests.
func (a *Association) good(e exchange) {
	a.known, a.heard, a.missed, a.fault = e, e.came, 0, nil
	a.reach |= 1
}

// Kiss codes that are obeyed (RFC 5905, section 7.4).
var (
	codeRate = refclock.RefID{'R', 'A', 'T', 'E'}
	codeDeny = refclock.RefID{'D', 'E', 'N', 'Y'}
	codeRstr = refclock.RefID{'R', 'S', 'T', 'R'}
)

// kissed obeys a kiss code.
func (a *Association) kissed(code refclock.RefID) error {
	switch code {
	case codeRate:
		a.due += hw.Raw(a.Poll()) // this pause too
		a.least = min(2*a.Poll(), LongestPoll)
		return ErrRate
	case codeDeny, codeRstr:
		a.stopped = true
		return ErrDenied
	}
	return ErrUnsynchronized
}
