package refclock

import "time"

const (
	// gap is how far the time may go forward from one valid epoch to the next
	// without more evidence.
	gap = time.Minute
	// offBeat is how far off the beat of the receiver an epoch may lie: some
	// let their epochs drift by a millisecond a second.
	offBeat = 5 * time.Millisecond
	// fastest is how many epochs a second a receiver has at most.
	fastest = 25
	// repeated is how many epochs in a row make us believe a time that
	// contradicts the one before: an old sentence sent again comes alone.
	repeated = 3
)

// Sequence believes epochs that go on from the last valid one. The checksum of a
// sentence is 8 bits of exclusive or, and receivers repeat old times after an
// outage: a time that goes back, far ahead or off the beat needs more evidence.
type Sequence struct {
	last    UTC           // of the last valid epoch
	beat    time.Duration // between epochs, 1 s at most; 0 before the second
	outage  bool          // the receiver had no fix since
	odd     UTC           // of the last epoch that was not believed
	oddSeen int           // how many of them in a row
}

// Allows reports whether an epoch at u, which this many kinds of message agree on, is to
// be believed.
func (q Sequence) Allows(u UTC, agreeing int) bool {
	switch {
	case q.last == 0, q.oddSeen+1 >= repeated && u > q.odd:
		return true
	case u <= q.last:
		return false
	case q.outage, agreeing > 1:
		return true
	}
	return u.Sub(q.last) <= gap && q.inStep(u)
}

// inStep reports whether u is a whole number of beats after the last epoch.
func (q Sequence) inStep(u UTC) bool {
	if q.beat == 0 {
		return true
	}
	off := u.Sub(q.last) % q.beat
	return min(off, q.beat-off) <= offBeat
}

// Settle takes an epoch at u that was judged.
func (q *Sequence) Settle(u UTC, reason error) {
	switch reason {
	case nil:
		beat, before := q.beat, q.last
		if q.oddSeen+1 >= repeated && !q.inStep(u) {
			beat, before = 0, q.odd // the receiver has changed its ways
		}
		if before != 0 && u > before {
			beat = beatOf(u.Sub(before), beat)
		}
		*q = Sequence{last: u, beat: beat}
	case ErrNoFix:
		q.outage = true
	case ErrBadTime:
		if u <= q.odd {
			q.oddSeen = 0
		}
		q.odd = u
		q.oddSeen++
	}
}

// beatOf is the beat of a receiver whose epochs were d apart just now, and had a
// beat before. Receivers say something a whole number of times a second, but may
// have left some out.
func beatOf(d, before time.Duration) time.Duration {
	for n := range fastest {
		beat := time.Second / time.Duration(n+1)
		if off := d % beat; min(off, beat-off) <= offBeat && (before == 0 || beat <= before) {
			return beat
		}
	}
	return before
}
