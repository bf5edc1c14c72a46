package serial

import (
	"errors"
	"slices"
	"time"
)

// rates are the speeds that receivers send at, the likeliest first: that of
// NMEA 0183 hobby boards, of current u-blox modules, then the rest.
var rates = [...]int{9600, 115200, 38400, 57600, 19200, 4800, 230400, 460800, 921600}

// How long a speed or a port is given. Receivers speak once a second, so that
// a whole sentence has come after a second and its own length.
const (
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
	index      int  // in rates, of the last that was tried

	since time.Time // of the last sound thing, or when waiting began
	last  time.Time // of the last byte
	noisy time.Time // when the noise began
	noise int       // bytes since, none of them sound
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
	t.index = max(slices.Index(rates[:], t.baud), 0)
	return t
}

// hear takes n bytes that arrived by now, and whether they completed something
// with a sound checksum. It may change the speed.
func (t *tuner) hear(now time.Time, n int, sound bool) finding {
	if sound {
		return t.understand(now)
	}
	if now.Sub(t.last) > forgotten {
		t.noise = 0
	}
	if n > 0 {
		if t.noise == 0 {
			t.noisy = now
		}
		t.last, t.noise = now, t.noise+n
	}
	switch {
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
	t.since, t.last, t.noise = now, now, 0
	t.right, t.understood = t.baud, true
	if before {
		return wait
	}
	return tuned
}

// retune takes the next speed. Every other one is that which was right once:
// a cable that picks up noise is likelier than a receiver that changes its
// speed.
func (t *tuner) retune(now time.Time) finding {
	t.since, t.noise, t.understood = now, 0, false
	if t.right != 0 && t.baud != t.right {
		t.baud = t.right
		return wait
	}
	t.index = (t.index + 1) % len(rates)
	t.baud = rates[t.index]
	if t.index == 0 {
		return unheard
	}
	return wait
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
