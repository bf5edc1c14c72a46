package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
	"gpsntpd/server/alarm"
	"gpsntpd/server/ntp"
)

// Violations, by what is violated.
const (
	wrongSecond = "wrong_second" // an answer that claims to be right is half a second off, or more
	lie         = "lie"          // it is further off than its root distance says
	malformed   = "malformed"    // it contradicts itself
	announced   = "announced"    // it announces a leap second that does not come, or not one that comes
	stuck       = "stuck"        // not synchronized after 40 min of health
	falseAlarm  = "false_alarm"  // an alarm without a reason
	left        = "left"         // gpsntpd leaves the host's clock worse than it is
)

// asks is how often clients ask, a second.
const asks = 3

// finding is the first violation of its kind in a run.
type finding struct {
	kind   string
	at     time.Duration // since the start
	count  int
	detail string
}

// judge asks for the time as clients do, and holds the answers against truth.
type judge struct {
	*world
	chance    *rand.Rand
	log       zerolog.Logger
	responder ntp.Responder
	findings  []finding
	received  []hw.Time // of the requests that wait for an answer
	asked     int
	answers   int // that claimed to be synchronized
	excused   map[string]int
	raisedAt  []raised

	outside   int       // seconds with one beyond the finer bound, though not beyond the root distance
	judged    int       // seconds with a synchronized answer
	second    int64     // that is being judged
	some, far bool      // it has a synchronized answer; one beyond the bound
	unsync    sim.Truth // when an answer last said so
	sync      sim.Truth // when one last said the opposite
	unsyncs   []interval
	wrongs    []interval // in which the time was further off than gpsntpd believed, served or not, excused or not
	recovers  []recovery
	trace     func(a answer, off time.Duration)
}

func newJudge(w *world) judge {
	return judge{
		world: w, chance: w.random(ofClients), log: zerolog.Nop(), excused: map[string]int{},
		responder: ntp.Responder{Precision: -20},
	}
}

// found notes a violation.
func (j *judge) found(kind, format string, words ...any) {
	for i := range j.findings {
		if j.findings[i].kind == kind {
			j.findings[i].count++
			return
		}
	}
	j.findings = append(j.findings, finding{kind, j.since(j.now), 1, fmt.Sprintf(format, words...)})
}

// ask has a request arrive: the kernel dates it, a worker will answer it.
func (j *judge) ask() {
	if !j.daemon.up || j.now < j.asleep {
		return
	}
	j.received = append(j.received, j.daemon.clock.Read().Time)
	j.queue.add(event{at: j.now.Add(20*time.Microsecond + scale(20*time.Microsecond, j.chance.ExpFloat64())), what: answering})
}

// answer judges the answer that leaves now, if there is one.
func (j *judge) answer() {
	if len(j.received) == 0 {
		return // gpsntpd has been stopped meanwhile
	}
	received := j.received[0]
	j.received = j.received[1:]
	var request, reply [refclock.PacketSize]byte
	request[0] = 4<<3 | 3
	origin := j.chance.Uint64()
	binary.BigEndian.PutUint64(request[40:], origin)
	s, tx := j.daemon.latest.Load(), j.daemon.clock.Read()
	j.responder.Respond(reply[:], ntp.Request{Packet: request[:], Received: received}, s, tx)
	a := read(reply[:], j.calendar.utc(j.now))
	j.asked++
	off := j.calendar.off(a.transmit, j.now)
	j.form(a, origin)
	j.remember(a)
	if j.trace != nil {
		j.trace(a, off)
	}
	if off.Abs() > a.distance() && a.distance() < discipline.MaxDispersion {
		j.wrongs = lasts(j.wrongs, j.now)
	}
	if !a.synchronized() {
		return
	}
	j.answers++
	j.warning(a)
	j.finer(off, s.BoundAt(tx.Time), a)
	switch {
	case off.Abs() <= a.distance():
	case j.excuse(off, a.distance()):
	case off.Abs() >= time.Second/2:
		j.found(wrongSecond, "%v off, %v claimed", off, a.distance())
	default:
		j.found(lie, "%v off, %v claimed", off, a.distance())
	}
}

// finer holds the bound of status against the error, for a second as a whole.
func (j *judge) finer(off, bound time.Duration, a answer) {
	if second := int64(j.now) / 1e9; second != j.second {
		j.count()
		j.second = second
	}
	j.some = true
	if off.Abs() > bound && !j.excuse(off, bound) {
		j.far = true
	}
}

func (j *judge) count() {
	if j.some {
		j.judged++
	}
	if j.far {
		j.outside++
	}
	j.some, j.far = false, false
}

// Reference identifiers, as on the wire.
const (
	byPulses    = 'G'<<24 | 'P'<<16 | 'S'<<8
	bySentences = 'N'<<24 | 'M'<<16 | 'E'<<8 | 'A'
)

// form finds what an answer must never be.
func (j *judge) form(a answer, origin uint64) {
	synchronized := a.stratum == 1 && a.delay == 0 && (a.refid == byPulses || a.refid == bySentences)
	switch {
	case a.version != 4 || a.mode != 4 || a.origin != origin:
		j.found(malformed, "no answer to the request: %+v", a)
	case a.leap == 3 && (a.stratum != 0 || a.refid != 0), a.leap != 3 && !synchronized:
		j.found(malformed, "leap %d, stratum %d, refid %x", a.leap, a.stratum, a.refid)
	case a.receive > a.transmit, a.leap != 3 && (a.reference == 0 || a.reference > a.transmit):
		j.found(malformed, "reference %d, receive %d, transmit %d", a.reference, a.receive, a.transmit)
	}
}

// The last day before a leap second is announced, if a table knows it, within a
// minute of the time that the clock is known: from a second on after it has begun, at the next tick.
const (
	lastDay = 24*time.Hour + time.Second
	armedBy = 3 * time.Second
	knows   = time.Minute
)

// warning judges the leap indicator.
func (j *judge) warning(a answer) {
	wait := j.calendar.leap.Sub(j.now)
	coming := j.calendar.leap != 0 && wait > 0 && wait < lastDay
	want := byte(0)
	if coming && j.By > 0 {
		want = 1
	} else if coming {
		want = 2
	}
	switch {
	case a.leap == want || j.in(j.now) || wait.Abs() < 10*time.Millisecond:
	case a.leap != 0 && j.calendar.leap != 0 && wait <= 0 && wait > -time.Second:
	case a.leap != 0:
		j.found(announced, "leap indicator %d, %v before a leap second by %d s", a.leap, wait, j.By)
	case j.Table == "valid" && wait < lastDay-armedBy && j.now.Sub(j.unsync) > knows && j.since(j.now) > knows:
		j.found(announced, "no leap indicator %v before a leap second", wait)
	}
}

// raised takes an alarm.
func (j *judge) raised(a alarm.Alarm) {
	if a.Cleared.IsZero() {
		j.raisedAt = append(j.raisedAt, raised{a.Code, a.Severity, j.now})
	}
}
