package sim

import "math"

// chunk is how many bytes a UART hands over at once, at most.
const chunk = 16

// line is the serial line from a module to its host.
type line struct {
	baud    int
	room    int // bytes that may wait
	waiting []byte
	size    int   // of the chunk that is on the way, 0 for none …
	at      Truth // … and when the last of it has arrived
	overran bool  // a message was lost for want of room
}

// send has a message wait for the line, or loses it.
func (l *line) send(now Truth, text []byte) {
	if len(l.waiting)+len(text) > l.room {
		l.overran = true
		return
	}
	l.waiting = append(l.waiting, text...)
	l.begin(now)
}

func (l *line) begin(now Truth) {
	if l.size == 0 && len(l.waiting) > 0 {
		l.size = min(len(l.waiting), chunk)
		l.at = now.Add(sending(l.size, l.baud))
	}
}

// due is when the next chunk has arrived.
func (l *line) due() Truth {
	if l.size == 0 {
		return math.MaxInt64
	}
	return l.at
}

// take takes the chunk that has arrived.
func (l *line) take(now Truth) []byte {
	text := l.waiting[:l.size:l.size]
	l.waiting, l.size = l.waiting[l.size:], 0
	l.begin(now)
	return text
}

// retune changes the speed of what is sent from now on.
func (l *line) retune(baud int) { l.baud = baud }
