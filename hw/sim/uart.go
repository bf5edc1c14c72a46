package sim

import (
	"io"
	"time"
)

// Sent is what a receiver sends in one go, and how fast.
type Sent struct {
	Text []byte
	Baud int // at this speed
}

// UART is a simulated serial port: what was sent at another speed than it is
// set to is heard as the garbage that a real one hears. It is for one reader.
type UART struct {
	Wire <-chan Sent // closed when the port is pulled out
	Baud int         // that it is set to

	heard []byte // not read yet
}

// Read waits a quarter of a second for bytes.
func (u *UART) Read(b []byte) (int, error) {
	if len(u.heard) == 0 {
		timeout := time.NewTimer(250 * time.Millisecond)
		defer timeout.Stop()
		select {
		case s, plugged := <-u.Wire:
			if !plugged {
				return 0, io.EOF
			}
			u.heard = s.Heard(u.Baud)
		case <-timeout.C:
			return 0, nil
		}
	}
	n := copy(b, u.heard)
	u.heard = u.heard[n:]
	return n, nil
}

// Write sends nothing: the wire leads one way.
func (u *UART) Write(b []byte) (int, error) { return len(b), nil }

// SetReadTimeout implements serial.UART: it does not change how long Read waits.
func (u *UART) SetReadTimeout(time.Duration) error { return nil }

// SetBaud sets the speed and discards what was heard at another one.
func (u *UART) SetBaud(baud int) error {
	u.Baud, u.heard = baud, nil
	return nil
}

// Close does nothing: the wire is the receiver's.
func (u *UART) Close() error { return nil }

// frameBits is how many bits a byte takes on the wire: a low start bit, eight
// bits, the lowest first, and a high stop bit.
const frameBits = 10

// level is that of the wire in a bit of what was sent, and idle, high, after it.
func (s Sent) level(bit int) byte {
	if bit >= frameBits*len(s.Text) {
		return 1
	}
	switch k := bit % frameBits; k {
	case 0:
		return 0
	case frameBits - 1:
		return 1
	default:
		return s.Text[bit/frameBits] >> (k - 1) & 1
	}
}

// Heard is what a UART hears that is set to baud: each byte begins where the level is
// low, and its bits are read in the middle of where they should be.
func (s Sent) Heard(baud int) []byte {
	var heard []byte
	step := float64(s.Baud) / float64(baud) // bits of the sender to one of ours
	for at := 0.0; int(at) < frameBits*len(s.Text); {
		if s.level(int(at)) == 1 {
			at = float64(int(at) + 1)
			continue
		}
		var c byte
		for k := range 8 {
			c |= s.level(int(at+(1.5+float64(k))*step)) << k
		}
		heard = append(heard, c)
		at += (frameBits - 0.5) * step // a stop bit that is low is let pass
	}
	return heard
}
