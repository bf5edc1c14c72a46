package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"gpsntpd/hw/sim"
)

// receiver speaks on a serial line, and the kernel keeps what arrives until
// someone reads it.
type receiver struct {
	*world
	chance, damage *rand.Rand
	talk           []string
	busy           sim.Truth     // the line has sent all that was given to it
	wander         float64       // of the latency, s
	beyond         sim.Truth     // when an epoch last came more than a second late, or nearly …
	most           time.Duration // … and how late one ever was
	buffer         []byte        // of the tty
	pending        bool          // the pump has been woken
}

// What a tty and a receiver's own buffer hold.
const (
	ttyBuffer = 4095
	ownBuffer = 1500 * time.Millisecond // of the line's time
)

func newReceiver(w *world) receiver {
	return receiver{world: w, chance: w.random(ofReceiver), damage: w.random(ofDamage), talk: strings.Split(w.Talk, ",")}
}

// second makes up what is sent of the epochs from second on for a second.
func (r *receiver) second(second sim.Truth) {
	n := r.Epochs
	if f := r.find("epochs", r.since(second)); f != nil {
		n = int(f.X)
	}
	for i := range n {
		at := second.Add(time.Duration(i) * time.Second / time.Duration(n))
		r.epoch(at, r.since(at))
	}
}

// late draws how long after its moment an epoch begins.
func (r *receiver) late(t time.Duration) time.Duration {
	d := r.Latency + r.sum("slow", t)
	normal, flat, exponential := r.chance.NormFloat64(), r.chance.Float64(), r.chance.ExpFloat64()
	switch r.Late {
	case "uniform":
		d += scale(r.Spread, (2*flat-1)*math.Sqrt(3))
	case "exponential":
		d += scale(r.Spread, exponential)
	case "wander":
		r.wander += 0.02*normal - r.wander/2500 // rms 1 in the long run
		d += scale(r.Spread, r.wander)
	default:
		d += scale(r.Spread, normal)
	}
	return max(d, time.Millisecond)
}

// epoch sends the sentences that name the moment at.
func (r *receiver) epoch(at sim.Truth, t time.Duration) {
	due := at.Add(r.late(t))
	from := max(due, r.busy)
	e, copied := r.names(at, t), r.find("copies", t)
	if r.is("silent", t) || r.is("unplugged", t) || from.Sub(due) > ownBuffer {
		return
	}
	if f := r.find("reboot", t); f != nil && t-f.At < 2*time.Second {
		return
	}
	if late := from.Sub(at) + 2*r.Spread; late >= time.Second {
		r.beyond, r.most = from, max(r.most, late+time.Second)
	}
	bad := copied != nil && r.damage.Float64() < copied.X
	for _, talk := range r.kinds(t) {
		text := e.sentence(talk)
		if bad {
			r.send(from.Add(copied.By), text)
			text = append([]byte(nil), text...)
			text[len(text)/2] ^= 0x05
		}
		from = r.send(from, r.spoil(text, t))
	}
	r.busy = from
}

// kinds are the sentences of an epoch.
func (r *receiver) kinds(t time.Duration) []string {
	if r.is("rmconly", t) {
		return []string{"RMC"}
	}
	all := r.talk
	if f := r.find("extra", t); f != nil {
		all = all[:len(all):len(all)]
		for range int(f.X) {
			all = append(all, "GSV")
		}
	}
	return all
}

// names is what the receiver says of the moment at.
func (r *receiver) names(at sim.Truth, t time.Duration) epoch {
	count := r.calendar.utc(at)
	if r.in(at) && r.Name == "00" {
		count = at
	}
	lie := r.sum("lie", t)
	if r.is("rollover", t) {
		lie += rolledOver
	}
	e := epoch{digits: r.Digits, void: r.is("nofix", t), undated: r.is("nodate", t), timeless: r.is("reboot", t)}
	e.at = count.Add(lie).Std()
	if r.in(at) && r.Name == "60" && lie == 0 {
		e.sixty = true
	}
	if r.is("sixty", t) && e.at.Second() == 0 && e.at.Minute() == 0 && e.at.Hour() == 0 {
		e.sixty, e.at = true, e.at.Add(-time.Second)
	}
	return e
}

// spoil damages what is sent, if that is the fault.
func (r *receiver) spoil(text []byte, t time.Duration) []byte {
	f, garbage := r.find("damage", t), r.is("garbage", t)
	if f == nil && !garbage {
		return text
	}
	if garbage {
		for i := range text {
			text[i] = byte(r.damage.Uint32())
		}
		return text
	}
	if r.damage.Float64() >= f.X {
		return text
	}
	i := 1 + r.damage.IntN(len(text)-1)
	bit := byte(1) << r.damage.IntN(8)
	switch r.damage.IntN(4) {
	case 0: // a byte is lost
		return append(text[:i], text[i+1:]...)
	case 1: // a burst
		for j := i; j < min(i+8, len(text)); j++ {
			text[j] = byte(r.damage.Uint32())
		}
	case 2: // two bits, so that the checksum is right again
		text[i] ^= bit
		text[1+r.damage.IntN(len(text)-1)] ^= bit
	default:
		text[i] ^= bit
	}
	return text
}

// firstBytes is after how many bytes the serial port tells the kernel of them.
const firstBytes = 8

// send puts text on the line at from, and returns when it has gone.
func (r *receiver) send(from sim.Truth, text []byte) sim.Truth {
	bytes := func(n int) sim.Truth { return from.Add(time.Duration(n) * 10 * time.Second / time.Duration(r.Baud)) }
	n := min(firstBytes, len(text))
	r.queue.add(event{at: bytes(n), what: arrive, text: text[:n]})
	r.queue.add(event{at: bytes(len(text)), what: arrive, text: text[n:]})
	return bytes(len(text))
}

// arrive has the kernel keep bytes.
func (r *receiver) arrive(text []byte) {
	if !r.daemon.up || r.is("unplugged", r.since(r.now)) {
		return
	}
	r.buffer = append(r.buffer, text[:min(len(text), ttyBuffer-len(r.buffer))]...)
	if !r.pending {
		r.pending = true
		r.queue.add(event{at: r.now.Add(r.wakes()), what: readSerial})
	}
}
