package recorder

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"time"

	"gpsntpd/hw"
	"gpsntpd/server/human"
)

// The file: a line that names it and its version; a line of JSON, the Header; then
// blocks. Of each there is the length of its compressed text as 32 bits, the raw
// and the local time before its first event as 64 bits each, the CRC-32 (IEEE) of
// the compressed text, and that. A length of 0 ends the file. Numbers are
// little-endian.
const (
	magic      = "gpsntpd record 2\n"
	blockHead  = 4 + 8 + 8 + 4
	headerLine = 4 << 10 // how long the header may be
	packedMost = 1 << 20 // how long a block may be …
	textMost   = 1 << 20 // … and when it is not compressed
)

// Header tells where a recording is from.
type Header struct {
	Version  string    `json:"version"` // of gpsntpd
	Recorded time.Time `json:"recorded"`
	Lost     uint64    `json:"lost"` // events for which there was no room
}

// Why a file is not read.
var (
	ErrForeign = errors.New("it is not a recording of this version")
	ErrTorn    = errors.New("the recording is torn")
)

// Recording is what a Ring holds, or what NewRecording was given.
type Recording struct {
	Header
	ring        *Ring
	first, last uint64  // blocks of the ring
	blocks      []block // those that follow
}

// Recording is what r holds now; what is compressed is read from it when it is
// written. A nil Ring holds nothing.
func (r *Ring) Recording(h Header) Recording {
	if r == nil {
		return Recording{Header: h}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	h.Lost = r.lost
	a := &r.packed
	c := Recording{Header: h, ring: r, first: a.number, last: a.number + uint64(len(a.places))}
	for _, b := range []block{r.full, r.open} {
		if len(b.text) > 0 {
			c.blocks = append(c.blocks, block{b.start, stored(b.text)})
		}
	}
	return c
}

// stored is text as DEFLATE has what is not compressed, RFC 1951, 3.2.4: a compressor
// would take more memory than all the rest.
func stored(text []byte) []byte {
	const most = math.MaxUint16
	var b []byte
	for last := byte(0); last == 0; {
		n := min(len(text), most)
		if n == len(text) {
			last = 1
		}
		b = append(b, last)
		b = binary.LittleEndian.AppendUint16(b, uint16(n))
		b = binary.LittleEndian.AppendUint16(b, ^uint16(n))
		b = append(b, text[:n]...)
		text = text[n:]
	}
	return b
}

// NewRecording is one of events that someone has read and changed.
func NewRecording(h Header, events []Event) Recording {
	c := Recording{Header: h}
	c.Add(events)
	return c
}

// Add adds events that follow those that are in it. They may be changed afterwards.
func (c *Recording) Add(events []Event) {
	var b block
	var before hw.Reading
	end := func() {
		if len(b.text) > 0 {
			c.blocks = append(c.blocks, block{b.start, pack(b.text)})
		}
		b = block{}
	}
	for i := range events {
		if len(b.text) == 0 {
			b.start, before = events[i].At, events[i].At
		}
		b.text = events[i].append(b.text, before)
		before = events[i].At
		if len(b.text) > blockBytes {
			end()
		}
	}
	end()
}

// pack compresses text into memory, where nothing can fail.
func pack(text []byte) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.DefaultCompression)
	_, _ = w.Write(text)
	_ = w.Close()
	return out.Bytes()
}

// WriteTo writes it as a file.
func (c Recording) WriteTo(w io.Writer) (written int64, err error) {
	put := func(b []byte) {
		if err == nil {
			var n int
			n, err = w.Write(b)
			written += int64(n)
		}
	}
	head, err := json.Marshal(c.Header)
	put([]byte(magic))
	put(append(head, '\n'))
	var copied []byte
	for n := c.first; n < c.last; n++ {
		if b, there := c.ring.block(n, copied[:0]); there {
			put(b.head())
			put(b.text)
			copied = b.text
		}
	}
	for _, b := range c.blocks {
		put(b.head())
		put(b.text)
	}
	put(make([]byte, 4))
	return written, err
}

// block copies a block behind b; false when newer ones have taken its place.
func (r *Ring) block(number uint64, b []byte) (block, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.packed.get(number, b)
}

func (b block) head() []byte {
	h := binary.LittleEndian.AppendUint32(nil, uint32(len(b.text)))
	h = binary.LittleEndian.AppendUint64(h, uint64(b.start.Raw))
	h = binary.LittleEndian.AppendUint64(h, uint64(b.start.Time))
	return binary.LittleEndian.AppendUint32(h, crc32.ChecksumIEEE(b.text))
}

// Begins reports whether a file that begins with b is a recording.
func Begins(b []byte) bool { return bytes.HasPrefix(b, []byte(magic)) }

// Read reads a file and hands each event to take, which may keep it. Words are
// printable. Of a torn file it hands over what is whole before it returns ErrTorn, of
// one that is too much what is not.
func Read(r io.Reader, take func(Event) error) (h Header, err error) {
	in := bufio.NewReaderSize(r, headerLine)
	line, err := in.ReadSlice('\n')
	if err != nil || string(line) != magic {
		return h, ErrForeign
	}
	if line, err = in.ReadSlice('\n'); err != nil || json.Unmarshal(line, &h) != nil {
		return h, ErrForeign
	}
	h.Version = human.Printable(h.Version)
	for spent := new(budget); ; {
		b, err := readBlock(in)
		if err != nil || len(b.text) == 0 {
			return h, err
		}
		if err := b.events(spent, take); err != nil {
			return h, err
		}
	}
}

// readBlock reads one and makes it text again; that of the end is empty.
func readBlock(in io.Reader) (b block, err error) {
	head := make([]byte, blockHead)
	if _, err := io.ReadFull(in, head[:4]); err != nil {
		return b, ErrTorn
	}
	n := binary.LittleEndian.Uint32(head)
	if n == 0 {
		return b, nil
	}
	if _, err := io.ReadFull(in, head[4:]); err != nil || n > packedMost {
		return b, ErrTorn
	}
	packed := make([]byte, n)
	if _, err := io.ReadFull(in, packed); err != nil || crc32.ChecksumIEEE(packed) != binary.LittleEndian.Uint32(head[20:]) {
		return b, ErrTorn
	}
	b.start = hw.Reading{Raw: hw.Raw(binary.LittleEndian.Uint64(head[4:])), Time: hw.Time(binary.LittleEndian.Uint64(head[12:]))}
	b.text, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), textMost+1))
	if err != nil || len(b.text) > textMost || len(b.text) == 0 {
		return b, fmt.Errorf("%w: %w", ErrTorn, errDamaged)
	}
	return b, nil
}

// events hands each event of b to take while that is within the budget.
func (b block) events(spent *budget, take func(Event) error) error {
	in, at := reader{b: b.text}, b.start
	for len(in.b) > 0 {
		e := in.next(at)
		if in.err != nil {
			return fmt.Errorf("%w: %w", ErrTorn, in.err)
		}
		at = e.At
		if err := spent.spend(at); err != nil {
			return err
		}
		if err := take(e); err != nil {
			return err
		}
	}
	return nil
}
