package recorder

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

const begin = hw.Time(1_790_000_000_000_000_000)

func at(s float64) hw.Reading {
	d := time.Duration(s * 1e9)
	return hw.Reading{Raw: hw.Raw(5e9 + d), Time: begin.Add(d + d/100_000)}
}

// some are events of every kind.
func some() []Event {
	return []Event{
		{Kind: Device, At: at(0), Name: "receiver", Path: "/dev/ttyS0", Word: "open"},
		{Kind: Bytes, At: at(0.1), Bytes: []byte("$GPZDA,120000,22,11,2026,00,00*4A\r\n\x00\xff")},
		{Kind: Edge, At: at(1), Edge: hw.Edge{At: at(1).Time - 900, Seq: 7, Missed: 1, Width: 100 * time.Millisecond}},
		{Kind: Rejected, At: at(1), Word: "learning"},
		{Kind: Sampled, At: at(2), Sample: refclock.Sample{At: at(2).Time - 800, Offset: -250 * time.Millisecond, Dispersion: 100, Sawtooth: -8, Source: refclock.FromPulse}},
		{Kind: Acted, At: at(2), Step: -250 * time.Millisecond, Moved: -250 * time.Millisecond, Frequency: -11.8 * hw.PPM},
		{Kind: Entered, At: hw.Reading{Raw: at(2).Raw, Time: at(2).Time.Add(-250 * time.Millisecond)}, Word: "locked"},
		{Kind: Heated, At: at(3), Temperature: 45.25},
	}
}

// file is r as a file.
func file(t testing.TB, r *Ring) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := r.Recording(Header{Version: "1.2.3", Recorded: begin.Std()}).WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("%d of %d bytes: %v", n, b.Len(), err)
	}
	return b.Bytes()
}

func events(b []byte) (h Header, all []Event, err error) {
	h, err = Read(bytes.NewReader(b), func(e Event) error {
		all = append(all, e)
		return nil
	})
	return h, all, err
}

func TestWhatIsRecordedIsReadAsItWas(t *testing.T) {
	r := New(Least)
	for _, e := range some() {
		r.Add(e)
	}
	h, got, err := events(file(t, r))
	if err != nil || h.Version != "1.2.3" || !h.Recorded.Equal(begin.Std()) || h.Lost != 0 {
		t.Errorf("%+v, %v", h, err)
	}
	if !reflect.DeepEqual(got, some()) {
		t.Errorf("%+v", got)
	}
}

func TestNothingIsRecordedWithoutRoom(t *testing.T) {
	for _, size := range []int{0, Least - 1} {
		r := New(size)
		r.Add(some()[0])
		if err := r.Pack(); err != nil {
			t.Error(err)
		}
		if _, all, err := events(file(t, r)); err != nil || all != nil {
			t.Errorf("%v, %v", all, err)
		}
	}
}

// epoch is what a receiver says in a second, with all that changes.
func epoch(random *rand.Rand, s int) []byte {
	var b bytes.Buffer
	for i := range 12 {
		fmt.Fprintf(&b, "$GNGSV,%d,%d,%02d,%02d,%03d,%02d,%02d,%02d,%03d,%02d*%02X\r\n", 12, i, s%60, i, random.IntN(360), 20+random.IntN(30), i+12, random.IntN(90), random.IntN(360), 20+random.IntN(30), random.IntN(256))
	}
	return b.Bytes()
}

func TestTheNewestHoursFitIntoTheSizeThatWasAskedFor(t *testing.T) {
	const size = 2 << 20
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r, random := New(size), rand.New(rand.NewPCG(1, 2))
	const seconds = 12_000
	for s := range seconds {
		r.Add(Event{Kind: Bytes, At: at(float64(s)), Bytes: epoch(random, s)})
		r.Add(Event{Kind: Edge, At: at(float64(s)), Edge: hw.Edge{At: at(float64(s)).Time, Seq: uint32(s)}})
		if err := r.Pack(); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if used := int(after.HeapAlloc) - int(before.HeapAlloc); used > overhead || used+len(r.packed.memory) > size {
		t.Errorf("it takes %d and %d bytes, not %d", used, len(r.packed.memory), size)
	}
	h, all, err := events(file(t, r))
	if err != nil || h.Lost != 0 {
		t.Fatal(h, err)
	}
	first, last := all[0], all[len(all)-1]
	hours := last.At.Raw.Sub(first.At.Raw).Hours()
	if last.Edge.Seq != seconds-1 || hours < 1 || len(all) < 2*int(hours*3600) {
		t.Errorf("%d events, %.1f hours, up to %d", len(all), hours, last.Edge.Seq)
	}
	t.Logf("%.1f hours of %d bytes a second", hours, len(epoch(random, 0)))
	runtime.KeepAlive(r)
}

func TestWithoutAPackerTheNewestAreLostAndCounted(t *testing.T) {
	r := New(Least)
	for s := range 200_000 {
		r.Add(Event{Kind: Edge, At: at(float64(s))})
	}
	h, all, err := events(file(t, r))
	if err != nil || h.Lost == 0 || int(h.Lost)+len(all) != 200_000 {
		t.Errorf("%d lost, %d there, %v", h.Lost, len(all), err)
	}
}

func TestManyBytesAtOnceAreSplit(t *testing.T) {
	r, sent := New(Least), bytes.Repeat([]byte("0123456789"), 2000)
	r.Add(Event{Kind: Bytes, At: at(0), Bytes: sent})
	_, all, err := events(file(t, r))
	var got []byte
	for _, e := range all {
		got = append(got, e.Bytes...)
	}
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d bytes in %d events, %v", len(got), len(all), err)
	}
}

func TestRecordingCostsNoMemory(t *testing.T) {
	r, s := New(Least), 0.0
	e := some()[1]
	r.Add(e)
	if n := testing.AllocsPerRun(100, func() { s++; e.At = at(s); r.Add(e) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestATornRecordingIsReadAsFarAsItGoes(t *testing.T) {
	r := New(Least)
	for s := range 3000 {
		r.Add(Event{Kind: Edge, At: at(float64(s))})
		r.Add(Event{Kind: Bytes, At: at(float64(s)), Bytes: make([]byte, 100)})
		if err := r.Pack(); err != nil {
			t.Fatal(err)
		}
	}
	whole := file(t, r)
	_, all, err := events(whole[:len(whole)-5])
	if !errors.Is(err, ErrTorn) || len(all) < 1000 || len(all) >= 6000 {
		t.Errorf("%d events, %v", len(all), err)
	}
	bit := bytes.Clone(whole)
	bit[len(bit)/2] ^= 1
	if _, _, err := events(bit); !errors.Is(err, ErrTorn) {
		t.Error(err)
	}
	for _, b := range []string{"", magic, magic + "{}", "gpsntpd record 1\n{}\n\x00\x00\x00\x00", "$GPRMC"} {
		if _, _, err := events([]byte(b)); !errors.Is(err, ErrForeign) {
			t.Errorf("%q: %v", b, err)
		}
	}
	if !Begins(whole) || Begins([]byte("$GPRMC")) {
		t.Error("it is not told from others")
	}
}

func TestTheArenaHoldsTheNewestBlocksWhateverTheirSize(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	a := newArena(10_000)
	var put [][]byte
	for n := range uint64(5000) {
		text := bytes.Repeat([]byte{byte(n)}, 1+random.IntN(1+random.IntN(4000)))
		a.put(at(float64(n)), text)
		put = append(put, text)
		held, first := 0, a.number
		for i := first; i <= n; i++ {
			b, there := a.get(i, nil)
			if !there || !bytes.Equal(b.text, put[i]) || b.start != at(float64(i)) {
				t.Fatalf("after %d: block %d is not as it was", n, i)
			}
			held += len(b.text)
		}
		if held > len(a.memory) || first > 0 && held < 2000 {
			t.Fatalf("after %d: %d bytes from block %d on", n, held, first)
		}
		if _, there := a.get(n+1, nil); there {
			t.Fatal("a block of the future")
		}
	}
	if a.put(at(0), make([]byte, 10_001)); a.number == 5000 {
		t.Error("a block that is too great has put out the others")
	}
}

// FuzzRead looks for a panic in what a right checksum does not keep out.
func FuzzRead(f *testing.F) {
	var text []byte
	before := at(0)
	for _, e := range some() {
		text = e.append(text, before)
		before = e.At
	}
	f.Add(text)
	f.Add([]byte{byte(Bytes), 0, 0, 200, 1})
	f.Fuzz(func(t *testing.T, text []byte) {
		packed := pack(text)
		b := append([]byte(magic+"{}\n"), block{at(0), packed}.head()...)
		b = binary.LittleEndian.AppendUint32(append(b, packed...), 0)
		h, all, err := events(b)
		if err == nil && len(text) > 0 && len(all) == 0 {
			t.Fatalf("%+v: nothing in %d bytes, and no error", h, len(text))
		}
		again := New(Least)
		for _, e := range all {
			again.Add(e)
		}
		_, twice, err := events(file(t, again))
		if err != nil || len(twice) != len(all) {
			t.Fatalf("%d events, then %d: %v", len(all), len(twice), err)
		}
	})
}
