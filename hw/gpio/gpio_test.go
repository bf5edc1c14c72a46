package gpio

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// bus is a pin behind a bus in virtual time: each access takes a while, and the level is
// taken somewhere in it.
type bus struct {
	now        hw.Time
	access     time.Duration
	edge       hw.Time
	interrupts map[int]time.Duration // before which read someone takes the processor, and for how long
	reads      int
}

func (b *bus) clock() hw.Time { return b.now }

func (b *bus) high() bool {
	b.now = b.now.Add(b.interrupts[b.reads])
	b.reads++
	b.now = b.now.Add(b.access / 2)
	high := b.now >= b.edge
	b.now = b.now.Add(b.access - b.access/2)
	return high
}

func (b *bus) Close() error { return nil }

func TestALookFindsTheEdgeWithinItsBracket(t *testing.T) {
	for edge := range 100 {
		b := &bus{now: 1e9, access: time.Microsecond, edge: 1e9 + 100_000 + hw.Time(edge)*17}
		seen, ok := look(b.clock, b.high, 1e9+300_000)
		if off := seen.at.Sub(b.edge).Abs(); !ok || off > seen.within || seen.within != time.Microsecond {
			t.Fatalf("edge at %d: %+v, %v off", b.edge, seen, off)
		}
	}
}

func TestALookThatWasInterruptedSaysSoByItsBracket(t *testing.T) {
	b := &bus{now: 1e9, access: time.Microsecond, edge: 1e9 + 5_500, interrupts: map[int]time.Duration{4: 30 * time.Microsecond}}
	seen, ok := look(b.clock, b.high, 1e9+300_000)
	if !ok || seen.within < 15*time.Microsecond || seen.at.Sub(b.edge).Abs() > seen.within {
		t.Errorf("%+v, %v", seen, ok)
	}
}

func TestALookThatBeginsTooLateOrSeesNothingFindsNothing(t *testing.T) {
	for _, edge := range []hw.Time{1e9 - 1, 1e9 + 400_000} {
		b := &bus{now: 1e9, access: time.Microsecond, edge: edge}
		if seen, ok := look(b.clock, b.high, 1e9+300_000); ok {
			t.Errorf("edge at %d: %+v", edge, seen)
		}
		if b.now > 1e9+310_000 {
			t.Errorf("it looked until %d", b.now)
		}
	}
}

// gpios is the device tree's property of a pulse on a pin.
func gpios(pin, flags uint32) (b []byte) {
	for _, cell := range []uint32{0x2f, pin, flags} {
		b = binary.BigEndian.AppendUint32(b, cell)
	}
	return b
}

func TestThePinOfAPulseIsInTheDeviceTree(t *testing.T) {
	sys := t.TempDir()
	for name, property := range map[string][]byte{"pps0": nil, "pps1": gpios(18, 0), "pps2": gpios(4, activeLow)} {
		folder := filepath.Join(sys, name, "device/of_node")
		if err := errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(sys, name, "name"), []byte("pulse"+name+"\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
		if property != nil {
			if err := os.WriteFile(filepath.Join(folder, "gpios"), property, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for device, want := range map[string]struct {
		pin int
		low bool
		err error
	}{
		"/dev/pps1": {18, false, nil}, "pulsepps2": {4, true, nil}, "/dev/pps0": {0, false, ErrNoPin}, "pps9": {0, false, ErrNoPin},
	} {
		pin, low, err := PinOf(sys, device)
		if pin != want.pin || low != want.low || !errors.Is(err, want.err) {
			t.Errorf("%s: %d, %v, %v", device, pin, low, err)
		}
	}
}

// still is a clock that is the kernel's.
type still struct{ hw.Time }

func (s still) Read() hw.Reading             { return hw.Reading{Time: s.Time} }
func (s still) FromKernel(t hw.Time) hw.Time { return t }

// file is a file of memory in the place of a board's registers.
func file(t *testing.T, word int64, value uint32) string {
	t.Helper()
	b := make([]byte, 16*os.Getpagesize())
	binary.NativeEndian.PutUint32(b[word:], value)
	path := filepath.Join(t.TempDir(), "gpiomem")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheLevelOfAPinIsABitOfItsRegister(t *testing.T) {
	for _, test := range []struct {
		pin       int
		low, want bool
	}{{18, false, true}, {18, true, false}, {17, false, false}, {17, true, true}, {32 + 5, false, false}} {
		l := Level{
			Registers: Registers{Device: file(t, 0x1034, 1<<18), Offset: 0x1034, Bank: 32, Next: 4},
			Pin:       func() (int, bool, error) { return test.pin, test.low, nil },
		}
		p, err := l.memory()
		if err != nil {
			t.Fatal(err)
		}
		if got := p.high(); got != test.want {
			t.Errorf("pin %d, low %v: %v", test.pin, test.low, got)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestABoardWithoutSuchMemoryIsAState(t *testing.T) {
	l := Level{Registers: Registers{Device: filepath.Join(t.TempDir(), "none"), Bank: 32}, Pin: func() (int, bool, error) { return 4, false, nil }, Clock: still{}}
	ctx, end := context.WithCancel(context.Background())
	devices := make(chan hw.Device)
	done := make(chan error)
	go func() { done <- l.Run(ctx, nil, nil, devices) }()
	if d := <-devices; d.State != hw.Missing || !errors.Is(d.Err, fs.ErrNotExist) {
		t.Errorf("%+v", d)
	}
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func event(at uint64, rising bool, count uint32) *unix.GPIOV2LineEvent {
	id := uint32(unix.GPIO_V2_LINE_EVENT_FALLING_EDGE)
	if rising {
		id = unix.GPIO_V2_LINE_EVENT_RISING_EDGE
	}
	return &unix.GPIOV2LineEvent{Timestamp_ns: at, Id: id, Line_seqno: count}
}

func TestEventsBecomeEdgesWithWidthAndLosses(t *testing.T) {
	var f follower
	var got []hw.Edge
	for _, e := range []*unix.GPIOV2LineEvent{
		event(1e9, true, 1), event(1.1e9, false, 2), event(2e9, true, 3), event(2.1e9, false, 4),
		event(5e9, true, 9), event(5.1e9, false, 10), event(6e9, true, 11), // those of two pulses found no room
	} {
		if edge, ok := f.take(e, hw.Assert); ok {
			got = append(got, edge)
		}
	}
	want := []hw.Edge{
		{At: 1e9, Seq: 1, Path: hw.PathEvent},
		{At: 2e9, Seq: 2, Path: hw.PathEvent, Width: 100 * time.Millisecond},
		{At: 5e9, Seq: 5, Missed: 2, Path: hw.PathEvent},
		{At: 6e9, Seq: 6, Path: hw.PathEvent, Width: 100 * time.Millisecond},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}

func TestTheFallingEdgeMarksTheSecondWhenItIsSaidTo(t *testing.T) {
	var f follower
	f.take(event(1e9, true, 1), hw.Clear)
	if e, ok := f.take(event(1.1e9, false, 2), hw.Clear); !ok || e.At != 1.1e9 {
		t.Errorf("%+v %v", e, ok)
	}
}

func TestTheRequestIsAsLongAsTheKernelsNumberSays(t *testing.T) {
	if size := unsafe.Sizeof(unix.GPIOV2LineRequest{}); size != unix.GPIO_V2_GET_LINE_IOCTL>>16&0x3fff {
		t.Errorf("line request: %d bytes", size)
	}
	if size := unsafe.Sizeof(unix.GPIOChipInfo{}); size != chipIoctl>>16&0x3fff {
		t.Errorf("chip info: %d bytes", size)
	}
	if size := unsafe.Sizeof(unix.GPIOV2LineEvent{}); size != 48 {
		t.Errorf("event: %d bytes", size)
	}
}
