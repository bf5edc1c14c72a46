package history

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"

	"gpsntpd/discipline"
)

// The file: a line that names it and its version; for each of the three steps of
// time a header (its length in seconds, the number of entries, the number of the
// newest step since 1970) and the entries, oldest first; the CRC-32 (IEEE) of all
// that. Numbers are little-endian.
const (
	magic       = "gpsntpd history 2\n"
	former      = "gpsntpd history 1\n" // without medians and extremes
	headerBytes = 4 + 4 + 8
	entryBytes  = 24
	formerBytes = 16
	sumBytes    = 4
)

// FileBytes is how long a file can be.
const FileBytes = len(magic) + 3*headerBytes + (3600+8640+17280)*entryBytes + sumBytes

// Why a file is not used.
var (
	ErrForeign = errors.New("it is not a history of this version")
	ErrTorn    = errors.New("its checksum is not right: it is torn")
)

// WriteTo writes all that is remembered, without its gaps at the beginning.
func (h *History) WriteTo(w io.Writer) (written int64, err error) {
	sum := crc32.NewIEEE()
	both := io.MultiWriter(w, sum)
	put := func(w io.Writer, b []byte) {
		if err == nil {
			var n int
			n, err = w.Write(b)
			written += int64(n)
		}
	}
	put(both, []byte(magic))
	for i := range h.levels {
		put(both, h.encode(i))
	}
	put(w, binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
	return written, err
}

// encode returns level i as it is in the file.
func (h *History) encode(i int) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := &h.levels[i]
	from := l.last + 1
	if l.last != 0 {
		from = l.oldest()
	}
	count := l.last + 1 - from
	b := make([]byte, 0, headerBytes+count*entryBytes)
	b = binary.LittleEndian.AppendUint32(b, uint32(l.step))
	b = binary.LittleEndian.AppendUint32(b, uint32(count))
	b = binary.LittleEndian.AppendUint64(b, uint64(l.last))
	for n := from; n <= l.last; n++ {
		b = l.at(n).append(b)
	}
	return b
}

func (e *entry) append(b []byte) []byte {
	b = append(b, e.state, e.satellites)
	for _, v := range [...]uint16{e.offset, e.bound, e.jitter, e.requests, uint16(e.celsius)} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(e.frequency))
	for _, v := range [...]uint16{e.least, e.median, e.greatest, e.usual} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	return b
}

// parse reads an entry of this version, or of the former.
func parse(b []byte) entry {
	at := func(i int) uint16 { return binary.LittleEndian.Uint16(b[i:]) }
	e := entry{
		state: b[0], satellites: b[1],
		offset: at(2), bound: at(4), jitter: at(6), requests: at(8), celsius: int16(at(10)),
		frequency: math.Float32frombits(binary.LittleEndian.Uint32(b[12:])),
	}
	if len(b) == entryBytes {
		e.least, e.median, e.greatest, e.usual = at(16), at(18), at(20), at(22)
	}
	return e
}

// latest is the second at which the year 2200 begins.
const latest = 7_258_118_400

// Parse returns what the file with this text remembers.
func Parse(text []byte) (*History, error) {
	body, size := len(text)-sumBytes, entryBytes
	if bytes.HasPrefix(text, []byte(former)) {
		size = formerBytes
	}
	switch {
	case size == entryBytes && !bytes.HasPrefix(text, []byte(magic)):
		return nil, ErrForeign
	case body < len(magic) || crc32.ChecksumIEEE(text[:body]) != binary.LittleEndian.Uint32(text[body:]):
		return nil, ErrTorn
	}
	h := New()
	rest := text[len(magic):body]
	for i := range h.levels {
		var ok bool
		if rest, ok = h.levels[i].parse(rest, size); !ok {
			return nil, ErrForeign
		}
	}
	if len(rest) > 0 {
		return nil, ErrForeign
	}
	return h, nil
}

// badState tells that no entry has such a state.
func badState(s uint8) bool { return s > uint8(discipline.Unsynchronized)+1 }

// parse reads l, whose entries have this many bytes, from the beginning of b and returns
// the rest.
func (l *level) parse(b []byte, size int) (rest []byte, ok bool) {
	if len(b) < headerBytes {
		return nil, false
	}
	step, count, last := binary.LittleEndian.Uint32(b), int64(binary.LittleEndian.Uint32(b[4:])), binary.LittleEndian.Uint64(b[8:])
	b = b[headerBytes:]
	if int64(step) != l.step || count > int64(len(l.entries)) || int64(len(b)) < count*int64(size) || last > latest/uint64(l.step) || count > int64(last) {
		return nil, false
	}
	l.last = int64(last)
	for n := l.last - count + 1; n <= l.last; n++ {
		e := parse(b[:size])
		if badState(e.state) {
			return nil, false
		}
		*l.at(n) = e
		b = b[size:]
	}
	return b, true
}
