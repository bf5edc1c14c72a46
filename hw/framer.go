package hw

import "bytes"

const (
	// maxSentence bounds a sentence. NMEA 0183 says 82 characters, position
	// sentences of real receivers reach 130, and lists of satellites (PUBX,03)
	// nearly 1000; what is longer is no sentence.
	maxSentence = 1024
	// report is how many skipped bytes are delivered as a frame of their own,
	// so that a consumer learns of a stream without frames.
	report = 64
)

// Framer cuts what a serial port delivers into sentences and binary frames. It finds
// the start of the next again after any damage, and passes over lines that begin with
// '#', which are remarks in recorded streams. Its zero value is ready.
type Framer struct {
	held     []byte    // not cut yet
	arrivals []arrival // when what is held arrived
	skipped  int       // bytes since the last frame that belonged to none
	midLine  bool      // the byte before held[0] was no end of line
	frames   []Frame
}

// arrival tells when the bytes from offset on arrived.
type arrival struct {
	offset int
	at     Time
}

// piece is what the next bytes turned out to be.
type piece uint8

const (
	unfinished piece = iota // more bytes are needed to tell
	whole
	remark // ends of lines and remarks: neither a frame nor garbage
	garbage
)

// Feed takes a chunk that arrived at a moment and returns the frames that
// it completes. The list is good until the next call, what it holds for ever.
func (f *Framer) Feed(b []byte, at Time) []Frame {
	f.frames = f.frames[:0]
	if len(b) > 0 {
		f.arrivals = append(f.arrivals, arrival{len(f.held), at})
		f.held = append(f.held, b...)
		f.cut(0)
	}
	return f.frames
}

// Flush returns what is left at the end of a stream.
func (f *Framer) Flush() []Frame {
	f.frames = f.frames[:0]
	for len(f.held) > 0 { // its first byte begins something unfinished
		switch f.held[0] {
		case '$', '!':
			f.take(0, len(f.held), whole, NMEA)
			f.drop(len(f.held))
		case '#':
			f.drop(len(f.held))
		default:
			f.take(0, 1, garbage, NoProtocol)
			f.cut(1)
		}
	}
	if f.skipped > 0 {
		f.frames = append(f.frames, Frame{Skipped: f.skipped})
		f.skipped = 0
	}
	return f.frames
}

// cut takes all that is complete from offset n on, and drops it.
func (f *Framer) cut(n int) {
	for n < len(f.held) {
		size, kind, protocol := next(f.held[n:], f.midLine)
		if kind == unfinished {
			break
		}
		f.take(n, size, kind, protocol)
		n += size
	}
	f.drop(n)
}

// take counts or delivers the piece of size bytes at offset n.
func (f *Framer) take(n, size int, kind piece, protocol Protocol) {
	last := f.held[n+size-1]
	f.midLine = last != '\r' && last != '\n'
	switch kind {
	case whole:
		f.frames = append(f.frames, Frame{f.arrived(n), protocol, bytes.Clone(f.held[n : n+size]), f.skipped})
		f.skipped = 0
	case garbage:
		for f.skipped += size; f.skipped >= report; f.skipped -= report {
			f.frames = append(f.frames, Frame{At: f.arrived(n), Skipped: report})
		}
	}
}

// arrived tells when the byte at offset n arrived.
func (f *Framer) arrived(n int) Time {
	at := f.arrivals[0].at
	for _, a := range f.arrivals {
		if a.offset > n {
			break
		}
		at = a.at
	}
	return at
}

// drop forgets the first n bytes.
func (f *Framer) drop(n int) {
	f.held = f.held[:copy(f.held, f.held[n:])]
	kept := f.arrivals[:0]
	for i, a := range f.arrivals {
		later := i+1 < len(f.arrivals) && f.arrivals[i+1].offset <= n
		if !later && len(f.held) > 0 {
			kept = append(kept, arrival{max(a.offset-n, 0), a.at})
		}
	}
	f.arrivals = kept
}

// next tells what b, which is not empty, begins with and how long it is.
func next(b []byte, midLine bool) (size int, kind piece, protocol Protocol) {
	size, kind = 1, garbage
	switch c := b[0]; {
	case c == '\r' || c == '\n':
		kind = remark
	case c == '$' || c == '!':
		protocol = NMEA
		size, kind = nextSentence(b)
	case c == '#' && !midLine:
		size, kind = nextRemark(b)
	case c == 0xB5:
		protocol = UBX
		size, kind = nextUBX(b)
	case c == 0xBA:
		protocol = CASIC
		size, kind = nextCASIC(b)
	case c == 0xD3:
		protocol = RTCM
		size, kind = nextRTCM(b)
	}
	return size, kind, protocol
}

// nextSentence cuts a sentence, which ends after its checksum, before the end of
// its line, or where another begins. A byte that is no text breaks it.
func nextSentence(b []byte) (int, piece) {
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == '\r' || c == '\n' || c == '$':
			return i, whole
		case !printable(c) || i == maxSentence:
			return i, garbage
		case b[max(i-2, 0)] == '*' && digit(b[i-1]) < 16 && digit(c) < 16:
			return i + 1, whole
		}
	}
	return 0, unfinished
}

// nextRemark cuts a remark, which ends with its line or at what is no text.
func nextRemark(b []byte) (int, piece) {
	for i, c := range b {
		if i == maxSentence || c < ' ' && c != '\t' {
			return i, remark
		}
	}
	return 0, unfinished
}

func printable(c byte) bool { return c >= ' ' && c <= '~' }
