package loop

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

// script is a receiver whose habits a test writes down second by second: what
// it does in second k after its start. Both may be nil: a good receiver.
type script struct {
	start sim.Truth                                 // a whole second; 0: calm's
	edges func(k int) []time.Duration               // how long after the second; a pulse is exact but for a microsecond of noise
	says  func(k int, second time.Time) []utterance // what is heard in it
	setup func(*sim.Scenario)                       // changes of the machine
}

// utterance is a sentence that is heard some time after its second begins.
type utterance struct {
	after time.Duration
	body  string
}

// lag is how late a good receiver's sentence is.
const lag = 150 * time.Millisecond

func onTime(int) []time.Duration { return []time.Duration{0} }

func silent(int, time.Time) []utterance { return nil }

func rmc(after time.Duration, named time.Time) utterance {
	return utterance{after, rmcBody(named.Format("150405"), named)}
}

func rmcBody(clock string, day time.Time) string {
	return fmt.Sprintf("GPRMC,%s.00,A,4807.0380,N,01131.0000,E,0.02,31.66,%s,,,A", clock, day.Format("020106"))
}

func inTime(_ int, second time.Time) []utterance { return []utterance{rmc(lag, second)} }

// offBy is a receiver whose sentences name a moment by later.
func offBy(by, after time.Duration) func(int, time.Time) []utterance {
	return func(_ int, second time.Time) []utterance { return []utterance{rmc(after, second.Add(by))} }
}

func checked(body string) []byte {
	sum := byte(0)
	for i := range len(body) {
		sum ^= body[i]
	}
	return fmt.Appendf(nil, "$%s*%02X\r\n", body, sum)
}

// events are those of this many seconds.
func (s script) events(seconds int) (all []sim.Event) {
	noise := rand.New(rand.NewPCG(1, 2))
	for k := range seconds {
		second := s.start.Add(time.Duration(k) * time.Second)
		for _, at := range s.edges(k) {
			jitter := time.Duration(noise.NormFloat64() * float64(time.Microsecond))
			all = append(all, sim.Event{At: second.Add(at + jitter), Edge: true})
		}
		for _, u := range s.says(k, second.Std()) {
			all = append(all, sim.Event{At: second.Add(u.after), Bytes: checked(u.body)})
		}
	}
	slices.SortStableFunc(all, func(a, b sim.Event) int { return cmp.Compare(a.At, b.At) })
	return all
}

// scripted is the whole path with the receiver of s for this many seconds, on a
// machine that is switched on with it.
func scripted(t *testing.T, s script, seconds int) *machine {
	t.Helper()
	calm, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	if s.setup != nil {
		s.setup(&calm)
	}
	if s.start == 0 {
		s.start = sim.Truth(begin.Std().Truncate(time.Second).UnixNano())
	}
	if s.edges == nil {
		s.edges = onTime
	}
	if s.says == nil {
		s.says = inTime
	}
	start := s.start.Add(-300 * time.Millisecond)
	return playing(t, calm, sim.NewEvents(s.events(seconds)), start)
}

// second is how many of the script's seconds have begun.
func (m *machine) second() int {
	return int(m.World.Now.Sub(m.start.Add(300*time.Millisecond)) / time.Second)
}

// excuse lets the answers of some seconds be wrong: no one could know.
func (m *machine) excuse(from, to int) {
	m.excused = func(since time.Duration) bool {
		k := since - 300*time.Millisecond
		return k >= time.Duration(from)*time.Second && k < time.Duration(to)*time.Second
	}
}

// wantLocked tells that the answers are right and good.
func (m *machine) wantLocked(when string) {
	m.t.Helper()
	if m.wire.leap == 3 || m.wire.stratum != 1 || m.wire.err.Abs() > 20*time.Microsecond {
		m.t.Errorf("%s: %v, leap %d, off by %v, steps %d, %v", when, m.state, m.wire.leap, m.wire.err, m.controller.Counts.Steps, m.reasonsSeen())
	}
}

// wantUnsynchronized tells that nothing is claimed.
func (m *machine) wantUnsynchronized(when string) {
	m.t.Helper()
	if m.wire.leap != 3 || m.wire.stratum != 0 {
		m.t.Errorf("%s: %v, leap %d, off by %v, %v", when, m.state, m.wire.leap, m.wire.err, m.reasonsSeen())
	}
}

// reasonsSeen are the counters that are not zero.
func (m *machine) reasonsSeen() string {
	var seen []string
	for word, n := range m.Counters()["refclock"] {
		if n > 0 {
			seen = append(seen, fmt.Sprintf("%s %d", word, n))
		}
	}
	slices.Sort(seen)
	return strings.Join(seen, ", ")
}

// steppedBy moves the machine's clock as another program would.
func (m *machine) steppedBy(d time.Duration) {
	m.t.Helper()
	if err := m.World.Clock.Step(d); err != nil {
		m.t.Fatal(err)
	}
}

// slewedBy steers the machine's clock as another program would.
func (m *machine) slewedBy(f hw.Frequency) {
	m.t.Helper()
	if err := m.World.Clock.SetFrequency(f); err != nil {
		m.t.Fatal(err)
	}
}
