package phc

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gpsntpd/hw"
)

// pulsed is a clock whose pin sees pulses: what it stamps is scripted, its time is virtual.
type pulsed struct {
	*script
	events []hw.PTP // still to come
}

var errEnded = errors.New("the script has ended")

// event lets time pass until the next event, at most so long.
func (p *pulsed) event(timeout time.Duration) (hw.PTP, bool, error) {
	if len(p.events) == 0 {
		return 0, false, errEnded
	}
	now, _ := p.truth()
	if wait := p.events[0].Sub(now); wait > timeout {
		p.now += timeout
		return 0, false, nil
	} else if wait > 0 {
		p.now += wait
	}
	e := p.events[0]
	p.events = p.events[1:]
	return e, true, nil
}

// same is a clock that is the kernel's.
type same struct{}

func (same) Read() hw.Reading             { return hw.Reading{} }
func (same) FromKernel(t hw.Time) hw.Time { return t }

// run reads what p stamps to its end.
func run(t *testing.T, p *pulsed) []hw.Edge {
	t.Helper()
	e := Edges{Source: "eth0", Clock: same{}}
	edges := make(chan hw.Edge, 4*len(p.events)+1)
	if err := e.read(context.Background(), p, edges); !errors.Is(err, errEnded) {
		t.Fatal(err)
	}
	close(edges)
	var all []hw.Edge
	for e := range edges {
		all = append(all, e)
	}
	return all
}

// train is n pulses of a width, of which the n-th begins at second n; both edges are stamped
// when the width is not 0.
func train(n int, width time.Duration) (all []hw.PTP) {
	for i := range n {
		at := epoch + hw.PTP(i+1)*1e9
		all = append(all, at)
		if width > 0 {
			all = append(all, at+hw.PTP(width))
		}
	}
	return all
}

// second is how far from its second an edge is by the kernel's clock in the script.
func (p *pulsed) off(e hw.Edge) time.Duration {
	for i := range 1002 {
		since := time.Duration(i) * time.Second
		want := kernel0.Add(since + p.rate.Over(since) + p.extra(since))
		if off := e.At.Sub(want); off.Abs() < time.Second/2 {
			return off
		}
	}
	return time.Hour
}

func TestEdgesOfAClockAreToldByTheKernels(t *testing.T) {
	p := &pulsed{script: newScript(), events: train(60, 0)}
	all := run(t, p)
	if len(all) < 50 {
		t.Fatalf("%d edges of 60", len(all))
	}
	for _, e := range all {
		if p.off(e).Abs() > 300*time.Nanosecond || e.Within != p.width/2 || e.Path != hw.PathPHC {
			t.Errorf("%+v: %v off", e, p.off(e))
		}
	}
}

// steered is a script whose kernel's clock someone makes faster at some moment.
func (p *pulsed) steered(at time.Duration, by hw.Frequency) *pulsed {
	p.after, p.by = at, by
	return p
}

func TestAClockThatIsSteeredDoesNotDelayItsEdges(t *testing.T) {
	const at = 30 * time.Second
	p := (&pulsed{script: newScript(), events: train(60, 0)}).steered(at, hw.PPM)
	for _, e := range run(t, p) {
		if off := p.off(e); off.Abs() > 350*time.Nanosecond {
			t.Errorf("%v off at %v", off, time.Duration(e.At))
		}
	}
}

func TestWhereBothEdgesAreStampedTheOneThatBeginsIsFoundWithinTenSeconds(t *testing.T) {
	for _, width := range []time.Duration{time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond} {
		for first := range 2 { // the script may begin with the end of a pulse
			p := &pulsed{script: newScript(), events: train(60, width)[first:]}
			good := 0
			for _, e := range run(t, p) {
				if off := p.off(e); off.Abs() > time.Microsecond {
					t.Errorf("%v, first %d: %v off at %v", width, first, off, time.Duration(e.At))
				}
				good++
			}
			if good < 50 {
				t.Errorf("%v, first %d: %d edges of 60 s", width, first, good)
			}
		}
	}
}

func TestAPulseAsLongAsItsPauseLeavesBothEdges(t *testing.T) {
	p := &pulsed{script: newScript(), events: train(60, time.Second/2)}
	if n := len(run(t, p)); n < 100 {
		t.Errorf("%d edges of 120", n)
	}
}

func TestLostLateAndDoubleEventsNameNoWrongEdge(t *testing.T) {
	for seed := range 20 {
		s := newScript()
		all := train(1000, 100*time.Millisecond)
		var events []hw.PTP
		for i, at := range all {
			switch n := (i*7919 + seed*104729) % 100; {
			case n < 3: // lost
			case n < 6:
				events = append(events, at, at)
			default:
				events = append(events, at)
			}
		}
		p := &pulsed{s, events}
		edges, wrong := run(t, p), 0
		for _, e := range edges {
			if p.off(e).Abs() > time.Microsecond {
				wrong++
			}
		}
		if wrong > 0 || len(edges) < 850 {
			t.Errorf("seed %d: %d wrong of %d", seed, wrong, len(edges))
		}
	}
}

func TestAnInterfaceWithoutAClockIsAState(t *testing.T) {
	ctx, end := context.WithCancel(context.Background())
	devices, done := make(chan hw.Device), make(chan error)
	go func() { done <- (&Edges{Source: "lo", Clock: same{}}).Run(ctx, nil, devices) }()
	if d := <-devices; d.State != hw.Missing {
		t.Error(fmt.Sprintf("%+v", d))
	}
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAnEventThatComesAgainOlderIsNoEdge(t *testing.T) {
	for name, older := range map[string]time.Duration{"a little": time.Millisecond, "a second": time.Second, "three seconds": 3 * time.Second} {
		var events []hw.PTP
		for i, at := range train(60, 0) {
			if events = append(events, at); i > 20 && i%10 == 0 {
				events = append(events, at-hw.PTP(older))
			}
		}
		p := &pulsed{script: newScript(), events: events}
		var before hw.Time
		for _, e := range run(t, p) {
			if e.At <= before {
				t.Errorf("%s: an edge at %d after one at %d", name, e.At, before)
			}
			before = e.At
		}
	}
}
