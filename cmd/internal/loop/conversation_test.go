package loop

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
	"gpsntpd/refclock/configure"
)

// trialSeeds is how many seeds each receiver is played with in each trouble.
var trialSeeds = flag.Int("seeds", 2, "seeds of TestEveryReceiverInEveryTrouble")

// talk is a receiver, and what has come of it.
type talk struct {
	*Virtual
	module *sim.Module
	start  sim.Truth
	named  time.Duration // after the start, when the second was first named; 0: never
	wrong  time.Duration // by how much it was, at worst
}

// converse is a receiver of the kind name that is switched on, at any time of a second,
// beside a clock that is half an hour off.
func converse(t *testing.T, name string, seed uint64, o configure.Options, baud int, troubles ...sim.Trouble) *talk {
	t.Helper()
	s, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	s.Seed, s.Clock.Offset.Duration = seed, 1700*time.Second
	begin := time.Date(2026, 5, 6, 7, 8, 9, int(seed*7919%1000)*1e6, time.UTC)
	c := &talk{start: sim.Truth(begin.UnixNano())}
	machine := sim.NewMachine(s, c.start)
	if c.module, err = sim.NewModule(name, c.start, seed, troubles...); err != nil {
		t.Fatal(err)
	}
	machine.Attach(c.module)
	c.Virtual = NewConversation(s, machine, c.start, Config{Receiver: o}, baud)
	c.Watch = c.look
	return c
}

func (c *talk) look() {
	s := c.Latest.Load()
	named := s.LastSample != 0 && c.Pairer.Named()
	if named && c.named == 0 {
		c.named = c.World.Now.Sub(c.start)
	}
	if !named && !s.StateAt(c.World.Clock.Read().Time).Synchronized() {
		return
	}
	if off := c.World.Offset().Abs(); off > time.Second/2 {
		c.wrong = max(c.wrong, off)
	}
}

// until lets time pass until nothing more is to be expected, for at least so long.
func (c *talk) until(least time.Duration) {
	const most = 5 * time.Minute
	const rest = 10 // seconds, in which it shows whether that is the end
	over := 0
	for passed := time.Duration(0); passed < most && over < rest; passed += time.Second {
		c.Play(time.Second)
		over++
		if p := c.setup.Phase(); passed < least || c.named == 0 || p != configure.Done && p != configure.Unanswered && p != configure.NotKnown {
			over = 0
		}
	}
}

// said lists the settings that are not as wanted, with the reason.
func (c *talk) said() (all []string) {
	for _, s := range c.Setup().Settings {
		if s.State != configure.Right {
			all = append(all, fmt.Sprintf("%s: %s, is %q", s.Name, s.State, s.Actual))
		}
	}
	return all
}

var auto = configure.Options{Mode: configure.Auto}

func TestEveryReceiverIsSetUp(t *testing.T) {
	for _, name := range sim.Modules() {
		c := converse(t, name, 1, auto, 0)
		c.until(0)
		want := configure.Done
		if name == "clone" {
			want = configure.Unanswered
		}
		unread := 0
		if name == "l76k" || name == "mtk3339" {
			unread = 1 // the pulse
		}
		if r := c.Setup(); r.Phase != want || len(c.said()) != unread {
			t.Errorf("%s: %s, %q", name, r.Phase, c.said())
		}
		if w := c.module.Wrong(); len(w) > 0 && name != "clone" {
			t.Errorf("%s: %q", name, w)
		}
	}
}

// trial is what goes wrong with a receiver, and how it may end.
type trial struct {
	name     string
	least    time.Duration // it is played for
	troubles func(seed uint64) []sim.Trouble
	endless  bool // it begins again and again
	heals    bool // all is as wanted in the end, if the receiver answers at all
}

func troubles(all ...sim.Trouble) func(uint64) []sim.Trouble {
	return func(uint64) []sim.Trouble { return all }
}

var speeds = [...]int{4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600}

var trials = []trial{
	{name: "none", troubles: troubles(), heals: true},
	{name: "at any speed", troubles: func(seed uint64) []sim.Trouble { return []sim.Trouble{sim.Speaks(speeds[1+seed%8])} }, heals: true},
	{name: "cold", troubles: troubles(sim.FixAfter(40 * time.Second)), heals: true},
	{name: "its leap seconds are not known yet", least: 90 * time.Second, troubles: troubles(sim.LeapUnknown(time.Minute, -2*time.Second)), heals: true},
	{name: "answers are lost", troubles: troubles(sim.LosesAnswers(0.3))},
	{name: "most answers are lost", troubles: troubles(sim.LosesAnswers(0.7))},
	{name: "answers are late", troubles: troubles(sim.AnswersLate(900 * time.Millisecond)), heals: true},
	{name: "answers are later than is waited for", troubles: troubles(sim.AnswersLate(1500 * time.Millisecond))},
	{name: "everything is refused", troubles: troubles(sim.Refuses())},
	{name: "everything is confirmed, nothing done", troubles: troubles(sim.Lies())},
	{name: "clamped", troubles: troubles(sim.Clamps())},
	{name: "it hears nothing", troubles: troubles(sim.Mute())},
	{name: "noise", troubles: troubles(sim.Noisy(0.0005))},
	{name: "much noise", troubles: troubles(sim.Noisy(0.01)), endless: true},
	{name: "the line is full", troubles: troubles(sim.Overfull())},
	{name: "behind by seconds", least: 20 * time.Second, troubles: func(seed uint64) []sim.Trouble {
		return []sim.Trouble{sim.Behind(time.Duration(500+seed%30*100) * time.Millisecond)}
	}},
	{name: "the line is full, and its speed stays", troubles: troubles(sim.Overfull(), sim.KeepsSpeed())},
	{name: "the pulse runs free", troubles: troubles(sim.FreeRunning(), sim.FixAfter(20*time.Second))},
	{name: "it reboots while it is set", least: 30 * time.Second, troubles: func(seed uint64) []sim.Trouble {
		return []sim.Trouble{sim.Reboots(2*time.Second + time.Duration(seed%97)*100*time.Millisecond)}
	}},
	{name: "it reboots later", least: 2 * time.Minute, troubles: troubles(sim.Reboots(70 * time.Second)), heals: true},
	{name: "brown-out", least: 3 * time.Minute, troubles: func(seed uint64) []sim.Trouble {
		return []sim.Trouble{sim.FallsBack(50*time.Second, speeds[1+seed%5])}
	}},
	{name: "several", least: 90 * time.Second, troubles: func(seed uint64) []sim.Trouble {
		return []sim.Trouble{sim.Overfull(), sim.LosesAnswers(0.2), sim.Noisy(0.0002), sim.Reboots(time.Duration(20+seed%30) * time.Second)}
	}},
}

func TestEveryReceiverInEveryTrouble(t *testing.T) {
	for _, name := range sim.Modules() {
		for _, r := range trials {
			ends := map[configure.Phase]int{}
			unnamed, fell := 0, 0
			for seed := range uint64(*trialSeeds) {
				c := converse(t, name, seed, auto, 0, r.troubles(seed)...)
				c.until(r.least)
				report := c.Setup()
				ends[report.Phase]++
				at := fmt.Sprintf("%s, %s, seed %d", name, r.name, seed)
				if c.wrong != 0 {
					t.Errorf("%s: the clock was wrong by %v", at, c.wrong)
				}
				if c.named == 0 {
					unnamed++
				}
				if !r.endless && !slices.Contains([]configure.Phase{configure.Done, configure.Unanswered, configure.NotKnown}, report.Phase) {
					t.Errorf("%s: %s after 5 min", at, report.Phase)
				}
				done := report.Phase == configure.Done && len(c.said()) == 0
				if wrong := c.module.Wrong(); done && len(wrong) > 0 {
					t.Errorf("%s: nothing is said of %q", at, wrong)
				}
				if !done {
					fell++
				}
				unread := len(c.said()) == 1 && strings.Contains(c.said()[0], string(configure.Unread))
				if r.heals && name != "clone" && !done && !(unread && report.Phase == configure.Done) {
					t.Errorf("%s: %s, %q", at, report.Phase, c.said())
				}
			}
			t.Logf("%-8s %-40s %v, not as wanted %d, never named %d", name, r.name, ends, fell, unnamed)
		}
	}
}

func TestAReceiverThatIsSecondsBehindNamesNone(t *testing.T) {
	for _, name := range sim.Modules() {
		for _, behind := range []time.Duration{900 * time.Millisecond, 1500 * time.Millisecond, 2500 * time.Millisecond} {
			c := converse(t, name, 1, configure.Options{Mode: configure.Off}, 0, sim.Behind(behind))
			c.Play(time.Minute)
			if c.wrong != 0 {
				t.Errorf("%s, %v behind: wrong by %v", name, behind, c.wrong)
			}
			if c.fixReason != refclock.ErrLineFull {
				t.Errorf("%s, %v behind: it says %v", name, behind, c.fixReason)
			}
		}
	}
}

func TestWhatTheOperatorChoosesIsSetOrItIsSaidThatItIsNot(t *testing.T) {
	o := configure.Options{Mode: configure.Auto, ElevationMask: new(15), CableDelay: new(25 * time.Nanosecond), Constellations: []string{"galileo", "gps"}}
	for name, want := range map[string]configure.State{"ublox-8": configure.Right, "f9t": configure.Right, "l76k": configure.Unable, "mtk3339": configure.Unable, "lc29h": configure.Unable} {
		c := converse(t, name, 1, o, 0)
		c.until(0)
		n := 0
		for _, s := range c.Setup().Settings {
			if s.Name == "elevation mask" || s.Name == "cable delay" || s.Name == "constellations" {
				if n++; s.State != want {
					t.Errorf("%s: %s is %s (%s), want %s", name, s.Name, s.State, s.Actual, want)
				}
			}
		}
		if n != 3 {
			t.Errorf("%s: %d of 3 settings", name, n)
		}
	}
}

func TestATimingReceiverSurveysItsPositionOnceAndAgainWhereItWasMoved(t *testing.T) {
	for _, name := range []string{"ublox-8", "f9t"} {
		c := converse(t, name, 1, auto, 0)
		var found configure.Position
		c.Surveyed = func(p configure.Position) { found = p }
		state := func() string {
			for _, s := range c.Setup().Settings {
				if s.Name == "position" {
					return string(s.State) + ": " + s.Actual
				}
			}
			return ""
		}
		c.Play(5 * time.Minute)
		if s := state(); found.Known() || s != "ok: survey for at least 2000 s" {
			t.Errorf("%s, at first: %v, %q", name, found, s)
		}
		c.Play(40 * time.Minute)
		if s := state(); !found.Known() || s != "ok: fixed, to 0.9 m" {
			t.Fatalf("%s, when it is surveyed: %v, %q", name, found, s)
		}
		for off, want := range map[int]string{0: "ok: fixed, to 0.9 m", 1_000_00: "ok: survey for at least 2000 s"} {
			o := auto
			o.Position = found
			o.Position.X += off
			c = converse(t, name, 2, o, 0)
			if c.Play(2 * time.Minute); state() != want {
				t.Errorf("%s, %d cm from where it was: %q, want %q", name, off, state(), want)
			}
		}
	}
}

func TestNotOneByteIsSentToAReceiverThatIsOff(t *testing.T) {
	for _, name := range sim.Modules() {
		c := converse(t, name, 1, configure.Options{Mode: configure.Off}, 0, sim.Overfull(), sim.Reboots(20*time.Second))
		c.Play(time.Minute)
		if c.module.Heard != 0 {
			t.Errorf("%s: %d bytes", name, c.module.Heard)
		}
		if c.wrong != 0 { // its line is full, and stays so
			t.Errorf("%s: wrong by %v", name, c.wrong)
		}
	}
}

// namedWithin is how soon half of all receivers are to have named a second after their
// power came, on a line whose speed no one knows.
const namedWithin = 6 * time.Second

func TestASecondIsNamedSoonAtAnySpeed(t *testing.T) {
	var all []time.Duration
	for _, name := range sim.Modules() {
		for _, baud := range speeds[1:] {
			var these []time.Duration
			for seed := range uint64(*trialSeeds) {
				c := converse(t, name, seed, auto, 0, sim.Speaks(baud))
				for c.named == 0 && c.World.Now.Sub(c.start) < time.Minute {
					c.Play(time.Second)
				}
				if c.named == 0 || c.wrong != 0 {
					t.Errorf("%s at %d, seed %d: never named, or wrong by %v", name, baud, seed, c.wrong)
				}
				these = append(these, c.named)
			}
			slices.Sort(these)
			t.Logf("%-8s at %6d: median %5.2f s, worst %5.2f s", name, baud, these[len(these)/2].Seconds(), these[len(these)-1].Seconds())
			all = append(all, these...)
		}
	}
	slices.Sort(all)
	if m := all[len(all)/2]; m > namedWithin {
		t.Errorf("half of all receivers take more than %v", m)
	} else {
		t.Logf("median %.2f s, 90 %% %.2f s, worst %.2f s of %d", m.Seconds(), all[len(all)*9/10].Seconds(), all[len(all)-1].Seconds(), len(all))
	}
}
