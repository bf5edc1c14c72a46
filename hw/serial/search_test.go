package serial

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
	"gpsntpd/hw/sim"
)

// bench is a board with simulated serial ports: for each path the wire to what
// is plugged in there, or why it cannot be opened.
type bench struct {
	wires   map[string]chan sim.Sent
	refused map[string]error
	opened  map[string]int
	board   sync.Mutex // guards them
	frames  chan hw.Frame
	devices chan hw.Device
}

// search runs p on the bench inside a bubble, until check returns.
func (b *bench) search(t *testing.T, p Port, check func()) {
	b.opened = map[string]int{}
	p.Clock = fixed(42)
	p.Open = func(path string, baud int) (UART, error) {
		b.board.Lock()
		defer b.board.Unlock()
		b.opened[path]++
		if err := b.refused[path]; err != nil {
			return nil, &hotplug.Error{Path: path, Call: "open", Err: err}
		}
		return &sim.UART{Wire: b.wires[path], Baud: baud}, nil
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		b.frames, b.devices = make(chan hw.Frame, 1000), make(chan hw.Device, 1000)
		for path := range b.wires {
			b.wires[path] = make(chan sim.Sent)
		}
		done := make(chan error)
		go func() { done <- p.Run(ctx, b.frames, b.devices) }()
		check()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
}

// speak sends text on the wire to path, once a second, until a line arrives, or
// for this many seconds. What no one hears is lost. It returns how long it took.
func (b *bench) speak(path string, baud int, text string, most int) time.Duration {
	began := time.Now()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for range most {
		<-second.C
		b.say(path, baud, text)
		synctest.Wait()
		if len(b.frames) > 0 {
			break
		}
	}
	return time.Since(began)
}

func (b *bench) say(path string, baud int, text string) {
	synctest.Wait()
	select {
	case b.wires[path] <- sim.Sent{Text: []byte(text), Baud: baud}:
	default:
	}
}

// sound drops the lines that were delivered and counts those with a sound
// checksum.
func (b *bench) sound() (n int) {
	for len(b.frames) > 0 {
		if l := <-b.frames; l.Sound() {
			n++
		}
	}
	return n
}

func (b *bench) expect(t *testing.T, want ...hw.Device) {
	t.Helper()
	synctest.Wait()
	var got []hw.Device
	for len(b.devices) > 0 {
		d := <-b.devices
		d.Err = nil
		got = append(got, d)
	}
	if !slices.Equal(got, want) {
		t.Errorf("reported %v, want %v", got, want)
	}
}

// openings is how often each port was opened.
func (b *bench) openings(path string) int {
	b.board.Lock()
	defer b.board.Unlock()
	return b.opened[path]
}

// pull takes the receiver out of path; from then on that cannot be opened
// because of err, or when that is nil, another receiver is plugged in.
func (b *bench) pull(path string, err error) {
	b.board.Lock()
	defer b.board.Unlock()
	close(b.wires[path])
	b.wires[path] = make(chan sim.Sent)
	b.refused = map[string]error{path: err}
}

func open(path string, baud int) hw.Device { return hw.Device{Path: path, State: hw.Open, Baud: baud} }

// epoch is what a receiver says each second, ubx what one says that has nothing
// for people.
var (
	epoch = strings.Repeat(sentence+"\r\n", 6)
	ubx   = strings.Repeat("\xb5\x62\x01\x22\x02\x00\x00\x00\x25\xb8", 8) // NAV-CLOCK, cut short
)

func TestEverySpeedIsFoundAndSaid(t *testing.T) {
	const path = "/dev/fake"
	for i, baud := range rates {
		b := bench{wires: map[string]chan sim.Sent{path: nil}}
		b.search(t, Port{Paths: []string{path}}, func() {
			heard := false
			for range 30 { // seconds
				b.speak(path, baud, epoch, 1)
				if heard = b.sound() > 0; heard {
					break
				}
			}
			want := []hw.Device{open(path, rates[0])}
			if i > 0 {
				want = append(want, open(path, baud))
			}
			if b.expect(t, want...); !heard {
				t.Errorf("%d baud: nothing is heard", baud)
			}
		})
	}
}

func TestASpeedThatIsGivenIsNotLeft(t *testing.T) {
	const path = "/dev/fake"
	b := bench{wires: map[string]chan sim.Sent{path: nil}}
	b.search(t, Port{Paths: []string{path}, Baud: 57600}, func() {
		for range 60 {
			b.speak(path, 9600, epoch, 1)
		}
		if n := b.sound(); n != 0 {
			t.Errorf("%d frames are sound at another speed", n)
		}
		b.speak(path, 57600, epoch, 1)
		if n := b.sound(); n != 6 {
			t.Errorf("%d frames are sound at its speed, want 6", n)
		}
		b.expect(t, open(path, 57600))
	})
}

func TestBinaryFramesAreAsSoundAsSentences(t *testing.T) {
	const path = "/dev/fake"
	b := bench{wires: map[string]chan sim.Sent{path: nil}}
	b.search(t, Port{Paths: []string{path}}, func() {
		for range 60 {
			b.speak(path, 115200, ubx, 1)
		}
		b.expect(t, open(path, 9600), open(path, 115200))
		if n := b.openings(path); n != 1 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestAReceiverThatChangesItsSpeedIsFoundAgain(t *testing.T) {
	const path = "/dev/fake"
	b := bench{wires: map[string]chan sim.Sent{path: nil}}
	b.search(t, Port{Paths: []string{path}}, func() {
		want := []hw.Device{}
		for _, baud := range []int{9600, 38400, 9600} {
			want = append(want, open(path, baud))
			n := 0
			for range 40 {
				b.speak(path, baud, epoch, 1)
				n += b.sound()
			}
			if n < 6 {
				t.Errorf("%d baud: %d sound frames", baud, n)
			}
		}
		b.expect(t, want...)
	})
}

func TestAMinuteOfNoiseDelaysTheReceiverByAFewSeconds(t *testing.T) {
	const path = "/dev/fake"
	random := rand.NewChaCha8([32]byte{1})
	b := bench{wires: map[string]chan sim.Sent{path: nil}}
	b.search(t, Port{Paths: []string{path}}, func() {
		b.speak(path, 9600, epoch, 1)
		for range 60 {
			noise := make([]byte, 300)
			random.Read(noise)
			b.speak(path, 9600, string(noise), 1)
		}
		b.sound()
		for began := time.Now(); b.sound() == 0; b.speak(path, 9600, epoch, 1) {
			if time.Since(began) > 6*time.Second {
				t.Fatal("not heard again within 6 s")
			}
		}
		b.expect(t, open(path, 9600))
	})
}

func TestASilentPortKeepsItsSpeedAndIsNotOpenedAgain(t *testing.T) {
	const path = "/dev/fake"
	b := bench{wires: map[string]chan sim.Sent{path: nil}}
	b.search(t, Port{Paths: []string{path}}, func() {
		<-time.After(time.Hour) // of the bubble
		b.say(path, 9600, "\x00")
		<-time.After(time.Minute)
		b.speak(path, 9600, epoch, 1)
		if n := b.sound(); n != 6 {
			t.Errorf("%d frames are sound, want 6", n)
		}
		b.expect(t, open(path, 9600))
		if n := b.openings(path); n != 1 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestAPortWithoutAReceiverDoesNotHideOneBehindIt(t *testing.T) {
	const silent, noisy, right = "/dev/fake1", "/dev/fake2", "/dev/fake3"
	b := bench{wires: map[string]chan sim.Sent{silent: nil, noisy: nil, right: nil}}
	b.search(t, Port{Paths: []string{silent, noisy, right}}, func() {
		n := 0
		for range 60 {
			b.say(noisy, 38400, "login: \r\n")
			b.speak(right, 38400, epoch, 1)
			n += b.sound()
		}
		b.expect(t, open(silent, 9600), open(right, 38400))
		if n < 6 {
			t.Errorf("%d sound frames", n)
		}
		if s, n := b.openings(silent), b.openings(noisy); s != 1 || n != 1 {
			t.Errorf("opened %d and %d times", s, n)
		}
	})
}

func TestTheSearchComesRoundAgainToAReceiverThatWakesUpLate(t *testing.T) {
	const first, second = "/dev/fake1", "/dev/fake2"
	b := bench{wires: map[string]chan sim.Sent{first: nil, second: nil}}
	b.search(t, Port{Paths: []string{first, second}}, func() {
		<-time.After(10 * time.Minute) // of the bubble
		b.speak(first, 9600, epoch, 20)
		if n := b.sound(); n != 6 {
			t.Errorf("%d frames are sound, want 6", n)
		}
		b.expect(t, open(first, 9600)) // of the other port there was nothing to say
	})
}

func TestAReceiverThatFallsSilentIsGivenAMinute(t *testing.T) {
	const first, second = "/dev/fake1", "/dev/fake2"
	b := bench{wires: map[string]chan sim.Sent{first: nil, second: nil}}
	b.search(t, Port{Paths: []string{first, second}}, func() {
		b.speak(first, 9600, epoch, 1)
		<-time.After(goneQuiet - time.Second)
		if b.openings(second) != 0 {
			t.Error("left too soon")
		}
		<-time.After(2 * time.Second)
		if b.openings(second) != 1 {
			t.Error("not left")
		}
		b.expect(t, open(first, 9600))
	})
}

func TestAPortThatRefusesIsSaidUntilAReceiverIsUnderstood(t *testing.T) {
	const busy, silent, right = "/dev/fake1", "/dev/fake2", "/dev/fake3"
	b := bench{
		wires:   map[string]chan sim.Sent{silent: nil, right: nil},
		refused: map[string]error{busy: unix.EBUSY},
	}
	b.search(t, Port{Paths: []string{busy, silent, right}}, func() {
		b.expect(t, hw.Device{Path: busy, State: hw.Busy})
		b.speak(right, 9600, epoch, 30)
		b.expect(t, open(right, 9600))
	})
}

func TestAReceiverIsHeardAgainAfterItWasPulledOut(t *testing.T) {
	const path = "/dev/fake"
	b := bench{wires: map[string]chan sim.Sent{path: nil}}
	b.search(t, Port{Paths: []string{path}}, func() {
		for range 30 {
			b.speak(path, 115200, epoch, 1)
		}
		b.sound()
		b.expect(t, open(path, 9600), open(path, 115200))
		b.pull(path, nil)
		synctest.Wait()
		b.speak(path, 115200, epoch, 3)
		b.expect(t, hw.Device{Path: path, State: hw.Failed}, open(path, 115200)) // the speed is remembered
	})
}

func TestAPortThatFailsWhileNobodyKnowsOfItFailsByItsOwnName(t *testing.T) {
	const silent, pulled = "/dev/fake1", "/dev/fake2"
	b := bench{wires: map[string]chan sim.Sent{silent: nil, pulled: nil}}
	b.search(t, Port{Paths: []string{silent, pulled}}, func() {
		<-time.After(neverHeard + time.Second)
		b.pull(pulled, unix.ENOENT)
		<-time.After(time.Second)
		b.expect(t, open(silent, 9600), open(pulled, 9600), hw.Device{Path: pulled, State: hw.Failed}, open(silent, 9600))
	})
}
