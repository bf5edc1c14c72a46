package loop

import (
	"fmt"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/discipline/leap"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

func TestThePulseStampedAtItsEndIsRecognisedAndNotBelieved(t *testing.T) {
	const width = 100 * time.Millisecond
	m := newMachine(t, "calm")
	m.excused = func(time.Duration) bool { return m.pulse.count < 70 }                                 // before there is evidence
	late := func(seq uint32) time.Duration { return width + time.Duration(seq%3)*20*time.Microsecond } // its end is less steady
	m.Stamped = func(e hw.Edge) hw.Edge {
		return hw.Edge{At: e.At.Add(late(e.Seq)), Seq: e.Seq, Width: time.Second - late(e.Seq-1)}
	}
	m.Play(3 * time.Minute)
	if s := m.Status(); s.Pulse.State != "wrong_edge" || m.wire.leap != 3 {
		t.Errorf("pulse %q, leap %d; %s", s.Pulse.State, m.wire.leap, s.Sentence)
	}
	m = newMachine(t, "calm")
	m.Stamped = func(e hw.Edge) hw.Edge { return hw.Edge{At: e.At, Seq: e.Seq, Width: width} }
	m.Play(3 * time.Minute)
	if s := m.Status(); s.Pulse.State != "ok" || m.wire.leap != 0 {
		t.Errorf("the right edge: pulse %q, leap %d; %s", s.Pulse.State, m.wire.leap, s.Sentence)
	}
}

// throughALeapSecond plays the minutes around the end of 2016 as a receiver
// with an RMC sentence a second names them, 23:59:60 included. The truth of the
// world has no leap seconds, so afterwards a right answer is a second behind it.
func throughALeapSecond(t *testing.T, table leap.Table) *machine {
	t.Helper()
	const before, after = 120, 300
	midnight := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	var bursts []sim.Burst
	for k := range before + after {
		name := midnight.Add(time.Duration(k-before) * time.Second)
		clock := name.Format("150405")
		switch {
		case k == before:
			clock, name = "235960", name.Add(-time.Second)
		case k > before:
			name = name.Add(-time.Second)
			clock = name.Format("150405")
		}
		body := fmt.Sprintf("GPRMC,%s.00,A,4807.0380,N,01131.0000,E,0.02,31.66,%s,,,A", clock, name.Format("020106"))
		sum := byte(0)
		for i := range len(body) {
			sum ^= body[i]
		}
		bursts = append(bursts, sim.Burst{At: time.Duration(k) * time.Second, Bytes: fmt.Appendf(nil, "$%s*%02X\r\n", body, sum)})
	}
	s, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	start := sim.Truth(midnight.Add(-before * time.Second).UnixNano())
	m := playing(t, s, sim.NewReplay(s, start, bursts), start)
	m.Leaps = table
	over := before*time.Second + 2500*time.Millisecond // the leap second, and the sample after the step
	m.excused = func(since time.Duration) bool {
		if since < before*time.Second {
			return false
		}
		return since < over || (m.wire.err+time.Second).Abs() <= m.wire.distance
	}
	m.Play((before + after - 10) * time.Second)
	return m
}

func TestALeapSecondIsMadeWhetherATableKnewOfItOrNot(t *testing.T) {
	for name, table := range map[string]leap.Table{"known": leap.Builtin(), "unknown": {}} {
		m := throughALeapSecond(t, table)
		if m.state != discipline.Locked || (m.wire.err+time.Second).Abs() > 10*time.Microsecond {
			t.Errorf("%s: %v, off by %v, %v", name, m.state, m.wire.err+time.Second, m.Counters()["refclock"])
		}
	}
}

func TestSpikesInTheFirstMinuteMakeNoAnswerLie(t *testing.T) {
	seeds := uint64(40)
	if testing.Short() {
		seeds = 5
	}
	for _, size := range []time.Duration{100 * time.Microsecond, -200 * time.Microsecond, time.Millisecond, 3 * time.Millisecond} {
		t.Run(size.String(), func(t *testing.T) {
			t.Parallel()
			for seed := range seeds {
				s := terse(t, "calm")
				s.Seed = seed
				s.Faults = []sim.Fault{{Kind: sim.Spikes, For: span(time.Minute), By: sim.Shift{Duration: size}}}
				m := playing(t, s, sim.NewMachine(s, begin), begin)
				m.Play(7 * time.Minute) // judge fails on a lie
				if m.state != discipline.Locked {
					t.Errorf("seed %d: %v six minutes after", seed, m.state)
				}
			}
		})
	}
}
