package sim

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/adrianmo/go-nmea"

	"gpsntpd/hw"
)

func load(t *testing.T, name string) Scenario {
	t.Helper()
	s, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// play returns the events of the first d.
func play(source Source, d time.Duration) []Event {
	var events []Event
	for {
		e, ok := source.Next()
		if !ok || e.At > start.Add(d) {
			return events
		}
		events = append(events, e)
	}
}

func edges(events []Event) []Event {
	return slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return !e.Edge })
}

func text(events []Event) string {
	var b strings.Builder
	for _, e := range events {
		b.Write(e.Bytes)
	}
	return b.String()
}

func TestTheSameScenarioPlaysTheSameEvents(t *testing.T) {
	s := load(t, "faults")
	if a, b := play(NewMachine(s, start), 2*time.Hour), play(NewMachine(s, start), 2*time.Hour); !reflect.DeepEqual(a, b) {
		t.Error("two runs differ")
	}
	other := s
	other.Seed++
	if a, b := edges(play(NewMachine(s, start), time.Minute)), edges(play(NewMachine(other, start), time.Minute)); reflect.DeepEqual(a, b) {
		t.Error("the seed changes nothing")
	}
}

func TestEveryScenarioPlaysAnHourInOrder(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := load(t, name)
			if !strings.HasSuffix(s.About, ".") {
				t.Error("does not say what it is about")
			}
			m, events, edges := NewMachine(s, start), 0, 0
			last, _ := m.Next()
			for end := start.Add(time.Hour); last.At <= end; events++ {
				if last.Edge {
					edges++
				}
				e, _ := m.Next()
				if e.At < last.At {
					t.Fatalf("an event at %v comes after one at %v", e.At.Std(), last.At.Std())
				}
				last = e
			}
			if events < 3600 {
				t.Errorf("only %d events", events)
			}
			if (edges == 0) != (name == "nopulse" || name == "nofix") {
				t.Errorf("%d edges", edges)
			}
		})
	}
}

func TestJitterLatencyAndSpikesAreAsTheScenarioSays(t *testing.T) {
	s := load(t, "calm")
	s.Pulse = Pulse{Jitter: Span{2 * time.Microsecond}, Latency: Span{3 * time.Microsecond},
		SpikeShare: Share{0.01}, SpikeSize: Span{time.Millisecond}, SpikeSides: Late, Missing: Share{0.02}, Glitches: Share{0.03}}
	s.Receiver.Sentences = nil
	var sum, squares float64
	var normal, spikes, glitches, n float64
	for _, e := range edges(play(NewMachine(s, start), 20_000*time.Second)) {
		n++
		switch late := e.At.Sub((e.At + second/2) / second * second); {
		case late.Abs() > 50*time.Millisecond:
			glitches++
		case late > 400*time.Microsecond:
			spikes++
		default:
			normal++
			sum += float64(late)
			squares += float64(late) * float64(late)
		}
	}
	mean := sum / normal
	near(t, "mean latency, ns", mean, 3000, 0.03)
	near(t, "rms, ns", math.Sqrt(squares/normal-mean*mean), math.Hypot(2000, 3000), 0.03)
	near(t, "spikes", spikes, 0.98*0.01*20_000, 0.2)
	near(t, "glitches", glitches, 0.03*20_000, 0.1)
	near(t, "pulses", n-glitches, 0.98*20_000, 0.005)
}

// lateness returns how late the pulses are, in ns, in a machine like calm but for p.
func lateness(t *testing.T, p Pulse) (all []float64) {
	s := load(t, "calm")
	s.Pulse, s.Receiver.Sentences = p, nil
	for _, e := range edges(play(NewMachine(s, start), 20_000*time.Second)) {
		all = append(all, float64(e.At.Sub((e.At+second/2)/second*second)))
	}
	return all
}

func TestSpikesOnBothSidesAreEarlyAsOftenAsLate(t *testing.T) {
	var early, late float64
	for _, ns := range lateness(t, Pulse{SpikeShare: Share{0.05}, SpikeSize: Span{time.Millisecond}, SpikeSides: Both}) {
		switch {
		case ns <= -500e3:
			early++
		case ns >= 500e3:
			late++
		case ns != 0:
			t.Fatalf("a pulse is %v ns late", ns)
		}
	}
	near(t, "early", early, 500, 0.15)
	near(t, "late", late, 500, 0.15)
}

func TestATailReachesBeyondTheLatency(t *testing.T) {
	var sum, tails float64
	all := lateness(t, Pulse{Latency: Span{2 * time.Microsecond}, TailShare: Share{0.02}, TailSize: Span{100 * time.Microsecond}})
	for _, ns := range all {
		sum += ns
		if ns > 30e3 {
			tails++
		}
	}
	near(t, "mean, ns", sum/float64(len(all)), 2000+0.02*100e3, 0.1)
	near(t, "tails", tails, 0.02*20_000*math.Exp(-0.28), 0.1)
}

func TestNewNoiseLeavesTheOldAsItWas(t *testing.T) {
	plain := Pulse{Jitter: Span{time.Microsecond}, Latency: Span{time.Microsecond}}
	more := plain
	more.TailShare, more.TailSize, more.SpikeSides = Share{0.01}, Span{time.Microsecond}, Both
	same := 0.0
	a, b := lateness(t, plain), lateness(t, more)
	for i := range a {
		if a[i] == b[i] {
			same++
		}
	}
	near(t, "pulses without a tail", same, 0.99*20_000, 0.005)
}

func TestACoarseClockStampsItsLastTick(t *testing.T) {
	p := Pulse{Tick: Span{time.Microsecond}}
	for shown, want := range map[hw.Time]hw.Time{1_790_000_000_000_001_999: 1_790_000_000_000_001_000, 5_000: 5_000} {
		if got := p.stamp(shown); got != want {
			t.Errorf("%d is stamped %d", shown, got)
		}
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got/want-1) > tolerance {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestAnEpochNamesTheSecondThatItsPulseBegan(t *testing.T) {
	for _, name := range []string{"calm", "late"} {
		s := load(t, name)
		s.Receiver.FirstFix = Span{}
		s.Receiver.Sentences = []Sentence{ZDA}
		for _, e := range play(NewMachine(s, start), time.Minute) {
			if len(e.Bytes) == 0 {
				continue
			}
			named := e.At / second * second
			want := named.Std().Format("$GNZDA,150405.000,02,01,2006,00,00*")
			if !strings.HasPrefix(string(e.Bytes), want) {
				t.Fatalf("%s: %q at %v, want %q", name, e.Bytes, e.At.Std(), want)
			}
			if late := e.At.Sub(named); (late - s.Receiver.Latency.Duration).Abs() > 20*time.Millisecond {
				t.Errorf("%s: first byte %v after the second", name, late)
			}
		}
	}
}

func TestSentencesArePacedByTheBaudRate(t *testing.T) {
	s := load(t, "default")
	s.Sensor.Present = false
	events := play(NewMachine(s, start), 20*time.Second)
	for i, e := range events {
		if i == 0 || e.Edge || events[i-1].Edge || bytes.HasPrefix(e.Bytes, []byte("$GNRMC")) {
			continue
		}
		before := events[i-1]
		if got, want := e.At.Sub(before.At), time.Duration(len(before.Bytes))*time.Second/960; got != want {
			t.Errorf("%q follows after %v, want %v", e.Bytes, got, want)
		}
	}
}

func TestADecoderTakesEverySentence(t *testing.T) {
	for _, name := range []string{"default", "nofix", "faults"} {
		s := load(t, name)
		for _, talker := range []string{"GP", "GN"} {
			s.Receiver.Talker = talker
			for line := range strings.Lines(text(play(NewMachine(s, start), 5*time.Minute))) {
				if _, err := nmea.Parse(strings.TrimSuffix(line, "\r\n")); err != nil {
					t.Fatalf("%s: %q: %v", name, line, err)
				}
			}
		}
	}
}

func BenchmarkADayOfTheMachine(b *testing.B) {
	s, err := Load("default")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		play(NewMachine(s, start), 24*time.Hour)
	}
}

func TestAReceiverThatSaysMoreThanItsLineCarriesSkipsEpochs(t *testing.T) {
	s := load(t, "calm")
	s.Receiver.Baud = 1200
	events := play(NewMachine(s, start), time.Minute)
	if n := strings.Count(text(events), "$GNRMC"); n < 7 || n > 20 {
		t.Errorf("%d epochs in a minute", n)
	}
}
