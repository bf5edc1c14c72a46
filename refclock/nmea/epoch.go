package nmea

import (
	"slices"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// tolerance is how far apart the times of one epoch may be, since sentences
// carry different numbers of decimals and some receivers round them
// differently. It is half the epoch of the fastest receivers (25 Hz).
const tolerance = 20 * time.Millisecond

// same reports whether s carries the time of the epoch. A receiver that sends
// decimals in some kinds of sentence only has cut them off in the others.
func (e *epoch) same(s sentence) bool {
	if s.whole != e.whole && s.time.Truncate(time.Second) == e.time.Truncate(time.Second) {
		return true
	}
	leap := s.time >= refclock.Day
	return leap == (e.time >= refclock.Day) && refclock.Apart(s.time, e.time).Abs() < tolerance
}

// epoch collects the sentences with one time of day.
type epoch struct {
	time       time.Duration
	timed      bool
	whole      bool         // the time was sent without decimals
	begun      hw.Time      // arrival of the first sentence
	heard      hw.Time      // arrival of the first sentence that tells of the fix
	date       refclock.UTC // midnight; 0 when not said
	said       [void + 1]bool
	impossible bool
	agreeing   int             // timed sentences of different kinds
	kinds      map[string]bool // talker and kind of the timed sentences
	sentences  []string
	complete   bool // no more sentences come
	named      bool
	promised   refclock.UTC // as which moment it was named valid; 0 when it was not

	gsa         int // greatest mode of GSA: 1 none, 2 2D, 3 3D; 0 before
	seen        map[satellite]bool
	views       map[string]int // satellites in view for each constellation
	used        int
	leapSeconds *int
}

func newEpoch(s sentence, at hw.Time) *epoch {
	return &epoch{time: s.time, timed: s.timed, whole: s.whole, begun: at, used: -1,
		kinds: map[string]bool{}, seen: map[satellite]bool{}, views: map[string]int{}}
}

// add takes a sentence that arrived at a moment.
func (e *epoch) add(s sentence, at hw.Time) {
	// ZDA says nothing of the fix, and some receivers send it before the pulse
	// that it names: it does not tell when the epoch was heard.
	if (s.status != silent || s.impossible) && e.heard == 0 {
		e.heard = at
	}
	e.said[s.status] = true
	e.impossible = e.impossible || s.impossible || e.date != 0 && s.date != 0 && e.date != s.date
	if e.date == 0 {
		e.date = s.date
	}
	if s.timed && !e.kinds[s.kind] {
		e.agreeing++
	}
	if s.timed || s.status == void {
		e.kinds[s.kind], e.kinds[s.talker+s.kind] = true, true
	}
	e.used = max(e.used, s.used)
	e.count(s)
	if s.talker != "P" && !slices.Contains(e.sentences, s.kind) {
		e.sentences = append(e.sentences, s.kind)
	}
}

// hopeless tells that e can no longer become valid. A leap second never does,
// but what it is can be told only when a sentence has said that there is a fix.
func (e *epoch) hopeless() bool {
	return e.said[void] || e.impossible || e.time >= refclock.Day && e.said[good]
}

// quiet tells that e is nothing but a time: ZDA alone.
func (e *epoch) quiet() bool { return e.timed && !e.impossible && !e.said[good] && !e.said[void] }
