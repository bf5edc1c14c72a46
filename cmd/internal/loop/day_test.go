package loop

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
)

// machine is the whole path in virtual time: answers are judged as they are on
// the wire, after everything that happens.
type machine struct {
	*Virtual
	t         *testing.T
	start     sim.Truth
	responder ntp.Responder
	excused   func(since time.Duration) bool // an undetectable fault of the receiver
	states    map[discipline.State]int
	wire      wire // the newest answer
	judged    int
	leapsAt   sim.Truth // of a leap second that UTC makes, and the truth of the world does not; 0: none
}

// wire is what a client makes of an answer.
type wire struct {
	leap, stratum byte
	err           time.Duration // served time − truth
	distance      time.Duration // what it claims at most
	refid         [4]byte

	delay, dispersion time.Duration // of the root
}

const begin = sim.Truth(1_790_000_000_300_000_000)

func newMachine(t *testing.T, name string) *machine {
	t.Helper()
	s, err := sim.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return playing(t, s, sim.NewMachine(s, begin), begin)
}

func playing(t *testing.T, s sim.Scenario, source sim.Source, start sim.Truth) *machine {
	m := &machine{Virtual: NewVirtual(s, source, start), t: t, start: start,
		responder: ntp.Responder{Precision: -20},
		states:    map[discipline.State]int{},
		excused:   func(time.Duration) bool { return false }}
	m.Watch = m.judge
	return m
}

// judge asks for the time as a client would.
func (m *machine) judge() {
	m.t.Helper()
	var request, answer [refclock.PacketSize]byte
	request[0] = 4<<3 | 3
	r := m.World.Clock.Read()
	s := m.Latest.Load()
	m.states[s.StateAt(r.Time)]++
	if a := m.responder.Respond(answer[:], ntp.Request{Packet: request[:], Received: r.Time}, s, r); !a.Verdict.Sent() {
		m.t.Fatalf("no answer: %v", a.Verdict)
	}
	m.wire = wire{leap: answer[0] >> 6, stratum: answer[1]}
	if m.wire.leap == 3 {
		return
	}
	stamp := binary.BigEndian.Uint64(answer[40:])
	served := int64(stamp>>32)*1e9 + int64(stamp&0xffffffff*1e9>>32) - 2_208_988_800e9
	m.wire.err = time.Duration(served - int64(m.World.Now))
	if m.leapsAt != 0 && m.World.Now >= m.leapsAt {
		m.wire.err += time.Second
	}
	short := func(b []byte) time.Duration { return time.Duration(uint64(binary.BigEndian.Uint32(b)) * 1e9 >> 16) }
	m.wire.delay, m.wire.dispersion = short(answer[4:]), short(answer[8:])
	m.wire.distance = m.wire.delay/2 + m.wire.dispersion
	m.wire.refid = [4]byte(answer[12:])
	m.judged++
	if since := m.World.Now.Sub(m.start); m.wire.err.Abs() > m.wire.distance && !m.excused(since) {
		m.t.Fatalf("%v after the start, %v: served time is off by %v, root distance says %v",
			since, m.state, m.wire.err, m.wire.distance)
	}
}

func TestADayOfFaultsNeverLiesOnTheWire(t *testing.T) {
	t.Parallel()
	m := newMachine(t, "faults")
	m.excused = func(since time.Duration) bool { // pulse_shift: nothing else knows better than the pulse
		in := since % time.Hour
		return in > 50*time.Minute && in < 53*time.Minute
	}
	day := 24 * time.Hour
	if testing.Short() {
		day = 3 * time.Hour // the list of faults begins again every hour
	}
	m.Play(day)
	t.Logf("states %v, judged %d, counters %v", m.states, m.judged, m.Counters())
	if n := m.controller.Counts.Steps; n != 1 {
		t.Errorf("%d steps: the one at the start is enough", n)
	}
	for _, s := range []discipline.State{discipline.Starting, discipline.Locked, discipline.Holdover} {
		if m.states[s] == 0 {
			t.Errorf("never %v", s)
		}
	}
	if m.states[discipline.Locked] < m.judged/2 {
		t.Errorf("locked only %d times of %d", m.states[discipline.Locked], m.judged)
	}
}

func TestEveryScenarioIsWithinTenMicrosecondsAfterThirtySeconds(t *testing.T) {
	for _, name := range []string{"default", "calm", "late", "mtk"} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, name)
			m.Play(30 * time.Second)
			for range 600 {
				m.Play(time.Second)
				if m.wire.leap != 0 || m.wire.stratum != 1 || m.wire.err.Abs() > 10*time.Microsecond {
					t.Fatalf("%v after the start: leap %d, stratum %d, off by %v; %v, counters %v",
						m.World.Now.Sub(m.start), m.wire.leap, m.wire.stratum, m.wire.err, m.state, m.Counters())
				}
			}
			if s := m.Status(); *s.Receiver.MarginSeconds < 0.02 || *s.Receiver.LatencySeconds < 0.1 {
				t.Errorf("latency %v, margin %v", *s.Receiver.LatencySeconds, *s.Receiver.MarginSeconds)
			}
		})
	}
}

func TestWithoutFixOrPulseNothingIsClaimed(t *testing.T) {
	for name, want := range map[string]hw.State{"nofix": refclock.ErrNoFix.State(), "nopulse": hw.OK} {
		m := newMachine(t, name)
		m.Play(10 * time.Minute)
		if m.judged != 0 {
			t.Errorf("%s: %d synchronized answers", name, m.judged)
		}
		if s := m.Status(); s.Receiver.State != want {
			t.Errorf("%s: receiver %q; %s", name, s.Receiver.State, s.Sentence)
		}
	}
}

func TestALongLossOfThePulseEndsInSilenceNotInALie(t *testing.T) {
	for _, walk := range []float64{0, 1e-9, 1e-8} {
		t.Run(fmt.Sprintf("walk %g", walk), func(t *testing.T) {
			t.Parallel()
			s := terse(t, "default")
			s.Oscillator.Walk.Sigma = walk
			s.Oscillator.Cycles = []sim.Cycle{{Amplitude: sim.Rate{Frequency: 300 * hw.PPB}, Period: span(time.Hour)}}
			s.Faults = []sim.Fault{{Kind: sim.Unplugged, At: span(20 * time.Minute), For: span(6 * time.Hour)}}
			m := playing(t, s, sim.NewMachine(s, begin), begin)
			m.Play(20*time.Minute + time.Minute)
			if m.state != discipline.Holdover {
				t.Errorf("%v a minute after the loss", m.state)
			}
			m.Play(6*time.Hour - 2*time.Minute)
			if m.state != discipline.Unsynchronized {
				t.Errorf("%v after hours without a pulse", m.state)
			}
			m.Play(3 * time.Minute)
			if m.state != discipline.Locked || m.wire.err.Abs() > 20*time.Microsecond {
				t.Errorf("%v, off by %v after the pulse is back", m.state, m.wire.err)
			}
			if n := m.controller.Counts.Steps; n != 1 {
				t.Errorf("%d steps", n)
			}
		})
	}
}

// terse is a scenario whose receiver says no more than the time, for tests that play
// for days.
func terse(t *testing.T, name string) sim.Scenario {
	t.Helper()
	s, err := sim.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	s.Receiver.Sentences = []sim.Sentence{sim.RMC}
	return s
}

func span(d time.Duration) sim.Span { return sim.Span{Duration: d} }

func TestSentencesNearTheNextPulseNeverNameTheWrongSecond(t *testing.T) {
	for _, latency := range []time.Duration{20, 300, 900, 950, 970, 985} {
		t.Run(fmt.Sprintf("latency %d ms", latency), func(t *testing.T) {
			t.Parallel()
			for _, jitter := range []time.Duration{1, 10, 40} {
				s, err := sim.Load("default")
				if err != nil {
					t.Fatal(err)
				}
				s.Receiver.Latency = span(latency * time.Millisecond)
				s.Receiver.Jitter = span(jitter * time.Millisecond)
				m := playing(t, s, sim.NewMachine(s, begin), begin)
				m.Stamped = func(e hw.Edge) hw.Edge { return hw.Edge{At: e.At, Seq: e.Seq, Width: 100 * time.Millisecond} }
				m.Play(20 * time.Minute) // judge fails on a wrong second
				margin := min(latency, 1000-latency) - 4*jitter
				if locked := m.states[discipline.Locked] > 0; margin > 25 && !locked {
					t.Errorf("± %d ms: never locked, %v", jitter, m.Counters()["refclock"])
				}
			}
		})
	}
}
