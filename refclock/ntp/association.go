// Package ntp asks a network server for the time, as its client (RFC 5905; RFC 9769
// for the interleaved mode): when the next request is due and what is in it, and what
// an answer is worth. It has neither socket nor clock nor chance of its own.
package ntp

import (
	"errors"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Options is how a server is asked.
type Options struct {
	Server     int           // the number that its exchanges have
	Shortest   time.Duration // between two requests
	Longest    time.Duration // the same, at most
	Public     bool          // it is on the internet: never asked more often than PublicPoll
	Interleave bool          // it is asked when its answers really left
	Seal       refclock.Seal // nil: nothing is proven
	IsOwnRefID func(refclock.RefID) bool
	RefID      refclock.RefID // that we have when we follow the server
}

// Limits of the time between two requests.
const (
	PublicPoll  = 64 * time.Second     // the rule of ntp.org's pool
	LongestPoll = 131072 * time.Second // 2¹⁷ s (RFC 5905, figure 27)
)

// The start: some requests in quick succession, so that a good answer comes soon.
const (
	burstGap  = 2 * time.Second
	burstGood = 4 // exchanges that end it, the last request being taken for one
	burstMost = 8 // requests that end it
)

// A server is dead that has left this many requests unanswered, or two for so long.
const (
	deadAfter = 5
	deadTime  = 60 * time.Second
	probeGap  = 8 * time.Second // between requests to one nearby that has missed some
)

// basicAfter is how many interleaved requests may go unanswered before a basic one
// is sent: the server may have forgotten us, or never heard of that mode.
const basicAfter = 4

// Association is what is between us and one address of a server. Its methods are for
// one goroutine.
type Association struct {
	Options
	Counts Counts

	poll    time.Duration // wanted
	least   time.Duration // that the server has asked for, by RATE
	due     hw.Raw
	began   hw.Raw
	burst   int  // requests that have been sent …
	taken   int  // … and exchanges that came of them
	idle    bool // it answers, and has no time to give
	asked   request
	before  [2]refclock.Timestamp // what the request before was marked with
	known   exchange              // of the last good answer; zero: none
	heard   hw.Raw                // when that came; 0: never
	missed  int                   // requests since
	reach   uint8
	stopped bool
	fault   *refclock.Reason // what was wrong with the last answer of its own; nil: nothing
}

// Counts is how many of each there were.
type Counts struct {
	Requests, Exchanges, Interleaved uint64
	Reasons                          map[*refclock.Reason]uint64
}

// request is what was asked last.
type request struct {
	transmit, receive refclock.Timestamp // marks: random numbers. The latter only of an interleaved one
	origin            exchange           // that an interleaved answer will tell more of
	answered          bool
}

// exchange is what is remembered of a good answer.
type exchange struct {
	receive    refclock.Timestamp // by which the server knows it
	received   refclock.UTC
	sent, came hw.Raw
	used       bool // it was handed on already
}

// New returns an association whose first request is due at once.
func New(o Options, now hw.Raw) *Association {
	a := &Association{Options: o, due: now, began: now, Counts: Counts{Reasons: map[*refclock.Reason]uint64{}}}
	a.Want(o.Shortest)
	return a
}

// Want sets the time between two requests, within what the options and the server
// allow.
func (a *Association) Want(poll time.Duration) { a.poll = poll }

// Poll returns the time between two requests that is in force.
func (a *Association) Poll() time.Duration {
	poll := max(min(a.poll, a.Longest), a.Shortest, a.least, time.Second)
	if a.Public {
		poll = max(poll, PublicPoll)
	}
	return min(poll, LongestPoll)
}

// Due returns when the next request is to leave; not ok when there is none to come.
func (a *Association) Due() (at hw.Raw, ok bool) { return a.due, !a.stopped }

// Reach returns the reachability register: a bit for each of the last eight requests,
// the newest in the lowest, set when an exchange came of it (RFC 5905, section 13).
func (a *Association) Reach() uint8 { return a.reach }

// Heard returns when the last good answer came; 0: never.
func (a *Association) Heard() hw.Raw { return a.heard }

// Missed returns how many requests have been sent since the last good answer.
func (a *Association) Missed() int { return a.missed }

// Fault returns what was wrong with the last answers; nil: nothing, or none came.
func (a *Association) Fault() *refclock.Reason { return a.fault }

// Stopped reports whether the server does not want to be asked.
func (a *Association) Stopped() bool { return a.stopped }

// Dead reports whether the server has been without a good answer for too long to be
// relied on: five requests, or two and a minute. One answer brings it back.
func (a *Association) Dead(now hw.Raw) bool {
	last := a.heard
	if last == 0 {
		last = a.began
	}
	unanswered := a.missed
	if now < a.due { // the newest may still be answered
		unanswered--
	}
	return a.stopped || unanswered >= deadAfter || unanswered >= 2 && now.Sub(last) >= deadTime
}

// Chance is the random numbers that a request needs. No one must be able to guess
// them: an answer is known by them.
type Chance struct {
	Transmit, Receive refclock.Timestamp
	Spread            uint16 // by how much the next request is put off
}

// Request writes the next request, which leaves now, into b, and returns its length. It tells
// nothing of this host: what could is zero or random.
func (a *Association) Request(b []byte, now hw.Raw, c Chance) (int, error) {
	c.Transmit, c.Receive = max(c.Transmit, 1), max(c.Receive, 1)
	if !a.asked.answered && a.burst > 0 {
		a.count(ErrUnanswered)
		if a.missed > 1 {
			a.fault = nil
		}
	}
	a.before = [2]refclock.Timestamp{a.asked.transmit, a.asked.receive}
	a.asked = request{transmit: c.Transmit}
	p := refclock.Packet{Version: version, Mode: refclock.ClientMode, Transmit: c.Transmit}
	if a.Interleave && a.known.receive != 0 && a.missed < basicAfter && c.Receive != c.Transmit {
		a.asked.receive, a.asked.origin = c.Receive, a.known
		p.Origin, p.Receive = a.known.receive, c.Receive
	}
	clear(b[:refclock.PacketSize])
	p.Put(b)
	a.Counts.Requests++
	a.burst++
	a.missed++
	a.reach <<= 1
	a.due = now + hw.Raw(a.gap(c.Spread))
	if a.Seal == nil {
		return refclock.PacketSize, nil
	}
	n, err := a.Seal.Sign(b)
	if r := (*refclock.Reason)(nil); errors.As(err, &r) {
		a.count(r)
	}
	return n, err
}

const version = 4

// gap is the time to the request after this one. It is spread upward, by up to
// 1/32, so that hosts that were switched on together do not ask together.
func (a *Association) gap(spread uint16) time.Duration {
	poll := a.Poll()
	switch {
	case a.least == 0 && a.burst < burstMost && a.taken < burstGood-1 && !a.idle:
		return min(burstGap, poll)
	case a.missed > 1 && !a.Public && a.least == 0 && a.missed <= deadAfter+1:
		poll = min(poll, probeGap)
	}
	return poll + poll/32*time.Duration(spread)/(1<<16)
}

// Unreachable takes the network's word that the server cannot be reached.
func (a *Association) Unreachable() { a.count(ErrUnreachable) }

func (a *Association) count(r *refclock.Reason) { a.Counts.Reasons[r]++ }
