package history

import (
	"bufio"
	"errors"
	"io"
	"math"
	"strconv"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/server/control"
)

// ErrSpan says that nothing is remembered of a span of time.
var ErrSpan = errors.New(`span must be "1h", "24h" or "60d"`)

// Past is what was remembered of a span. It is written as a control.History, value
// by value: as a whole it would take more memory than all the rest.
type Past struct {
	span    string
	step    int64
	from    int64 // in steps
	entries []entry
}

// Past returns what is remembered of a span.
func (h *History) Past(span string) (Past, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.levels {
		l := &h.levels[i]
		if l.span != span {
			continue
		}
		p := Past{span: span, step: l.step}
		if l.last == 0 {
			return p, nil
		}
		p.from = l.oldest()
		for n := p.from; n <= l.last; n++ {
			p.entries = append(p.entries, *l.at(n))
		}
		return p, nil
	}
	return Past{}, ErrSpan
}

// WriteTo writes p as one line of JSON.
func (p Past) WriteTo(w io.Writer) (int64, error) {
	out := writer{to: bufio.NewWriter(w)}
	from, _ := control.Time{Time: time.Unix(p.from*p.step, 0)}.MarshalJSON()
	out.text(`{"span":"` + p.span + `","from":` + string(from) + `,"step_seconds":` + strconv.FormatInt(p.step, 10))
	out.column("state", p.entries, func(e *entry, b []byte) []byte {
		return strconv.AppendQuote(b, discipline.State(e.state-1).String())
	})
	// As many digits as there are behind the logarithms.
	digits := func(v float64, b []byte) []byte { return number(v, b, 'g', 5) }
	out.column("offset_seconds", p.entries, func(e *entry, b []byte) []byte { return digits(unpackSigned(e.offset), b) })
	out.column("bound_seconds", p.entries, func(e *entry, b []byte) []byte { return digits(unpack(e.bound), b) })
	out.column("frequency_ppm", p.entries, func(e *entry, b []byte) []byte { return number(float64(e.frequency), b, 'f', 5) })
	out.column("jitter_seconds", p.entries, func(e *entry, b []byte) []byte { return digits(unpack(e.jitter), b) })
	out.column("celsius", p.entries, func(e *entry, b []byte) []byte { return number(unpackCelsius(e.celsius), b, 'f', 2) })
	out.column("satellites_used", p.entries, func(e *entry, b []byte) []byte { return number(unpackCount(e.satellites), b, 'f', 0) })
	out.column("requests_per_second", p.entries, func(e *entry, b []byte) []byte { return digits(unpack(e.requests), b) })
	out.column("offset_least_seconds", p.entries, func(e *entry, b []byte) []byte { return digits(unpackSigned(e.least), b) })
	out.column("offset_median_seconds", p.entries, func(e *entry, b []byte) []byte { return digits(unpackSigned(e.median), b) })
	out.column("offset_greatest_seconds", p.entries, func(e *entry, b []byte) []byte { return digits(unpackSigned(e.greatest), b) })
	out.column("bound_median_seconds", p.entries, func(e *entry, b []byte) []byte { return digits(unpack(e.usual), b) })
	out.text("}\n")
	return out.written, errors.Join(out.err, out.to.Flush())
}

func number(v float64, b []byte, format byte, digits int) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, v, format, digits, 64)
}

// writer remembers how much was written, and the first error.
type writer struct {
	to      *bufio.Writer
	written int64
	err     error
	b       []byte
}

func (w *writer) text(s string) {
	n, err := w.to.WriteString(s)
	w.take(n, err)
}

func (w *writer) take(n int, err error) {
	w.written += int64(n)
	if w.err == nil {
		w.err = err
	}
}

// column writes one column; a gap is null in each.
func (w *writer) column(name string, entries []entry, value func(*entry, []byte) []byte) {
	w.text(`,"` + name + `":[`)
	for i := range entries {
		b := w.b[:0]
		if i > 0 {
			b = append(b, ',')
		}
		if entries[i].state == 0 {
			b = append(b, "null"...)
		} else {
			b = value(&entries[i], b)
		}
		w.b = b
		w.take(w.to.Write(b))
	}
	w.text("]")
}
