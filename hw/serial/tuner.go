package serial

import (
	"errors"
	"math"
	"math/bits"
	"slices"
	"time"
)

// rates are the speeds that receivers send at, the likeliest first: that of
// NMEA 0183 hobby boards, of current u-blox modules, then the rest.
var rates = [...]int{9600, 115200, 38400, 57600, 19200, 4800, 230400, 460800, 921600}

// How long a speed or a port is given. Receivers speak once a second, so that
// a whole sentence has come after a second and its own length, and after the first
// pause in what a port sends of which nothing is known yet.
const (
	breath     = 150 * time.Millisecond  // ends a burst
	burst      = 4                       // bytes, at least
	dwell      = 1500 * time.Millisecond // of plain garbage
	longDwell  = 2500 * time.Millisecond // of so few bytes that they may be stray ones
	plain      = 32                      // bytes
	lost       = 5 * time.Second         // of garbage at a speed that was right: noise on the wire, most likely
	forgotten  = 2 * time.Second         // of silence make the garbage before it mere noise
	neverHeard = 5 * time.Second         // of nothing, on a port of which nothing is known
	goneQuiet  = time.Minute             // of nothing, on a port that was understood
)

// errUnheard says that a port is not worth waiting for if there are others.
var errUnheard = errors.New("no sentence is heard")

// finding is what a tuner makes of what it heard.
type finding uint8

const (
	wait    finding = iota
	tuned           // the first sound thing at this speed
	unheard         // time to look elsewhere
)

// tuner judges what is heard on one port, and which speed it is best heard at.
type tuner struct {
	baud       int  // in use
	fixed      bool // for good
	right      int  // speed that was understood last, 0 when none was
	understood bool // something sound was heard at this speed
	tried      [len(rates)]bool

	held  time.Time // until then the speed is not changed: someone else tries it
	since time.Time // of the last sound thing, or when waiting began
	last  time.Time // of the last byte
	noisy time.Time // when the noise began
	noise int       // bytes since, none of them sound …
	flips int       // … and how often neighbouring bits in one of them differ
}

// newTuner returns a tuner for a port whose speed is given or, if that is 0,
// was right the last time, or isn't known.
func newTuner(given, right int, now time.Time) tuner {
	t := tuner{baud: rates[0], right: right, since: now, last: now}
	switch {
	case given != 0:
		t.baud, t.fixed = given, true
	case right != 0:
		t.baud = right
	}
	t.try(t.baud)
	return t
}

// try notes that a speed is tried.
func (t *tuner) try(baud int) {
	if i := slices.Index(rates[:], baud); i >= 0 {
		t.tried[i] = true
	}
}

// hear takes bytes that arrived by now, and whether they completed something
// with a sound checksum. It may change the speed.
func (t *tuner) hear(now time.Time, b []byte, sound bool) finding {
	n := len(b)
	if sound {
		return t.understand(now)
	}
	if now.Sub(t.last) > forgotten {
		t.noise, t.flips = 0, 0
	}
	if n > 0 {
		if t.noise == 0 {
			t.noisy = now
		}
		t.last, t.noise = now, t.noise+n
		for _, c := range b {
			t.flips += bits.OnesCount8((c ^ c>>1) & 0x7F)
		}
	}
	switch {
	case now.Before(t.held):
	case t.right == 0 && !t.fixed && n == 0 && t.noise >= burst && now.Sub(t.last) >= breath:
		return t.retune(now)
	case t.noise > 0 && !t.fixed:
		if now.Sub(t.noisy) >= t.dwell() {
			return t.retune(now)
		}
	case now.Sub(t.since) >= t.silence():
		t.since = now
		return unheard
	}
	return wait
}

func (t *tuner) understand(now time.Time) finding {
	before := t.understood
	t.since, t.last, t.noise, t.flips = now, now, 0, 0
	t.right, t.understood = t.baud, true
	t.tried = [len(rates)]bool{}
	t.try(t.baud)
	if before {
		return wait
	}
	return tuned
}

// retune takes the next speed. Every other one is that which was right once:
// a cable that picks up noise is likelier than a receiver that changes its
// speed.
func (t *tuner) retune(now time.Time) finding {
	share := float64(t.flips) / float64(7*max(t.noise, 1))
	t.since, t.noise, t.flips, t.understood = now, 0, 0, false
	if t.right != 0 && t.baud != t.right {
		t.baud = t.right
		return wait
	}
	t.baud = t.likeliest(share)
	if t.baud == 0 {
		t.tried = [len(rates)]bool{}
		t.baud = rates[0]
		t.try(t.baud)
		return unheard
	}
	t.try(t.baud)
	return wait
}

// At how many of its inner borders the level changes within a byte: as often as
// not if the sender is faster than we listen, less often if each of its bits is
// heard several times. Heard k times, it is about slower/k.
const (
	faster = 0.41
	slower = 0.6
)

// likeliest is the speed to try after the one in use, by how often the level changed in
// what was heard at that; 0: all were tried.
func (t *tuner) likeliest(share float64) int {
	best, least := 0, math.Inf(1)
	for i, r := range rates {
		if t.tried[i] {
			continue
		}
		far := float64(i) // they are in order of likelihood
		switch up := r > t.baud; {
		case share >= faster && !up, share < faster && up:
			far += 100
		case share < faster:
			far = math.Abs(math.Log(float64(r) * slower / (float64(t.baud) * max(share, 0.001))))
		}
		if far < least {
			best, least = r, far
		}
	}
	return best
}

// move takes a speed that the other end is said to take as well, and holds on to it
// as to one that was understood.
func (t *tuner) move(now time.Time, baud int) {
	t.baud, t.since, t.last, t.noise, t.flips = baud, now, now, 0, 0
	t.understood = false
	t.held = now.Add(lost)
}

func (t *tuner) dwell() time.Duration {
	switch {
	case t.understood:
		return lost
	case t.noise >= plain:
		return dwell
	}
	return longDwell
}

func (t *tuner) silence() time.Duration {
	if t.right != 0 {
		return goneQuiet
	}
	return neverHeard
}
