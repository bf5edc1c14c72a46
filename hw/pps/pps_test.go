package pps

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ahead is a clock that shows so much more than the kernel's.
type ahead time.Duration

func (a ahead) Read() hw.Reading             { return hw.Reading{} }
func (a ahead) FromKernel(t hw.Time) hw.Time { return t.Add(time.Duration(a)) }

// registers are a kernel with one PPS device: each fetch takes the next state of its
// registers; when there is none left, the device fails.
type registers struct {
	can     int32
	set     unix.PPSKParams
	setErr  error
	changes int
	states  []unix.PPSKInfo
	closed  int
}

func (l *registers) capabilities() (int32, error)     { return l.can, nil }
func (l *registers) params() (unix.PPSKParams, error) { return l.set, nil }
func (l *registers) Close() error                     { l.closed++; return nil }

func (l *registers) setParams(p unix.PPSKParams) error {
	l.set = p
	l.changes++
	return l.setErr
}

func (l *registers) fetch(time.Duration) (unix.PPSKInfo, error) {
	if len(l.states) == 0 {
		return unix.PPSKInfo{}, unix.EIO
	}
	s := l.states[0]
	l.states = l.states[1:]
	return s, nil
}

func state(assert, clear uint32) unix.PPSKInfo {
	return unix.PPSKInfo{
		Assert_sequence: assert, Assert_tu: unix.PPSKTime{Sec: int64(assert), Nsec: 7},
		Clear_sequence: clear, Clear_tu: unix.PPSKTime{Sec: int64(clear), Nsec: 100_000_007},
	}
}

// play runs d on l until l has failed, and returns what d sent.
func play(t *testing.T, d Device, l *registers) (edges []hw.Edge, devices []hw.Device) {
	d.open = func(string) (source, error) { return l, nil }
	d.sys = t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		e, s, done := make(chan hw.Edge, 100), make(chan hw.Device, 100), make(chan error)
		go func() { done <- d.Run(ctx, e, s) }()
		synctest.Wait() // for the back-off
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run returned %v", err)
		}
		close(e)
		close(s)
		for x := range e {
			edges = append(edges, x)
		}
		for x := range s {
			devices = append(devices, x)
		}
	})
	return edges, devices
}

const tenth = 100 * time.Millisecond

func TestEachNewEdgeIsSentOnceInTheTimeOfTheClock(t *testing.T) {
	states := []unix.PPSKInfo{
		state(41, 40), // remembered from before: not an edge of ours
		state(41, 41),
		state(42, 41),
		state(42, 42),
		state(42, 42), // nothing came within the timeout
		state(45, 44), // two were missed
	}
	for edge, want := range map[hw.Transition][]hw.Edge{
		"":        {{At: 47_000_000_007, Seq: 42, Width: tenth}, {At: 50_000_000_007, Seq: 45, Missed: 2}},
		hw.Assert: {{At: 47_000_000_007, Seq: 42, Width: tenth}, {At: 50_000_000_007, Seq: 45, Missed: 2}},
		hw.Clear: {
			{At: 46_100_000_007, Seq: 41, Width: 9 * tenth}, {At: 47_100_000_007, Seq: 42, Width: 9 * tenth},
			{At: 49_100_000_007, Seq: 44, Missed: 1},
		},
	} {
		l := &registers{can: 0x103, set: unix.PPSKParams{Mode: 3}, states: states}
		got, devices := play(t, Device{Path: "pps0", Edge: edge, Clock: ahead(5 * time.Second)}, l)
		if len(got) != len(want) {
			t.Fatalf("%q: got %v, want %v", edge, got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%q: edge %d is %v, want %v", edge, i, got[i], want[i])
			}
		}
		if len(devices) != 2 || devices[0] != (hw.Device{Path: "/dev/pps0", State: hw.Open}) || devices[1].State != hw.Failed {
			t.Errorf("reported %v", devices)
		}
		if l.changes != 0 {
			t.Error("parameters that suit were written all the same")
		}
		if l.closed != 1 {
			t.Errorf("closed %d times", l.closed)
		}
	}
}

func TestTheMissingCaptureModeIsAddedToWhatIsSet(t *testing.T) {
	l := &registers{can: 0x133, set: unix.PPSKParams{Api_version: 1, Mode: 0x1012, Assert_off_tu: unix.PPSKTime{Nsec: 5}}}
	want := l.set
	want.Mode = 0x1013
	l.can |= canWait
	play(t, Device{Path: "pps0", Clock: ahead(0)}, l)
	if l.set != want {
		t.Errorf("set %+v, want %+v", l.set, want)
	}
}

func TestTheOppositeEdgeIsCapturedTooWhenThatIsAllowed(t *testing.T) {
	for _, setErr := range []error{nil, unix.EPERM} {
		l := &registers{can: 0x103, set: unix.PPSKParams{Mode: 1}, setErr: setErr, states: []unix.PPSKInfo{state(1, 0), state(2, 0)}}
		edges, _ := play(t, Device{Path: "pps0", Clock: ahead(0)}, l)
		if l.set.Mode != 3 || len(edges) != 1 {
			t.Errorf("mode %#x, edges %v", l.set.Mode, edges)
		}
	}
	l := &registers{can: 0x101, set: unix.PPSKParams{Mode: 1}}
	if play(t, Device{Path: "pps0", Clock: ahead(0)}, l); l.changes != 0 {
		t.Error("an edge was asked for that the device does not capture")
	}
}

// stamps is the state after an assert and a clear at this many nanoseconds.
func stamps(assert uint32, at int32, clear uint32, clearAt int32) unix.PPSKInfo {
	return unix.PPSKInfo{
		Assert_sequence: assert, Assert_tu: unix.PPSKTime{Nsec: at},
		Clear_sequence: clear, Clear_tu: unix.PPSKTime{Nsec: clearAt},
	}
}

func TestTheWidthIsThatOfThePulseBefore(t *testing.T) {
	for name, c := range map[string]struct {
		states []unix.PPSKInfo
		want   []time.Duration
	}{
		"each edge wakes us":            {[]unix.PPSKInfo{stamps(1, 100, 0, 0), stamps(1, 100, 1, 110), stamps(2, 200, 1, 110), stamps(2, 200, 2, 211), stamps(3, 300, 2, 211)}, []time.Duration{10, 11}},
		"too quick to wake us twice":    {[]unix.PPSKInfo{stamps(1, 100, 1, 101), stamps(2, 200, 2, 202), stamps(3, 300, 3, 301)}, []time.Duration{1, 2}},
		"stamped ahead of time":         {[]unix.PPSKInfo{stamps(1, 100, 1, 110), stamps(2, 200, 2, 211), stamps(3, 300, 2, 211), stamps(3, 300, 3, 310)}, []time.Duration{10, 11}},
		"the opposite edge is not seen": {[]unix.PPSKInfo{stamps(1, 100, 7, 10), stamps(2, 200, 7, 10), stamps(3, 300, 7, 10)}, []time.Duration{0, 0}},
		"an opposite edge is missing":   {[]unix.PPSKInfo{stamps(1, 100, 1, 110), stamps(2, 200, 1, 110), stamps(3, 300, 1, 110)}, []time.Duration{10, 0}},
		"the very first edge":           {[]unix.PPSKInfo{stamps(0, 0, 1, 10), stamps(1, 100, 1, 10), stamps(1, 100, 2, 110), stamps(2, 200, 2, 110)}, []time.Duration{0, 10}},
		"the clock was set back":        {[]unix.PPSKInfo{stamps(1, 900, 1, 910), stamps(2, 500, 1, 910), stamps(2, 500, 2, 510), stamps(3, 600, 2, 510)}, []time.Duration{0, 10}},
	} {
		var l line
		l.take(c.states[0])
		var got []time.Duration
		for _, s := range c.states[1:] {
			if e, isNew := l.take(s); isNew {
				got = append(got, e.Width)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestADeviceThatCannotServeIsReportedWithItsReason(t *testing.T) {
	for _, c := range []struct {
		line  registers
		state hw.State
		err   error
	}{
		{registers{can: 0x102}, hw.Failed, ErrEdge},
		{registers{can: 0x001}, hw.Failed, ErrWait},
		{registers{can: 0x103, setErr: unix.EPERM}, hw.Denied, unix.EPERM},
	} {
		_, devices := play(t, Device{Path: "pps0", Clock: ahead(0)}, &c.line)
		if len(devices) != 1 || devices[0].State != c.state || !errors.Is(devices[0].Err, c.err) {
			t.Errorf("want %s, %v: reported %v", c.state, c.err, devices)
		}
		if c.line.closed != 1 {
			t.Errorf("%v: closed %d times", c.err, c.line.closed)
		}
	}
}

func TestWhatIsNoPPSDeviceIsNamedWithItsCall(t *testing.T) {
	for path, want := range map[string]hw.Device{
		"/dev/pps-none": {State: hw.Missing, Err: errors.New("/dev/pps-none: open: no such file or directory")},
		"/dev/null":     {State: hw.Failed, Err: errors.New("/dev/null: PPS_GETCAP: inappropriate ioctl for device")},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		devices, done := make(chan hw.Device), make(chan error)
		d := Device{Path: path, Clock: ahead(0)}
		go func() { done <- d.Run(ctx, nil, devices) }()
		if got := <-devices; got.Path != path || got.State != want.State || got.Err.Error() != want.Err.Error() {
			t.Errorf("reported %v, want %v", got, want)
		}
		cancel()
		<-done
	}
}

func TestADeviceIsFoundByNumberByNameAndByItsPort(t *testing.T) {
	sys := t.TempDir()
	for file, text := range map[string]string{
		"pps0/name": "ktimer\n", "pps0/path": "\n",
		"pps1/name": "pps@12.-1\n", "pps1/path": "\n",
		"pps2/name": "serial0\n", "pps2/path": "/dev/ttyAMA0\n",
	} {
		path := filepath.Join(sys, file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"pps@12.-1":    "/dev/pps1",
		"/dev/ttyAMA0": "/dev/pps2",
		"pps0":         "/dev/pps0",
		"/dev/pps7":    "/dev/pps7",
		"gps":          "/dev/gps",
	} {
		p := port{sys: sys}
		if got := p.find(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// Sizes and places are those of linux/pps.h, or this does not compile: it holds
// on every GOARCH that is built or vetted.
var _ = [...]int{
	[1]int{}[unsafe.Sizeof(unix.PPSKTime{})-16],
	[1]int{}[unsafe.Sizeof(unix.PPSKInfo{})-44-filling],
	[1]int{}[unsafe.Offsetof(unix.PPSKInfo{}.Current_mode)-40],
	[1]int{}[unsafe.Sizeof(unix.PPSKParams{})-40],
	[1]int{}[unsafe.Sizeof(unix.PPSFData{})-60-filling],
	[1]int{}[unsafe.Offsetof(unix.PPSFData{}.Timeout)-44-filling],
}
