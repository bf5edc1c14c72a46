package alarm

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/why"
)

// well is a daemon that nothing is wrong with.
func well() *why.Facts {
	return &why.Facts{
		Receiver: why.Receiver{Device: why.Device{Path: "/dev/ttyAMA0", Word: "ok"}, Used: 9},
		Pulse:    why.Pulse{Device: why.Device{Path: "/dev/pps0", Word: "ok"}},
		Clock:    why.Clock{State: discipline.Locked, Stratum: 1, ByPulse: true, Limit: time.Millisecond},
		Leap:     why.Leap{Known: true, Left: 365 * 24 * time.Hour},
		NTS:      why.NTS{Word: "ok", Left: 365 * 24 * time.Hour},
		Sensor:   why.Device{Word: "ok"}, Storage: "ok",
	}
}

// watched is an engine that looks once a second.
type watched struct {
	Engine
	chain why.Chain
	at    time.Duration
}

var begin = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// play lets d pass with f as it is, and returns what turned and after how long.
func (w *watched) play(f *why.Facts, d time.Duration) (turned []Alarm, after []time.Duration) {
	start := w.at
	for end := w.at + d; w.at < end; w.at += time.Second {
		w.chain.Set(f)
		for _, a := range w.Step(hw.Raw(time.Hour+w.at), begin.Add(w.at), &w.chain, f) {
			turned, after = append(turned, a), append(after, w.at-start)
		}
	}
	return turned, after
}

// defects lead to each alarm.
var defects = map[Code]func(*why.Facts){
	NoReceiver:      func(f *why.Facts) { f.Receiver.Word = "busy" },
	Antenna:         func(f *why.Facts) { f.Antenna = "short" },
	LineFull:        func(f *why.Facts) { f.Pairing.Reason = refclock.ErrLineFull },
	Spoofing:        func(f *why.Facts) { f.Receiver.Word = "spoofed" },
	Jamming:         func(f *why.Facts) { f.Receiver.Jamming = "warning" },
	NoFix:           func(f *why.Facts) { f.Receiver.Word = "no_fix" },
	NoDate:          func(f *why.Facts) { f.Receiver.Word = "no_date" },
	FewSatellites:   func(f *why.Facts) { f.Receiver.Used = 3 },
	NoPulse:         func(f *why.Facts) { f.Pulse.Word = "silent" },
	IrregularPulse:  func(f *why.Facts) { f.Pulse.Word = "irregular" },
	WrongEdge:       func(f *why.Facts) { f.Pulse.Word = "wrong_edge" },
	WrongSecond:     func(f *why.Facts) { f.Clock.State, f.Clock.Doubted = discipline.Unsynchronized, true },
	Pairing:         func(f *why.Facts) { f.Pairing.Reason = refclock.ErrAmbiguous },
	Contradicted:    says(why.Witness{Verdict: discipline.Verdict{Word: discipline.Refuted}, Servers: 3, Answering: 3}),
	Doubtful:        says(why.Witness{Verdict: discipline.Verdict{Word: discipline.Doubtful}, Servers: 3, Answering: 3}),
	ServerWrong:     says(why.Witness{Verdict: discipline.Verdict{Word: discipline.Confirmed}, Servers: 3, Answering: 3, Liar: "ntp3.lan"}),
	ServersSilent:   says(why.Witness{Servers: 3, Silence: time.Minute}),
	ReceiverJump:    func(f *why.Facts) { f.Jumped = time.Second },
	Interference:    func(f *why.Facts) { f.Moved = time.Second },
	OtherDaemon:     func(f *why.Facts) { f.Rival = "chrony" },
	HoldoverBegan:   func(f *why.Facts) { f.Clock.State = discipline.Holdover },
	NotSynchronized: func(f *why.Facts) { f.Clock.State = discipline.Unsynchronized },
	Certificate:     func(f *why.Facts) { f.NTS.Left = 24 * time.Hour },
	MasterKeys:      func(f *why.Facts) { f.NTS.Anew = true },
	LeapTable:       func(f *why.Facts) { f.Leap.Left = 24 * time.Hour },
	Sensor:          func(f *why.Facts) { f.Sensor.Word = "silent" },
	Storage:         func(f *why.Facts) { f.Storage = "read_only" },
	Load:            func(f *why.Facts) { f.Late = time.Second },
	RateLimited:     func(f *why.Facts) { f.NTP.Recent = why.Recent{Requests: 100, RateLimited: 90} },
	Denied:          func(f *why.Facts) { f.NTP.Recent = why.Recent{Requests: 100, Denied: 90} },
	BadKeys:         func(f *why.Facts) { f.NTP.Recent = why.Recent{Requests: 100, BadKeys: 90} },
	SendFailed:      func(f *why.Facts) { f.NTP.Recent = why.Recent{Requests: 100, SendFailed: 90} },
}

func says(w why.Witness) func(*why.Facts) { return func(f *why.Facts) { f.Witness = w } }

func TestPulsesAreNotMissedBeforeThereIsAFix(t *testing.T) {
	var w watched
	cold := well()
	cold.Receiver.Word, cold.Pulse.Word = "no_fix", "silent"
	if turned, after := w.play(cold, time.Hour); len(turned) != 1 || turned[0].Code != NoFix || after[0] != firstFix {
		t.Errorf("cold: %+v after %v", turned, after)
	}
	cold.Receiver.Word = "ok"
	turned, _ := w.play(cold, time.Hour)
	if len(turned) != 2 || turned[0].Code != NoFix || turned[0].Cleared.IsZero() || turned[1].Code != NoPulse {
		t.Errorf("with a fix: %+v", turned)
	}
}

func TestEachAlarmIsRaisedAndClearedAfterItsTimeAndNotBefore(t *testing.T) {
	for _, r := range rules {
		defect := defects[r.Code]
		if defect == nil {
			t.Errorf("nothing leads to %s", r.Code)
			continue
		}
		var w watched
		if turned, _ := w.play(well(), time.Hour); turned != nil {
			t.Fatalf("while all is well: %+v", turned)
		}
		f := well()
		defect(f)
		turned, after := w.play(f, time.Hour)
		i := slices.IndexFunc(turned, func(a Alarm) bool { return a.Code == r.Code })
		if r.Code == Certificate && r.Severity == Warning || r.Code == NotSynchronized && r.Raise > 0 {
			continue // its other rule is the one for a single day, or for a clock that was served
		}
		wait := r.Raise
		if r.Code == WrongSecond {
			wait = 0 // it comes with what follows from it
		}
		if i < 0 || !turned[i].Cleared.IsZero() || after[i] != wait || turned[i].Severity != r.Severity {
			t.Errorf("%s: %+v after %v", r.Code, turned, after)
			continue
		}
		a := turned[i]
		text, remedy := f.Tell(a.Cause, why.Chinese)
		if got, what := a.Notice(why.Chinese); got != text || what != remedy || a.English == a.Chinese || remedy == "" {
			t.Errorf("%s: %+v", r.Code, a)
		}
		if turned, after = w.play(well(), time.Hour); len(turned) == 0 || after[0] > r.Clear {
			t.Errorf("%s: not cleared: %+v after %v", r.Code, turned, after)
		}
		for _, a := range w.All(begin.Add(w.at), &w.chain, "") {
			if a.Cleared.IsZero() {
				t.Errorf("%s: %s is still raised", r.Code, a.Code)
			}
		}
	}
	if len(defects) < len(rules)-2 {
		t.Errorf("%d rules, %d defects", len(rules), len(defects))
	}
}

func TestADefectThatComesAndGoesRaisesNothingAndOneThatStaysIsNotCleared(t *testing.T) {
	var w watched
	bad := well()
	bad.Pulse.Word = "silent"
	flap := func(first, second *why.Facts, a, b time.Duration) (turned []Alarm) {
		for range 20 {
			x, _ := w.play(first, a)
			y, _ := w.play(second, b)
			turned = append(turned, append(x, y...)...)
		}
		return turned
	}
	if turned := flap(bad, well(), 59*time.Second, 5*time.Second); turned != nil {
		t.Errorf("raised: %+v", turned)
	}
	w.play(bad, 2*time.Minute)
	if turned := flap(well(), bad, 9*time.Second, 5*time.Second); turned != nil {
		t.Errorf("cleared: %+v", turned)
	}
}

func TestACertificateThatIsNotRenewedBecomesCritical(t *testing.T) {
	var w watched
	f := well()
	f.NTS.Left = 29 * 24 * time.Hour
	w.play(f, time.Minute)
	f.NTS.Left = 6 * 24 * time.Hour
	w.play(f, time.Minute)
	all := w.All(begin.Add(w.at), &w.chain, "")
	if len(all) != 2 || all[0].Severity != Critical || !all[0].Cleared.IsZero() || all[1].Severity != Warning || all[1].Cleared.IsZero() {
		t.Errorf("%+v", all)
	}
}

func TestTheLastTwoHundredAreRememberedTheNewestFirst(t *testing.T) {
	var w watched
	bad := well()
	bad.Storage = "full"
	for range ring + 50 {
		w.play(bad, 2*time.Second)
		w.play(well(), 2*time.Second)
	}
	w.play(bad, 2*time.Second)
	all := w.All(begin.Add(w.at), &w.chain, "")
	if len(all) != ring+1 || !all[0].Cleared.IsZero() {
		t.Fatalf("%d alarms, the first %+v", len(all), all[0])
	}
	for i := range all[1:] {
		if d := all[i].Raised.Sub(all[i+1].Raised); d != 4*time.Second {
			t.Fatalf("%d: %v", i, d)
		}
	}
}

func TestWhileNothingTurnsNothingIsAllocated(t *testing.T) {
	var w watched
	f := well()
	f.Pulse.Word, f.Antenna = "silent", "open"
	w.play(f, time.Hour)
	at := hw.Raw(2 * time.Hour)
	if n := testing.AllocsPerRun(100, func() {
		at += hw.Raw(time.Second)
		w.chain.Set(f)
		w.Step(at, begin, &w.chain, f)
	}); n != 0 {
		t.Errorf("%v allocations a second", n)
	}
}

func BenchmarkStep(b *testing.B) {
	var w watched
	f := well()
	at := hw.Raw(time.Hour)
	for b.Loop() {
		at += hw.Raw(time.Second)
		w.chain.Set(f)
		w.Step(at, begin, &w.chain, f)
	}
}

// unplugged is a daemon whose receiver says nothing any more, in a state of the clock.
func unplugged(s discipline.State) *why.Facts {
	f := well()
	f.Receiver.Word, f.Pulse.Word, f.Clock.State, f.Clock.Silence = "silent", "silent", s, time.Hour
	if s == discipline.Holdover {
		f.Clock.GoodFor, f.Clock.Until = time.Hour, begin.Add(2*time.Hour)
	} else {
		f.Clock.Bound = 2 * time.Millisecond
	}
	return f
}

func told(turned []Alarm) (codes []Code) {
	for _, a := range turned {
		if a.Told {
			codes = append(codes, a.Code)
		}
	}
	return codes
}

func TestOneCauseMakesOneNoticeAndOneWhenAllOfItIsOver(t *testing.T) {
	var w watched
	turned, _ := w.play(unplugged(discipline.Holdover), 10*time.Minute)
	lost, after := w.play(unplugged(discipline.Unsynchronized), 10*time.Minute)
	if got := told(append(turned, lost...)); !slices.Equal(got, []Code{NoReceiver}) {
		t.Errorf("notices: %v", got)
	}
	if len(turned) != 3 || len(lost) != 2 || lost[0].Code != NotSynchronized || after[0] != 0 {
		t.Errorf("turned: %+v, then %+v after %v", turned, lost, after)
	}
	if !strings.Contains(turned[0].English.Text, "Clients are safe until 10:00 UTC") {
		t.Errorf("no forecast: %s", turned[0].English.Text)
	}
	all := w.All(begin.Add(w.at), &w.chain, why.ReceiverSilent)
	if len(all) != 4 || all[0].Code != NoReceiver || all[0].Because != "" || all[1].Because != NoReceiver || all[2].Because != NoReceiver || all[3].Code != HoldoverBegan {
		t.Errorf("listed: %+v", all)
	}
	recovering := well()
	recovering.Clock.State = discipline.Unsynchronized
	turned, _ = w.play(recovering, time.Minute)
	if got := told(turned); got != nil {
		t.Errorf("before all is over: %v", got)
	}
	turned, _ = w.play(well(), time.Minute)
	if got := told(turned); !slices.Equal(got, []Code{NoReceiver}) || turned[len(turned)-1].Cleared.IsZero() {
		t.Errorf("when it is over: %v", got)
	}
}

func TestWhatOutlivesItsCauseIsACauseOfItsOwn(t *testing.T) {
	var w watched
	w.play(unplugged(discipline.Holdover), 10*time.Minute)
	f := unplugged(discipline.Holdover)
	f.Receiver.Word = "ok"
	turned, after := w.play(f, 10*time.Minute)
	if got := told(turned); !slices.Equal(got, []Code{NoReceiver, NoPulse}) || after[0] < linger || !turned[1].Cleared.IsZero() {
		t.Errorf("%v after %v", got, after)
	}
	all := w.All(begin.Add(w.at), &w.chain, why.PulseSilent)
	if all[0].Code != NoPulse || all[1].Code != HoldoverBegan || all[1].Because != NoPulse {
		t.Errorf("%+v", all)
	}
}

func TestWhatAnAlarmSaysIsOfNow(t *testing.T) {
	var w watched
	f := unplugged(discipline.Holdover)
	f.Receiver.For = time.Minute
	w.play(f, 2*time.Minute)
	f.Receiver.For = 18 * time.Minute
	say := func() string {
		text, _ := w.All(begin.Add(w.at), &w.chain, "")[0].Now(f, why.English, begin.Add(w.at))
		return text
	}
	if !strings.Contains(say(), "for 18 min") {
		t.Error(say())
	}
	w.play(well(), 3*time.Second)
	if !strings.HasPrefix(say(), "Not so for 3 s") {
		t.Error(say())
	}
	w.play(well(), time.Minute)
	if !strings.HasPrefix(say(), "Over since 08:02:00 UTC, after 1 min 30 s.") {
		t.Error(say())
	}
}

func TestWhatFollowsIsBelowAllThatItFollowsFrom(t *testing.T) {
	place := func(c Code) int { return slices.IndexFunc(rules[:], func(r Rule) bool { return r.Code == c }) }
	for i, r := range rules {
		for _, c := range r.Follows {
			if place(c) < 0 || place(c) >= i {
				t.Errorf("%s follows from %s, which is not before it", r.Code, c)
			}
			for _, further := range rules[place(c)].Follows {
				if !r.follows(further) {
					t.Errorf("%s follows from %s, and so from %s", r.Code, c, further)
				}
			}
		}
	}
}
