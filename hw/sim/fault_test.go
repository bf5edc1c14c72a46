package sim

import (
	"strings"
	"testing"
	"time"
)

// struck plays one minute of calm with f from second 10 to 20, and returns the
// events of the seconds 13 to 16.
func struck(t *testing.T, f Fault) []Event {
	t.Helper()
	s := load(t, "calm")
	f.At, f.For = Span{10 * time.Second}, Span{10 * time.Second}
	if err := f.check(); err != nil {
		t.Fatal(err)
	}
	s.Faults = []Fault{f}
	healthy := s
	healthy.Faults = nil
	with, without := play(NewMachine(s, start), time.Minute), play(NewMachine(healthy, start), time.Minute)
	if a, b := during(with, 30, 60), during(without, 30, 60); text(a) != text(b) || len(edges(a)) != 30 || edges(a)[0].At != edges(b)[0].At {
		t.Error("the fault leaves a trace after its end")
	}
	return during(with, 13, 17)
}

// during returns the events from one second to another, with a tenth of a second
// of margin for early pulses.
func during(events []Event, from, to Truth) []Event {
	var some []Event
	for _, e := range events {
		if e.At >= start+from*second-Truth(lead) && e.At < start+to*second-Truth(lead) {
			some = append(some, e)
		}
	}
	return some
}

func TestEachFaultDoesWhatItsNameSays(t *testing.T) {
	for _, c := range []struct {
		fault  Fault
		edges  int
		speaks string // what each epoch contains; "" for silence
	}{
		{Fault{Kind: NoPulse}, 0, "$GNRMC,080014.000,A,"},
		{Fault{Kind: NoSentences}, 4, ""},
		{Fault{Kind: Unplugged}, 0, ""},
		{Fault{Kind: Restart}, 0, "$GNRMC,,V,,,,,,,,,,N*4D"},
		{Fault{Kind: NoFix}, 4, "$GNRMC,080014.000,V,,,,,,,221126,,,N"},
		{Fault{Kind: NoDate}, 4, "$GNZDA,080014.000,,,,00,00"},
		{Fault{Kind: OffBy, By: Shift{2 * time.Second}}, 4, "$GNRMC,080018.000,A,"},
		{Fault{Kind: WrongDate, By: Shift{-1024 * 7 * 24 * time.Hour}}, 4, "$GNZDA,080014.000,08,04,2007"},
		{Fault{Kind: PulseShift, By: Shift{time.Microsecond}}, 4, "$GNRMC,080014.000,A,"},
		{Fault{Kind: Busy, By: Shift{time.Microsecond}}, 4, "$GNRMC,080014.000,A,"},
		{Fault{Kind: Open}, 4, "$GNTXT,01,01,02,ANTSTATUS=OPEN*35"},
		{Fault{Kind: Short}, 4, "$GNRMC,080014.000,V,"},
	} {
		t.Run(string(c.fault.Kind), func(t *testing.T) {
			events := struck(t, c.fault)
			if n := len(edges(events)); n != c.edges {
				t.Errorf("%d edges, want %d", n, c.edges)
			}
			said := text(events)
			if !strings.Contains(said, c.speaks) || (said == "") != (c.speaks == "") {
				t.Errorf("said %q, want %q", said, c.speaks)
			}
		})
	}
}

func TestAfterAFaultOfTheAntennaItIsSaidToBeWell(t *testing.T) {
	s := load(t, "calm")
	s.Faults = []Fault{{Kind: Short, At: Span{10 * time.Second}, For: Span{10 * time.Second}}}
	said := text(play(NewMachine(s, start), time.Minute))
	if short, well := strings.Count(said, "ANTSTATUS=SHORT"), strings.Count(said, "ANTSTATUS=OK"); short != 10 || well != 3 {
		t.Errorf("%d times a short, %d times well", short, well)
	}
}

func TestGarbageHasTheLengthOfSentencesAndNoneInIt(t *testing.T) {
	said := text(struck(t, Fault{Kind: Garbage}))
	if len(said) < 1000 || strings.Contains(said, "$GP") {
		t.Errorf("%d bytes: %q", len(said), said)
	}
}

func TestAShiftedPulseIsLateByThatMuch(t *testing.T) {
	plain, shifted := struck(t, Fault{Kind: NoFix}), struck(t, Fault{Kind: PulseShift, By: Shift{20 * time.Microsecond}})
	for i, e := range edges(shifted) {
		if got := e.At.Sub(edges(plain)[i].At); got != 20*time.Microsecond {
			t.Errorf("late by %v", got)
		}
	}
}

func TestUnderLoadThePulseIsLateButNeverEarly(t *testing.T) {
	plain, loaded := edges(struck(t, Fault{Kind: NoFix})), edges(struck(t, Fault{Kind: Busy, By: Shift{time.Millisecond}}))
	sum := time.Duration(0)
	for i, e := range loaded {
		late := e.At.Sub(plain[i].At)
		if late < 0 {
			t.Errorf("late by %v", late)
		}
		sum += late
	}
	if sum < time.Millisecond || sum > 20*time.Millisecond {
		t.Errorf("%d pulses are late by %v together", len(loaded), sum)
	}
}

func TestAShiftedPulseDeceivesUntilItsTracesAreGone(t *testing.T) {
	s := load(t, "faults")
	for after, want := range map[time.Duration]bool{
		49 * time.Minute: false, 50 * time.Minute: true, 52*time.Minute + 59*time.Second: true, 53 * time.Minute: false, 110 * time.Minute: true,
	} {
		if got := s.Deceived(after); got != want {
			t.Errorf("%v after %v", got, after)
		}
	}
}

func TestAListThatRepeatsStrikesAgain(t *testing.T) {
	s := load(t, "calm")
	s.Faults = []Fault{{Kind: NoPulse, At: Span{10 * time.Second}, For: Span{10 * time.Second}}}
	s.Repeat = Span{time.Minute}
	if n := len(edges(play(NewMachine(s, start), 599500*time.Millisecond))); n != 500 {
		t.Errorf("%d edges in ten minutes, want 500", n)
	}
}

func TestNothingIsKnownBeforeTheFirstFix(t *testing.T) {
	s := load(t, "calm")
	s.Receiver.FirstFix = Span{30 * time.Second}
	events := play(NewMachine(s, start), 29*time.Second)
	if said := text(events); len(edges(events)) != 0 || strings.Contains(said, "0800") || !strings.Contains(said, "$GNRMC,,V") {
		t.Errorf("%d edges, said %q", len(edges(events)), said)
	}
}
