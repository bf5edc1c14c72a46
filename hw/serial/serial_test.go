package serial

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"go.uber.org/goleak"

	"gpsntpd/hw"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixed is a clock that always shows the same.
type fixed hw.Time

func (f fixed) Read() hw.Reading             { return hw.Reading{Time: hw.Time(f)} }
func (f fixed) FromKernel(t hw.Time) hw.Time { return t }

// running is a port that is being read.
type running struct {
	frames  chan hw.Frame
	devices chan hw.Device
}

// run reads p until the test ends.
func run(t *testing.T, p Port) running {
	ctx, cancel := context.WithCancel(context.Background())
	r := running{make(chan hw.Frame), make(chan hw.Device)}
	done := make(chan error)
	go func() { done <- p.Run(ctx, r.frames, r.devices) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
	return r
}

// receiver is a pseudo-terminal: what is written to it, its port reads.
func receiver(t *testing.T) (device *os.File, path string) {
	device, port, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { device.Close() })
	t.Cleanup(func() { port.Close() })
	return device, port.Name()
}

func send(t *testing.T, device *os.File, text string) {
	if _, err := device.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func (r running) expectState(t *testing.T, path string, want hw.State) {
	t.Helper()
	if d := <-r.devices; d.Path != path || d.State != want || (d.Err == nil) != (want == hw.Open) {
		t.Fatalf("reported %+v, want %s %s", d, path, want)
	}
}

// expect takes a sentence that came at 42, behind this many bytes of garbage.
func (r running) expect(t *testing.T, skipped int) {
	t.Helper()
	if f := <-r.frames; f.At != 42 || f.Protocol != hw.NMEA || string(f.Bytes) != sentence || f.Skipped != skipped {
		t.Fatalf("got %+v", f)
	}
}

const sentence = "$GPZDA,120000.00,01,02,2026,00,00*60"

func TestFramesArriveWithTheTimeOfTheirFirstByte(t *testing.T) {
	device, path := receiver(t)
	r := run(t, Port{Paths: []string{path}, Clock: fixed(42)})
	r.expectState(t, path, hw.Open)
	send(t, device, sentence+"\r\n"+sentence+"\r\n")
	r.expect(t, 0)
	r.expect(t, 0)
}

func TestGarbageIsCountedAndKeepsNothingBack(t *testing.T) {
	device, path := receiver(t)
	r := run(t, Port{Paths: []string{path}, Clock: fixed(42)})
	r.expectState(t, path, hw.Open)
	send(t, device, strings.Repeat("\xfe", 50)+sentence+"\r\n")
	r.expect(t, 50)
}

func TestWhatWaitedBeforeTheOpeningIsDiscarded(t *testing.T) {
	device, path := receiver(t)
	send(t, device, "$GPZDA,115959.00,01,02,2026,00,00*63\r\n")
	r := run(t, Port{Paths: []string{path}, Clock: fixed(42)})
	r.expectState(t, path, hw.Open)
	send(t, device, sentence+"\r\n")
	r.expect(t, 0)
}

func TestAPortMayAppearDisappearAndComeBack(t *testing.T) {
	link := filepath.Join(t.TempDir(), "gps")
	r := run(t, Port{Paths: []string{link}, Clock: fixed(42)})
	r.expectState(t, link, hw.Missing)
	for range 2 {
		device, port, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(port.Name(), link); err != nil {
			t.Fatal(err)
		}
		r.expectState(t, link, hw.Open)
		port.Close()
		send(t, device, sentence+"\r\n")
		r.expect(t, 0)
		os.Remove(link)
		device.Close()
		r.expectState(t, link, hw.Failed)
		r.expectState(t, link, hw.Missing)
	}
}

func TestASecondReaderFindsThePortBusy(t *testing.T) {
	_, path := receiver(t)
	p := Port{Paths: []string{path}, Clock: fixed(42)}
	run(t, p).expectState(t, path, hw.Open)
	run(t, p).expectState(t, path, hw.Busy)
}

func TestWhatIsNoSerialPortIsSaidSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := run(t, Port{Paths: []string{file}, Clock: fixed(42)})
	want := file + ": TCGETS: inappropriate ioctl for device"
	if d := <-r.devices; d.Path != file || d.State != hw.Failed || d.Err.Error() != want {
		t.Errorf("reported %v, want %s", d, want)
	}
}

func TestEachSpeedCanBeSetOnARealPort(t *testing.T) {
	device, path := receiver(t)
	u, err := openFile(path, rates[0])
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	for _, baud := range append(rates[:], 250_000) {
		send(t, device, "old")
		if err := u.SetBaud(baud); err != nil {
			t.Errorf("%d baud: %v", baud, err)
		}
		send(t, device, "new")
		b := make([]byte, 10)
		if n, err := u.Read(b); string(b[:n]) != "new" || err != nil {
			t.Errorf("%d baud: read %q, %v", baud, b[:n], err)
		}
	}
}

func TestAPortThatNobodyNamedIsAnError(t *testing.T) {
	if err := (&Port{}).Run(context.Background(), nil, nil); err == nil {
		t.Error("Run without a path returned no error")
	}
}

func TestEveryMissingCandidateIsNamed(t *testing.T) {
	r := run(t, Port{Paths: []string{"/dev/none1", "/dev/none2*"}, Clock: fixed(42)})
	const want = "/dev/none1, /dev/none2*: open: no such file or directory"
	if d := <-r.devices; d.Path != "/dev/none1, /dev/none2*" || d.State != hw.Missing || d.Err.Error() != want {
		t.Errorf("reported %v", d)
	}
}

func TestAnIdleOrUnheardPortEndsWithItsContext(t *testing.T) {
	_, idle := receiver(t)
	run(t, Port{Paths: []string{idle}, Clock: fixed(42)}).expectState(t, idle, hw.Open)
	device, unheard := receiver(t)
	run(t, Port{Paths: []string{unheard}, Clock: fixed(42)}).expectState(t, unheard, hw.Open)
	send(t, device, sentence+"\r\n") // which no one takes
}

// mute is a port that says nothing until it is closed.
type mute struct {
	closed chan struct{}
	once   *sync.Once
}

func (m mute) Read([]byte) (int, error) {
	<-m.closed
	return 0, os.ErrClosed
}

func (mute) SetBaud(int) error { return nil }

func (mute) SetReadTimeout(time.Duration) error { return nil }

func (mute) Write(b []byte) (int, error) { return len(b), nil }

func (m mute) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

func TestASilentPortIsLeftAtOnce(t *testing.T) {
	m := mute{make(chan struct{}), new(sync.Once)}
	p := Port{Paths: []string{"/dev/ttyX"}, Baud: 9600, Clock: fixed(42), Open: func(string, int) (UART, error) { return m, nil }}
	ctx, cancel := context.WithCancel(t.Context())
	devices, done := make(chan hw.Device, 1), make(chan error)
	go func() { done <- p.Run(ctx, nil, devices) }()
	<-devices // it is open
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
