package loop

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/hw/sim"
	"gpsntpd/server/control"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a loop that runs, and the other ends of its channels.
type running struct {
	edges           chan hw.Edge
	frames          chan hw.Frame
	pulse, receiver chan hw.Device
	commands        chan func()
	end             context.CancelFunc
	ended           chan error
}

// run starts a loop over c. Time is the bubble's.
func run(t *testing.T, l *Loop) running {
	r := running{
		edges: make(chan hw.Edge), frames: make(chan hw.Frame),
		pulse: make(chan hw.Device), receiver: make(chan hw.Device),
		commands: make(chan func()), ended: make(chan error, 1),
	}
	var ctx context.Context
	ctx, r.end = context.WithCancel(t.Context())
	go func() {
		r.ended <- l.Run(ctx, Inputs{Edges: r.edges, Frames: r.frames, Pulse: r.pulse, Receiver: r.receiver, Commands: r.commands})
	}()
	r.receiver <- hw.Device{Path: "sim", State: hw.Open}
	r.pulse <- hw.Device{Path: "sim", State: hw.Open}
	return r
}

// play sends the events of a calm machine for d, each when it is due, until
// the loop ends.
func (r *running) play(t *testing.T, c hw.Clock, d time.Duration) {
	s, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	source := sim.NewMachine(s, sim.Truth(start.UnixNano()))
	var framer hw.Framer
	for seq := uint32(1); time.Since(start) < d; {
		e, _ := source.Next()
		<-time.After(time.Until(e.At.Std()))
		var frames []hw.Frame
		if len(e.Bytes) > 0 {
			frames = framer.Feed(e.Bytes, c.Read().Time)
		}
		for _, l := range frames {
			select {
			case r.frames <- l:
			case <-r.ended:
				return
			}
		}
		if e.Edge {
			r.edges <- hw.Edge{At: c.Read().Time, Seq: seq}
			seq++
		}
	}
}

// slow returns a clock that is a quarter of a second slow, on the bubble's time.
func slow() *clock.Software {
	begin := time.Now()
	kernel := func() hw.Time { return hw.Time(time.Now().UnixNano()) }
	raw := func(ago time.Duration) hw.Raw { return hw.Raw(time.Since(begin) - ago) }
	return clock.NewSoftware(raw, kernel, kernel().Add(-250*time.Millisecond))
}

func TestRunTakesEveryEventAndLetsTimePassUntilItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := slow()
		l := New(Config{Clock: c, Latest: &discipline.Latest{}, Log: zerolog.Nop()})
		r := run(t, l)
		status := func() control.Status {
			answer := make(chan control.Status, 1)
			r.commands <- func() { answer <- l.Status() }
			return <-answer
		}
		r.play(t, c, 30*time.Second)
		if s := status(); s.State != "locked" || s.Receiver.State != "ok" || s.Pulse.State != "ok" {
			t.Errorf("after 30 s: %+v", s)
		}
		if wrong := time.Since(c.Read().Time.Std()).Abs(); wrong > 10*time.Microsecond {
			t.Errorf("the clock is wrong by %v", wrong)
		}
		<-time.After(20 * time.Second)
		if s := status(); s.State != "holdover" || s.Receiver.State != "silent" || s.Pulse.State != "silent" {
			t.Errorf("after 20 s of silence: %+v", s)
		}
		r.end()
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
}

// denied is a clock that this process may not set.
type denied struct{ *clock.Software }

var errDenied = errors.New("operation not permitted")

// Step implements hw.Steerable.
func (denied) Step(time.Duration) error { return errDenied }

func TestRunEndsWhenTheClockCannotBeSteered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := denied{slow()}
		r := run(t, New(Config{Clock: c, Latest: &discipline.Latest{}, Log: zerolog.Nop()}))
		defer r.end()
		failed := make(chan error, 1)
		go func() { err := <-r.ended; close(r.ended); failed <- err }()
		r.play(t, c, 30*time.Second)
		if err := <-failed; !errors.Is(err, errDenied) {
			t.Errorf("Run returned %v", err)
		}
	})
}

// taken is a clock that someone has steered before, and what it is told.
type taken struct {
	*clock.Software
	frequency hw.Frequency
	claim     hw.Claim
}

func (c *taken) SetFrequency(f hw.Frequency) error {
	c.frequency = f
	return c.Software.SetFrequency(f)
}
func (c *taken) Claim(claim hw.Claim) error { c.claim = claim; return nil }

func TestAStopBeforeTheFirstSampleLeavesTheClockAsItWasAndNotSynchronized(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &taken{Software: slow(), claim: hw.Claim{Synchronized: true}}
		const before = 20 * hw.PPM
		r := run(t, New(Config{Clock: c, Latest: &discipline.Latest{}, Log: zerolog.Nop(), Options: discipline.Options{Frequency: before}}))
		<-time.After(2 * time.Second)
		r.end()
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		if c.frequency != before || c.claim.Synchronized {
			t.Errorf("left at %v, %+v", c.frequency, c.claim)
		}
	})
}

func BenchmarkTick(b *testing.B) {
	s, err := sim.Load("calm")
	if err != nil {
		b.Fatal(err)
	}
	w := sim.NewWorld(s, begin)
	l := New(Config{Clock: w.Clock, Latest: &discipline.Latest{}, Log: zerolog.Nop()})
	b.ReportAllocs()
	for b.Loop() {
		l.Tick()
	}
}
