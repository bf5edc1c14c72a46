package sim

import (
	"bufio"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gpsntpd/hw"
	"gpsntpd/hw/clock"
)

var _ hw.Pulses = (*Player)(nil)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running starts a player and returns what comes out of it. It ends with the test.
func running(t *testing.T, source Source) (*Player, <-chan hw.Edge) {
	t.Helper()
	p, err := NewPlayer(load(t, "calm"), TruthFrom(start), source)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	edges, devices, ended := make(chan hw.Edge), make(chan hw.Device), make(chan error)
	go func() { ended <- p.Run(ctx, edges, devices) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	if d := <-devices; d != (hw.Device{Path: "sim", State: hw.Open}) {
		t.Errorf("reports %v", d)
	}
	return p, edges
}

func TestPulsesAndSentencesArriveInRealTime(t *testing.T) {
	s := load(t, "calm")
	p, edges := running(t, NewReplay(s, start, []Burst{
		{At: 0, Bytes: []byte("$one\r\n")}, {At: 50 * time.Millisecond, Bytes: []byte("\x00\x03\x11\xb5binary\n")}}))
	port, err := os.Open(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()

	edge := <-edges
	if d := edge.At.Sub(p.stamp(start)).Abs(); edge.Seq != 1 || d > 2*time.Microsecond {
		t.Errorf("edge %d stamped %v off", edge.Seq, d)
	}
	lines := bufio.NewReader(port)
	for _, want := range []string{"$one\r\n", "\x00\x03\x11\xb5binary\n"} {
		if got, err := lines.ReadString('\n'); got != want || err != nil {
			t.Errorf("heard %q, %v; want %q", got, err, want)
		}
	}
}

func TestAStampDoesNotDependOnWhenThePlayerWokeUp(t *testing.T) {
	s := load(t, "calm")
	_, edges := running(t, NewReplay(s, start.Add(-30*time.Second), []Burst{{At: 0}, {At: 10 * time.Second}}))
	first, then := <-edges, <-edges
	if d := then.At.Sub(first.At) - 10*time.Second; (d - 118*time.Microsecond).Abs() > 2*time.Microsecond {
		t.Errorf("two pulses of the past are 10 s %+v apart", d)
	}
}

func TestAKernelStampIsPlacedOnThePlayersClock(t *testing.T) {
	p, _ := running(t, NewReplay(load(t, "calm"), start, nil))
	const slack = 50 * time.Microsecond // the kernel's clock and the raw one cannot be read at once
	before := p.Clock.Read().Time
	stamp := clock.Realtime()
	after := p.Clock.Read().Time
	if got := p.Clock.FromKernel(stamp); got < before.Add(-slack) || got > after.Add(slack) {
		t.Errorf("%v is not between %v and %v", got, before, after)
	}
}

func TestItEndsWithItsContextWhateverItWaitsFor(t *testing.T) {
	s := load(t, "calm")
	running(t, NewReplay(s, start, nil))                                // the end of the source
	running(t, NewReplay(s, start.Add(time.Hour), []Burst{{At: 0}}))    // the next event
	running(t, NewReplay(s, start.Add(-time.Minute), []Burst{{At: 0}})) // someone to take its edge
}

func TestAPortThatNobodyReadsDoesNotStopThePulse(t *testing.T) {
	bursts := []Burst{{At: time.Second}}
	for range 1000 {
		bursts = append([]Burst{{At: 0, Bytes: []byte(strings.Repeat("U", 1000))}}, bursts...)
	}
	_, edges := running(t, NewReplay(load(t, "calm"), start.Add(-10*time.Second), bursts))
	if first, then := (<-edges).Seq, (<-edges).Seq; first != 1 || then != 2 {
		t.Errorf("edges %d and %d", first, then)
	}
}

func TestTheHostsTruthIsItsOwnClock(t *testing.T) {
	now := HostTruth()
	before := time.Now().UnixNano()
	at := int64(now())
	after := time.Now().UnixNano()
	const slack = 1e6 // the two clocks are not the same one
	if at < before-slack || at > after+slack {
		t.Errorf("%d is not between %d and %d", at, before, after)
	}
}

func TestTheNewestReadingWaitsForTheThermometersReader(t *testing.T) {
	s := load(t, "default")
	s.Sensor = Sensor{Present: true}
	p, err := NewPlayer(s, TruthFrom(start), NewReplay(s, start, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, v := range []hw.Temperature{20, 21} {
		p.show(Event{Read: true, Temperature: v})
	}
	ctx, cancel := context.WithCancel(context.Background())
	temperatures, devices, ended := make(chan hw.Temperature), make(chan hw.Device), make(chan error)
	go func() { ended <- p.Thermometer.Run(ctx, temperatures, devices) }()
	if d := <-devices; d != (hw.Device{Path: "sim", State: hw.Open}) {
		t.Errorf("reports %v", d)
	}
	if v := <-temperatures; v != 21 {
		t.Errorf("shows %v", v)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
