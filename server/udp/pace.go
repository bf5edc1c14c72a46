package udp

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"gpsntpd/server/ntp"
)

// pace predicts how long after the clock was read for it an answer leaves; its
// transmit timestamp is the sum. The delay depends on what authenticates the answer,
// and on how long the socket was silent: after a second without a request the way
// through the kernel takes ten times what it takes after some microseconds, since
// caches are cold and the processor slept.
//
// It learns from the kernel's own transmit stamps, and predicts the least of the
// last hundred delays in the same situation: in any sequence of them, hardly more
// than one in a hundred is below that. An early transmit timestamp makes the client's
// delay longer, which contains the error; a late one makes it shorter, and would be
// a lie. So what interrupts an answer moves no prediction, and a quick one moves it
// at once.
type pace struct {
	expected [situations]int32 // ns
	delays   [situations]delays
}

// delays are the last ones of a situation.
type delays struct {
	last   [100]int32 // ns
	count  int        // that were ever seen
	passed int        // that could have been, since one was wanted
}

// situation is what the delay of an answer depends on.
type situation uint8

const (
	brief    = 13                 // log2 of 8 µs, in ns: silences below are all alike
	silences = 16                 // by their log2; from 0.13 s on they are alike
	kinds    = silences + rowSize // answers that are sent alone, by the silence; answers in a row, by their place

	situations = (int(ntp.NTS) + 1) * kinds
)

// afterSilence is the situation of an answer that is sent by itself after a silence.
func afterSilence(p ntp.Proof, silence time.Duration) situation {
	length := min(bits.Len64(uint64(max(silence, 0))>>brief), silences-1)
	return situation(int(p)*kinds + length)
}

// inRow is that of answer slot of those that are sent at once.
func inRow(p ntp.Proof, slot int) situation { return situation(int(p)*kinds + silences + slot) }

// after returns the delay of an answer; 0 as long as nothing is known.
func (p *pace) after(s situation) time.Duration { return time.Duration(p.expected[s]) }

// wants reports whether to ask when an answer leaves that could be asked for: each until
// enough of its kind are known, then one in eight, since to be told delays it.
func (p *pace) wants(s situation) bool {
	const each = 8
	d := &p.delays[s]
	d.passed++
	if d.count >= len(d.last) && d.passed < each {
		return false
	}
	d.passed = 0
	return true
}

// learn takes that an answer left after left. Of the least of few delays nothing is
// believed: a program that has just begun, or a machine that was busy, may be ten
// times as slow as a moment later. Of that of sixteen half is.
func (p *pace) learn(s situation, left time.Duration) {
	const doubt = 16
	d := &p.delays[s]
	d.last[d.count%len(d.last)] = int32(min(left, math.MaxInt32))
	d.count++
	seen := min(d.count, len(d.last))
	least := time.Duration(slices.Min(d.last[:seen]))
	if seen >= doubt {
		p.expected[s] = int32(least * time.Duration(seen) / time.Duration(seen+doubt))
	}
}

// least is the shortest delay that is known of an answer without a proof that is
// sent alone, after whatever silence.
func (p *pace) least() (d time.Duration) {
	for s := range situation(silences) {
		if p.delays[s].count > 0 && (d == 0 || p.after(s) < d) {
			d = p.after(s)
		}
	}
	return d
}
