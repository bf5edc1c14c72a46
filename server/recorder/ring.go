package recorder

import (
	"bytes"
	"compress/flate"
	"sync"

	"gpsntpd/hw"
)

// blockBytes is how much is compressed at once, before it is: a minute of a
// talkative receiver.
const blockBytes = 64 << 10

// overhead is what the recorder needs beside the blocks: two that are not
// compressed yet, and what the compressor takes.
const overhead = 2*blockBytes + 900<<10

// Least is the least size that a recorder can have: it holds an hour or so.
const Least = 1536 << 10

// longest is how long the bytes of an event may be; more are split.
const longest = 4 << 10

// block is some events one after another. The first is after the reading start.
type block struct {
	start hw.Reading
	text  []byte
}

// Ring is the memory of the recorder. Any goroutine may use it; a nil Ring records
// nothing.
type Ring struct {
	mu     sync.Mutex
	open   block
	last   hw.Reading // of the newest event
	full   block      // waits to be packed
	packed arena      // compressed
	lost   uint64     // events for which there was no room

	packer *flate.Writer // used by Pack alone
	out    bytes.Buffer  // the same
}

// New returns a recorder that takes size bytes of memory in all, nil when that is
// less than Least.
func New(size int) *Ring {
	if size < Least {
		return nil
	}
	return &Ring{packed: newArena(size - overhead)}
}

// Add takes an event. What it points to is copied.
func (r *Ring) Add(e Event) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(e.Bytes) > longest {
		rest := e
		e.Bytes, rest.Bytes = e.Bytes[:longest], e.Bytes[longest:]
		r.add(&e)
		e = rest
	}
	r.add(&e)
}

func (r *Ring) add(e *Event) {
	if len(r.open.text) > blockBytes-2*longest {
		if len(r.full.text) > 0 {
			r.lost++
			return
		}
		r.full, r.open = r.open, block{text: r.full.text}
	}
	if len(r.open.text) == 0 {
		r.open.start, r.last = e.At, e.At
		if r.open.text == nil {
			r.open.text = make([]byte, 0, blockBytes)
		}
	}
	r.open.text = e.append(r.open.text, r.last)
	r.last = e.At
}

// Pack compresses what is due. One goroutine must call it every few seconds, which may
// take its time.
func (r *Ring) Pack() error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	full := r.full
	r.mu.Unlock()
	if len(full.text) == 0 {
		return nil
	}
	text, err := r.compress(full.text)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.full.text = full.text[:0]
	r.packed.put(full.start, text)
	return nil
}

// compress returns what is good until it is called again.
func (r *Ring) compress(text []byte) ([]byte, error) {
	if r.packer == nil {
		w, err := flate.NewWriter(&r.out, flate.DefaultCompression)
		if err != nil {
			return nil, err
		}
		r.packer = w
	}
	r.out.Reset()
	r.packer.Reset(&r.out)
	if _, err := r.packer.Write(text); err != nil {
		return nil, err
	}
	if err := r.packer.Close(); err != nil {
		return nil, err
	}
	return r.out.Bytes(), nil
}
