// Package recorder is the flight recorder: what the devices delivered and what
// the daemon decided in the last hours, in a fixed amount of memory.
package recorder

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/human"
)

// Kind is what an event is of.
type Kind uint8

// The kinds of event.
const (
	Bytes    Kind = iota + 1 // the receiver sent Bytes
	Edge                     // the pulse line made one
	Sampled                  // a pulse, or a sentence, yielded Sample
	Rejected                 // an edge or a sentence yielded none: Word says why
	Acted                    // the clock was steered to Frequency, stepped by Step, or seen Moved
	Entered                  // the clock is in the state Word
	Device                   // the device Name, at Path, is Word
	Heated                   // the sensor shows Temperature
)

// Event is one thing that happened.
type Event struct {
	Kind Kind
	At   hw.Reading // what the clocks showed when we heard of it

	Bytes       []byte
	Edge        hw.Edge
	Sample      refclock.Sample
	Step, Moved time.Duration
	Frequency   hw.Frequency
	Temperature hw.Temperature
	Name        string
	Path        string
	Word        string
}

// errDamaged says that a block of events makes no sense.
var errDamaged = errors.New("its events are damaged")

// append writes e behind b, with its time since before.
func (e *Event) append(b []byte, before hw.Reading) []byte {
	raw := e.At.Raw.Sub(before.Raw)
	b = append(b, byte(e.Kind))
	b = binary.AppendVarint(b, int64(raw))
	b = binary.AppendVarint(b, int64(e.At.Time.Sub(before.Time)-raw)) // little, but after a step
	ago := func(t hw.Time) { b = binary.AppendVarint(b, int64(e.At.Time.Sub(t))) }
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	switch e.Kind {
	case Bytes:
		b = append(binary.AppendUvarint(b, uint64(len(e.Bytes))), e.Bytes...)
	case Edge:
		ago(e.Edge.At)
		b = binary.AppendUvarint(b, uint64(e.Edge.Seq))
		b = binary.AppendUvarint(b, uint64(e.Edge.Missed))
		b = binary.AppendVarint(b, int64(e.Edge.Width))
	case Sampled:
		ago(e.Sample.At)
		b = binary.AppendVarint(b, int64(e.Sample.Offset))
		b = binary.AppendVarint(b, int64(e.Sample.Dispersion))
		b = binary.AppendVarint(b, int64(e.Sample.Sawtooth))
		b = append(b, byte(e.Sample.Source))
	case Acted:
		b = binary.AppendVarint(b, int64(e.Step))
		b = binary.AppendVarint(b, int64(e.Moved))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(e.Frequency)))
	case Heated:
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(e.Temperature)))
	case Device:
		text(e.Name)
		text(e.Path)
		text(e.Word)
	default:
		text(e.Word)
	}
	return b
}

// reader takes a block apart. After an error it yields zeros.
type reader struct {
	b   []byte
	err error
}

// next reads the event that follows the one at before.
func (r *reader) next(before hw.Reading) (e Event) {
	e.Kind = Kind(r.octet())
	raw := r.signed()
	e.At = hw.Reading{Raw: before.Raw + hw.Raw(raw), Time: before.Time + hw.Time(raw+r.signed())}
	switch e.Kind {
	case Bytes:
		e.Bytes = r.some()
	case Edge:
		e.Edge = hw.Edge{At: e.At.Time - hw.Time(r.signed()), Seq: uint32(r.unsigned()), Missed: uint32(r.unsigned()), Width: time.Duration(r.signed())}
	case Sampled:
		e.Sample = refclock.Sample{
			At: e.At.Time - hw.Time(r.signed()), Offset: time.Duration(r.signed()),
			Dispersion: time.Duration(r.signed()), Sawtooth: time.Duration(r.signed()), Source: refclock.Source(r.octet()),
		}
	case Acted:
		e.Step, e.Moved, e.Frequency = time.Duration(r.signed()), time.Duration(r.signed()), hw.Frequency(r.float())
	case Heated:
		e.Temperature = hw.Temperature(r.float())
	case Device:
		e.Name, e.Path, e.Word = r.word(), r.word(), r.word()
	case Rejected, Entered:
		e.Word = r.word()
	default:
		r.err = errDamaged
	}
	return e
}

// take returns the next n bytes.
func (r *reader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.b) {
		r.b, r.err = nil, errDamaged
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) octet() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) signed() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		n = -1
	}
	if r.take(n) == nil {
		return 0
	}
	return v
}

func (r *reader) unsigned() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		n = -1
	}
	if r.take(n) == nil {
		return 0
	}
	return v
}

func (r *reader) some() []byte { return r.take(int(min(r.unsigned(), math.MaxInt32))) }

// word is text that is going to be shown.
func (r *reader) word() string { return human.Printable(string(r.some())) }

func (r *reader) float() float64 {
	b := r.take(8)
	if b == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}
