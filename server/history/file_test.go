package history

import (
	"bytes"
	"errors"
	"hash/crc32"
	"reflect"
	"testing"

	"encoding/binary"
)

// kept is what h writes.
func kept(t testing.TB, h *History) []byte {
	t.Helper()
	var b bytes.Buffer
	if n, err := h.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatalf("%d of %d: %v", n, b.Len(), err)
	}
	return b.Bytes()
}

func full() *History {
	h := New()
	for s := int64(0); s < 61*86400; s += 20 {
		h.Add(begin+s, Set, steady())
	}
	for s := range int64(4000) {
		h.Add(begin+61*86400+s, Set, steady())
	}
	return h
}

func TestAHistoryIsReadAsItWasWritten(t *testing.T) {
	some := New()
	some.Add(begin, Set, steady())
	some.Add(begin+17, Unset, steady())
	for name, h := range map[string]*History{"empty": New(), "some": some, "full": full()} {
		text := kept(t, h)
		if len(text) > FileBytes {
			t.Errorf("%s: %d bytes of at most %d", name, len(text), FileBytes)
		}
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range h.levels {
			h.levels[i].open = New().levels[i].open // what is open is complete when it is read
		}
		if !reflect.DeepEqual(h.levels, again.levels) {
			t.Errorf("%s: it is not the same", name)
		}
	}
	if n := len(kept(t, full())); n != FileBytes {
		t.Errorf("a full one has %d bytes, not %d", n, FileBytes)
	}
}

// sealed gives b a right checksum.
func sealed(b []byte) []byte {
	b = b[:len(b)-sumBytes]
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

func TestADamagedFileIsNotBelieved(t *testing.T) {
	h := New()
	h.Add(begin, Set, steady())
	good := kept(t, h)
	change := func(f func(b []byte) []byte) []byte { return f(bytes.Clone(good)) }
	for name, c := range map[string]struct {
		text []byte
		want error
	}{
		"empty":     {nil, ErrForeign},
		"version":   {change(func(b []byte) []byte { b[len(magic)-2] = '3'; return sealed(b) }), ErrForeign},
		"truncated": {good[:len(good)-1], ErrTorn},
		"header":    {good[:len(magic)], ErrTorn},
		"bit":       {change(func(b []byte) []byte { b[len(magic)+40] ^= 4; return b }), ErrTorn},
		"state":     {change(func(b []byte) []byte { b[len(magic)+headerBytes] = 9; return sealed(b) }), ErrForeign},
		"step":      {change(func(b []byte) []byte { b[len(magic)] = 9; return sealed(b) }), ErrForeign},
		"count":     {change(func(b []byte) []byte { b[len(magic)+4] = 99; return sealed(b) }), ErrForeign},
		"far":       {change(func(b []byte) []byte { b[len(magic)+14] = 99; return sealed(b) }), ErrForeign},
		"more":      {change(func(b []byte) []byte { return sealed(append(b, 1, 2, 3)) }), ErrForeign},
	} {
		if _, err := Parse(c.text); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheFormerFileIsReadWithoutMediansAndExtremes(t *testing.T) {
	h := New()
	h.Add(begin, Set, steady())
	h.Add(begin+300, Set, steady())
	b := []byte(former)
	for i := range h.levels {
		l := h.encode(i)
		b = append(b, l[:headerBytes]...)
		for l = l[headerBytes:]; len(l) > 0; l = l[entryBytes:] {
			b = append(b, l[:formerBytes]...)
		}
	}
	again, err := Parse(sealed(append(b, 0, 0, 0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	c := shown(t, again, "60d")
	if len(c.State) != 2 || !near(c.OffsetSeconds[0], steady().Offset) || c.OffsetMedianSeconds[0] != nil || c.BoundMedianSeconds[1] != nil {
		t.Errorf("%+v", c)
	}
}

// FuzzParse looks for a panic, and for a file that is believed and then written
// differently.
func FuzzParse(f *testing.F) {
	h := New()
	h.Add(begin, Set, steady())
	h.Add(begin+3, Set, steady())
	f.Add(kept(f, h))
	f.Add(kept(f, New()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > len(magic)+sumBytes {
			b = sealed(bytes.Clone(b)) // else no input would come far
		}
		h, err := Parse(b)
		if err != nil {
			return
		}
		again, err := Parse(kept(t, h))
		if err != nil {
			t.Fatal(err)
		}
		for i := range h.levels {
			a, b := &h.levels[i], &again.levels[i]
			if a.last != b.last || a.oldest() != b.oldest() {
				t.Fatalf("from %d to %d, then from %d to %d", a.oldest(), a.last, b.oldest(), b.last)
			}
		}
		for _, span := range []string{"1h", "24h", "60d"} {
			p, err := h.Past(span)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.WriteTo(new(bytes.Buffer)); err != nil {
				t.Fatal(err)
			}
		}
	})
}
