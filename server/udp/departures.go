package udp

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/server/mmsg"
	"gpsntpd/server/ntp"
)

// errorBatch is how many messages of the error queue are read at once.
const errorBatch = 4

// sampled is how often an answer is asked for its transmit time to learn from,
// by the raw clock, at most.
const sampled = hw.Raw(4 * time.Millisecond)

// seldom is the silence from which on pace decides whether to ask: who asks less often
// than sampled would have each answer delayed by that. After shorter ones few are asked
// anyway, and to ask still less would be to learn too late that the way became quicker.
const seldom = time.Duration(sampled)

// awaited is an answer whose transmit time the kernel was asked for.
type awaited struct {
	number    uint32
	exchange  ntp.Token // of a client who wants to know it
	read      hw.Time   // what the kernel's clock showed when it was stamped
	situation situation
}

// departures are the answers whose transmit time is still to come.
type departures struct {
	next    uint32 // the kernel numbers those that ask from 0 on
	waiting int
	ring    [2 * batchSize]awaited // by number
	queue   *mmsg.Batch            // the error queue
	sample  hw.Raw                 // when the next one is due
}

// due reports whether it is time to learn again. What has not come from the
// error queue by then is not waited for any longer.
func (d *departures) due(now hw.Raw) bool {
	if now < d.sample {
		return false
	}
	d.sample, d.waiting = now+sampled, 0
	return true
}

// sampleOf returns which of n answers is asked for its transmit time: each place in
// turn.
func (d *departures) sampleOf(n int) int { return int(d.next % uint32(n)) }

func (d *departures) expect(a awaited) {
	a.number = d.next
	d.ring[a.number%uint32(len(d.ring))] = a
	d.next++
	d.waiting++
}

// take returns the answer of that number, once.
func (d *departures) take(number uint32) (awaited, bool) {
	a := &d.ring[number%uint32(len(d.ring))]
	if a.number != number || a.read == 0 {
		return awaited{}, false
	}
	d.waiting = max(d.waiting-1, 0)
	found := *a
	*a = awaited{}
	return found, true
}

// lost has the kernel count anew: no one knows whether it has counted an
// answer that was not sent.
func (d *departures) lost(socket int) {
	if d.waiting == 0 {
		return
	}
	clear(d.ring[:])
	d.next, d.waiting = 0, 0
	_ = mmsg.Renumber(socket) // without stamps, which were not to be had before either
}
