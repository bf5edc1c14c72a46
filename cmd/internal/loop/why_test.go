package loop

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/discipline/leap"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/server/alarm"
	"gpsntpd/server/why"
)

// story is something that happens to the daemon, and what it is to answer.
type story struct {
	name    string
	like    string                     // scenario; "" is calm
	faults  []sim.Fault                // of the machine
	machine func(*sim.Scenario)        // other changes of it
	config  func(*Config)              // of the loop
	outside func(*why.Facts)           // what others see
	play    time.Duration              // then …
	happens func(*testing.T, *Virtual) // …
	first   why.Code                   // the first cause now; "" for none
	has     []why.Code                 // states of the chain now
	seen    []why.Code                 // states that were the first cause at some time before
}

func at(d time.Duration) sim.Span  { return sim.Span{Duration: d} }
func by(d time.Duration) sim.Shift { return sim.Shift{Duration: d} }

// goesWrong is a fault that begins after 30 s and does not end.
func goesWrong(kind sim.Kind, shift time.Duration) []sim.Fault {
	return []sim.Fault{{Kind: kind, At: at(30 * time.Second), By: by(shift)}}
}

func says(bodies ...string) func(*testing.T, *Virtual) {
	return func(_ *testing.T, v *Virtual) {
		for _, body := range bodies {
			sum := byte(0)
			for i := range len(body) {
				sum ^= body[i]
			}
			v.Frame(hw.Frame{At: v.World.Clock.Read().Time, Protocol: hw.NMEA, Bytes: fmt.Appendf(nil, "$%s*%02X", body, sum)})
		}
	}
}

func port(s hw.State) func(*testing.T, *Virtual) {
	return func(_ *testing.T, v *Virtual) {
		v.ReceiverDevice(hw.Device{Path: "/dev/serial0", State: s})
		v.Play(time.Second)
	}
}

// shared opens a port that serves for something else as well.
func shared(s hw.State) func(*testing.T, *Virtual) {
	return func(_ *testing.T, v *Virtual) {
		v.ReceiverDevice(hw.Device{Path: "/dev/serial0", State: hw.Open, Baud: 9600, Beside: s})
		v.Play(3 * time.Second)
	}
}

func pulseDevice(s hw.State) func(*testing.T, *Virtual) {
	return func(_ *testing.T, v *Virtual) {
		v.PulseDevice(hw.Device{Path: "/dev/pps0", State: s})
		v.Play(time.Second)
	}
}

func sensorDevice(s hw.State) func(*testing.T, *Virtual) {
	return func(_ *testing.T, v *Virtual) {
		v.SensorDevice(hw.Device{Path: "cpu-thermal", State: s})
		v.Play(time.Second)
	}
}

// nudged is a foreign step of the clock.
func nudged(d, after time.Duration) func(*testing.T, *Virtual) {
	return func(t *testing.T, v *Virtual) {
		if err := v.World.Clock.Step(d); err != nil {
			t.Fatal(err)
		}
		v.Play(after)
	}
}

func coarse(c *Config)   { c.PulseOff = true }
func limited(c *Config)  { c.Options.MaxError = 20 * time.Microsecond }
func generous(c *Config) { c.PulseOff, c.Options.MaxError = true, time.Second }

func listUntil(left time.Duration) func(*Config) {
	return func(c *Config) { c.Leaps = leap.Table{Expires: begin.Add(left).Std().Unix()} }
}

// leaping is a list with a leap second twelve hours after the beginning.
func leaping(c *Config) {
	ntp := begin.Std().Unix() + 2_208_988_800
	table, err := leap.Parse(fmt.Sprintf("#$ %d\n#@ %d\n%d 36\n%d 37\n", ntp, ntp+1e8, ntp-1e8, ntp+12*3600))
	if err == nil {
		c.Leaps = table
	}
}

func pulseless(s *sim.Scenario) { s.Faults = append(s.Faults, sim.Fault{Kind: sim.NoPulse}) }

// speaking has the receiver say something else for some seconds.
func speaking(seconds int, bodies func(second int) []string) func(*testing.T, *Virtual) {
	return func(t *testing.T, v *Virtual) {
		v.source = nothing{}
		v.next()
		for i := range seconds {
			v.Play(time.Second)
			says(bodies(i)...)(t, v)
		}
	}
}

var stories = []story{
	{name: "all is well", play: time.Minute, has: []why.Code{
		why.OperationSteered, why.ReceiverOK, why.SentencesOK, why.AntennaUnsaid, why.FixOK, why.DateOK, why.PulseDeviceOK, why.PulseOK,
		why.PairingOK, why.PhaseOK, why.NobodyElse, why.Locked, why.NTPUnasked, why.NTSOff, why.LeapOK, why.SensorOff, why.StorageOff, why.LoadOK,
	}, seen: []why.Code{why.Learning, why.AcquiringSamples}},
	{name: "the first seconds", play: 1500 * time.Millisecond, first: why.NoPulseYet, has: []why.Code{why.Starting, why.LeapUnknown, why.NTPWarning}},
	{name: "a cold receiver", like: "default", play: 2 * time.Second, first: why.NoFix, has: []why.Code{why.Hidden}},
	{name: "no more sentences", faults: goesWrong(sim.NoSentences, 0), play: 50 * time.Second, first: why.ReceiverSilent, has: []why.Code{why.Holdover, why.Hidden}},
	{name: "unplugged", faults: goesWrong(sim.Unplugged, 0), play: time.Minute, first: why.ReceiverSilent, has: []why.Code{why.PulseSilent}},
	{name: "garbage", faults: goesWrong(sim.Garbage, 0), play: 50 * time.Second, first: why.ReceiverGarbage},
	{name: "no fix", faults: goesWrong(sim.NoFix, 0), play: 50 * time.Second, first: why.NoFix, has: []why.Code{why.PulseOK}},
	{name: "no date", faults: []sim.Fault{{Kind: sim.NoDate}}, play: time.Minute, first: why.NoDate, has: []why.Code{why.PulseOK, why.FixOK}},
	{name: "no pulse", faults: goesWrong(sim.NoPulse, 0), play: time.Minute, first: why.PulseSilent, has: []why.Code{why.Holdover, why.FixOK}},
	{name: "no time of day", play: time.Minute, happens: speaking(20, func(int) []string {
		return []string{"GPRMC,,A,4807.0380,N,01131.0000,E,0.02,31.66,,,,A", "GPGGA,,4807.0380,N,01131.0000,E,1,08,0.9,545.4,M,46.9,M,,"}
	}), first: why.NoTime},
	{name: "two dates at once", play: time.Minute, happens: speaking(8, func(i int) []string {
		return []string{fmt.Sprintf("GPZDA,0710%02d,21,09,2026,00,00", i), fmt.Sprintf("GPRMC,0710%02d,A,4807.0380,N,01131.0000,E,0.02,31.66,220926,,,A", i)}
	}), first: why.BadTime},
	{name: "a leap second", play: time.Minute, happens: speaking(1, func(int) []string {
		return []string{"GPRMC,235960,A,4807.0380,N,01131.0000,E,0.02,31.66,210926,,,A"}
	}), has: []why.Code{why.LeapSecond}},
	{name: "a time that is not confirmed", play: time.Minute, happens: frames(3, func(_ int, now time.Time) [][]byte {
		return [][]byte{pvt(now, unresolved, 20*time.Second)}
	}), first: why.PulseSilent, has: []why.Code{why.Unresolved}},
	{name: "UTC to a microsecond", play: time.Minute, happens: frames(3, func(_ int, now time.Time) [][]byte {
		return [][]byte{pvt(now, unknownUTC, 1019)}
	}), first: why.PulseSilent, has: []why.Code{why.UTCUnknown}},
	{name: "text and binary messages of different seconds", play: time.Minute, happens: frames(5, func(_ int, now time.Time) [][]byte {
		return [][]byte{text(rmcBody(now.Add(-3*time.Second).Format("150405"), now)), pvt(now, knownUTC, 20)}
	}), first: why.Contradicts},
	{name: "forged signals", play: time.Minute, happens: frames(5, func(_ int, now time.Time) [][]byte {
		return [][]byte{text(rmcBody(now.Format("150405"), now)), forged(now), pvt(now, knownUTC, 20)}
	}), first: why.Spoofed},
	{name: "interference", play: time.Minute, happens: frames(5, func(_ int, now time.Time) [][]byte {
		return [][]byte{pvt(now, knownUTC, 20), reception(2)}
	}), first: why.Jamming},
	{name: "too much interference", play: time.Minute, happens: frames(5, func(_ int, now time.Time) [][]byte {
		return [][]byte{text("GPRMC," + now.Format("150405") + ",V,,,,,,," + now.Format("020106") + ",,,N"), reception(3)}
	}), first: why.Jammed},
	{name: "a buffer that is full", play: time.Minute, happens: func(t *testing.T, v *Virtual) {
		says("GNTXT,01,01,00,txbuf alloc")(t, v)
		v.Play(2 * time.Second)
	}, first: why.LineFull},
	{name: "another date", faults: goesWrong(sim.WrongDate, -48*time.Hour), play: 50 * time.Second, first: why.Disagrees},
	{name: "an antenna that is off", faults: goesWrong(sim.Open, 0), play: 50 * time.Second, first: why.AntennaOpen, has: []why.Code{why.NoFix}},
	{name: "an antenna that was off", faults: []sim.Fault{{Kind: sim.Short, At: at(30 * time.Second), For: at(5 * time.Second)}}, play: time.Minute, has: []why.Code{why.AntennaOK}, seen: []why.Code{why.AntennaShort}},
	{name: "a short", play: 50 * time.Second, happens: says("PGTOP,11,1"), first: why.AntennaShort, has: []why.Code{why.Locked}},
	{name: "an antenna that is well", play: 50 * time.Second, happens: says("GPTXT,01,01,01,ANTENNA OK"), has: []why.Code{why.AntennaOK}},
	{name: "an internal antenna", play: 50 * time.Second, happens: says("PGTOP,11,2"), has: []why.Code{why.AntennaInternal}},
	{name: "no serial port", play: 50 * time.Second, happens: port(hw.Missing), first: why.ReceiverMissing},
	{name: "a serial port of others", play: 50 * time.Second, happens: port(hw.Denied), first: why.ReceiverDenied},
	{name: "a serial port in use", play: 50 * time.Second, happens: port(hw.Busy), first: why.ReceiverBusy},
	{name: "a serial port that is the console", play: 50 * time.Second, happens: port(hw.Console), first: why.ReceiverConsole},
	{name: "a serial port with a login", play: 50 * time.Second, happens: port(hw.Login), first: why.ReceiverLogin},
	{name: "a console that the configuration names", play: 50 * time.Second, happens: shared(hw.Console), first: why.ReceiverShared},
	{name: "a serial port that fails", play: 50 * time.Second, happens: port(hw.Failed), first: why.ReceiverFailed},
	{name: "no pulse device", play: 50 * time.Second, happens: pulseDevice(hw.Missing), first: why.PulseMissing},
	{name: "a pulse device of others", play: 50 * time.Second, happens: pulseDevice(hw.Denied), first: why.PulseDenied},
	{name: "a pulse device in use", play: 50 * time.Second, happens: pulseDevice(hw.Busy), first: why.PulseBusy},
	{name: "a pulse device that fails", play: 50 * time.Second, happens: pulseDevice(hw.Failed), first: why.PulseFailed},
	{name: "a pulse at another rate", play: time.Minute, happens: func(_ *testing.T, v *Virtual) {
		v.Stamped = func(e hw.Edge) hw.Edge {
			return hw.Edge{At: e.At.Add(time.Duration(e.Seq*e.Seq%97) * 4 * time.Millisecond), Seq: e.Seq}
		}
		v.Play(8 * time.Second)
	}, first: why.PulseIrregular},
	{name: "the wrong edge", happens: func(_ *testing.T, v *Virtual) {
		const width = 100 * time.Millisecond
		v.Stamped = func(e hw.Edge) hw.Edge { return hw.Edge{At: e.At.Add(width), Seq: e.Seq, Width: time.Second - width} }
		v.Play(3 * time.Minute)
	}, first: why.WrongEdge, has: []why.Code{why.OtherSecond}},
	{name: "sentences alone", machine: pulseless, config: coarse, play: time.Minute, first: why.AcquiringSentences, has: []why.Code{why.PulseOff}},
	{name: "sentences alone are enough", machine: pulseless, config: generous, play: 3 * time.Minute, has: []why.Code{why.LockedSentences}},
	{name: "a whole second off", faults: goesWrong(sim.OffBy, 3*time.Second), play: 2 * time.Minute, first: why.Disagrees, has: []why.Code{why.OtherSecond}},
	{name: "sentences that come with the next pulse", machine: func(s *sim.Scenario) { s.Receiver.Latency = at(985 * time.Millisecond) }, play: 40 * time.Second, first: why.Ambiguous},
	{name: "a line without a pause", play: 40 * time.Second, happens: func(t *testing.T, v *Virtual) {
		v.ReceiverDevice(hw.Device{Path: "/dev/serial0", State: hw.Open, Baud: 9600})
		for range 50 {
			says("GPGSV,1,1,04,02,44,123,38,05,37,056,33,12,62,287,44,25,15,315,27")(t, v)
			v.Play(60 * time.Millisecond)
		}
	}, first: why.LineFull},
	{name: "a receiver that corrects itself", faults: []sim.Fault{{Kind: sim.OffBy, At: at(2 * time.Second), By: by(3 * time.Second)}}, machine: func(s *sim.Scenario) {
		s.Receiver.Latency = at(60 * time.Millisecond)
	}, play: 20 * time.Second, seen: []why.Code{why.Discontinued}},
	{name: "the pulse jumps", faults: []sim.Fault{{Kind: sim.PulseShift, At: at(30 * time.Minute), By: by(300 * time.Microsecond)}}, play: 35 * time.Minute, first: why.PhaseJumped},
	{name: "the pulse has jumped and stays there", faults: []sim.Fault{{Kind: sim.PulseShift, At: at(30 * time.Minute), By: by(-300 * time.Microsecond)}}, play: 45 * time.Minute, seen: []why.Code{why.PhaseJumped}, has: []why.Code{why.PhaseOK, why.Locked}},
	{name: "someone nudges the clock", play: time.Minute, happens: nudged(3*time.Millisecond, time.Minute), first: why.Interfered},
	{name: "someone steps the clock", play: time.Minute, happens: nudged(300*time.Millisecond, 300*time.Millisecond), first: why.Interfered, has: []why.Code{why.SteppedBack}},
	{name: "another daemon", outside: func(f *why.Facts) { f.Rival = "chrony" }, play: time.Minute, first: why.RivalRunning},
	{name: "too long without pulses", config: limited, faults: goesWrong(sim.NoPulse, 0), play: 30 * time.Minute, first: why.PulseSilent, has: []why.Code{why.HoldoverOver}},
	{name: "noise beyond the limit", config: func(c *Config) { c.Options.MaxError = time.Microsecond }, like: "latency", play: time.Minute, first: why.AcquiringBound},
	{name: "a pulse that may always be late by more than the limit", config: func(c *Config) {
		c.EdgeLatency = func(hw.Device) time.Duration { return 1250 * time.Microsecond }
	}, play: time.Minute, first: why.AcquiringEdge},
	{name: "spikes from the start", faults: []sim.Fault{{Kind: sim.Spikes, By: by(1500 * time.Microsecond)}}, config: func(c *Config) {
		c.Options.MaxError = time.Microsecond
	}, play: 5 * time.Minute, seen: []why.Code{why.AcquiringOutliers}},
	{name: "spikes that never end", faults: goesWrong(sim.Spikes, 1500*time.Microsecond), config: limited, play: 5 * time.Minute, seen: []why.Code{why.Disbelieved}},
	{name: "a restart", config: func(c *Config) { c.Options.Frequency, c.Options.FrequencyError = 11*hw.PPM, warmError }, play: 10 * time.Second, seen: []why.Code{why.AcquiringResumed}},
	{name: "no sensor", like: "default", play: 3 * time.Minute, happens: sensorDevice(hw.Missing), has: []why.Code{why.SensorMissing}},
	{name: "a sensor that is not ours", like: "default", play: 3 * time.Minute, happens: sensorDevice(hw.Denied), first: why.SensorDenied},
	{name: "a sensor that fails", like: "default", play: 3 * time.Minute, happens: sensorDevice(hw.Failed), first: why.SensorFailed},
	{name: "a sensor that shows something", like: "default", play: 3 * time.Minute, has: []why.Code{why.SensorOK}},
	{name: "the list of leap seconds ends", config: listUntil(24 * time.Hour), play: time.Minute, first: why.LeapExpiresSoon},
	{name: "the list of leap seconds is over", config: listUntil(-24 * time.Hour), play: time.Minute, first: why.LeapExpired},
	{name: "a leap second tomorrow", config: leaping, play: time.Minute, has: []why.Code{why.LeapArmed}},
	{name: "a processor that does not keep up", play: time.Minute, happens: func(_ *testing.T, v *Virtual) {
		for range 30 {
			v.Edge(hw.Edge{At: v.World.Clock.Read().Time.Add(-400 * time.Millisecond)})
		}
		v.Play(2 * time.Second)
	}, first: why.Overloaded},
	{name: "a card that is read only", outside: func(f *why.Facts) { f.Storage, f.StoredAt = "read_only", "/var/lib/gpsntpd" }, play: time.Minute, first: why.StorageReadOnly},
	{name: "a certificate that ends", outside: func(f *why.Facts) { f.NTS = why.NTS{Word: "ok", Left: time.Hour} }, play: time.Minute, first: why.NTSExpiresNow},
	{name: "a flood of questions", outside: func(f *why.Facts) {
		f.NTP = why.NTP{Requests: 1000, Recent: why.Recent{Requests: 1000, RateLimited: 900}}
	}, play: time.Minute, first: why.NTPRateLimited},
}

// nothing is a source without events.
type nothing struct{}

func (nothing) Next() (sim.Event, bool) { return sim.Event{}, false }

// tell plays s and returns the loop at its end, and which codes were in the
// chain and the first cause at any time.
func (s *story) tell(t *testing.T) (v *Virtual, chained, first map[why.Code]bool) {
	scenario, err := sim.Load(map[bool]string{true: s.like, false: "calm"}[s.like != ""])
	if err != nil {
		t.Fatal(err)
	}
	scenario.Faults = append(scenario.Faults, s.faults...)
	if s.machine != nil {
		s.machine(&scenario)
	}
	v = NewVirtual(scenario, sim.NewMachine(scenario, begin), begin)
	c := v.Config
	c.Leaps, c.Outside = leap.Table{Expires: begin.Add(1000 * 24 * time.Hour).Std().Unix()}, s.outside
	if s.config != nil {
		s.config(&c)
	}
	c.Latest, c.Describe.Edge = &discipline.Latest{}, "assert"
	v.Loop = New(c)
	v.ReceiverDevice(hw.Device{Path: "/dev/serial0", State: hw.Open, Baud: 9600})
	v.PulseDevice(hw.Device{Path: "/dev/pps0", State: hw.Open})
	if scenario.Sensor.Present {
		v.SensorDevice(hw.Device{Path: "cpu-thermal", State: hw.Open})
	}
	chained, first = map[why.Code]bool{}, map[why.Code]bool{}
	v.Watch = func() {
		var chain why.Chain
		f := v.view().facts
		chain.Set(f)
		for _, l := range chain.Links() {
			chained[l.Code] = true
		}
		if l := chain.First(f.Clock.State); l != nil {
			first[l.Code] = true
		}
	}
	v.Play(s.play)
	if s.happens != nil {
		s.happens(t, v)
	}
	v.Watch()
	return v, chained, first
}

func TestTheLoopSaysWhatIsWrongInEveryStory(t *testing.T) {
	t.Parallel()
	met := map[why.Code]bool{}
	for _, s := range stories {
		v, chained, first := s.tell(t)
		maps.Copy(met, chained)
		var chain why.Chain
		f := v.view().facts
		chain.Set(f)
		l := chain.First(f.Clock.State)
		if l == nil {
			l = &why.Link{}
		}
		e := v.Why(why.English)
		if l.Code != s.first {
			t.Errorf("%s: the first cause is %q, want %q: %s", s.name, l.Code, s.first, e.Sentence)
		}
		for _, c := range s.has {
			if !chain.Has(c) {
				t.Errorf("%s: no %s in %v", s.name, c, chain.Links())
			}
		}
		for _, c := range s.seen {
			if !first[c] {
				t.Errorf("%s: %s was never the first cause: %v", s.name, c, slices.Sorted(maps.Keys(first)))
			}
		}
		if strings.ContainsAny(e.Sentence, "{}") || e.State != f.Clock.State.String() {
			t.Errorf("%s: %s: %s", s.name, e.State, e.Sentence)
		}
		t.Logf("%s: %s → %s", s.name, e.Sentence, e.Remedy)
	}
	elsewhere := []why.Part{why.PartDaemon, why.PartOperation, why.PartNTP, why.PartNTS, why.PartStorage} // not the loop's
	for _, s := range why.States() {
		if verdict := s.Part == why.PartWitness || s.Code == why.HoldoverHeld || s.Code == why.NeverConfirmed; verdict || s.Code == why.Fallback || s.Code == why.Client || s.Code == why.ReceiverOff {
			continue // TestEveryVerdictIsExplained, and the tests of fallback
		}
		if !met[s.Code] && !slices.Contains(elsewhere, s.Part) {
			t.Errorf("no story leads to %s", s.Code)
		}
	}
}

func TestToLookForAlarmsAllocatesNothing(t *testing.T) {
	s := story{faults: goesWrong(sim.NoPulse, 0), play: 5 * time.Minute, outside: func(f *why.Facts) { f.Storage = "ok" }}
	v, _, _ := s.tell(t)
	if n := testing.AllocsPerRun(100, func() { now := v.view(); v.alert(&now) }); n != 0 {
		t.Errorf("%v allocations a second", n)
	}
}

func TestAlarmsComeFromTheLoopWithWhatWasTheCase(t *testing.T) {
	s := story{faults: []sim.Fault{{Kind: sim.NoPulse, At: at(time.Minute), For: at(5 * time.Minute)}}, play: 4 * time.Minute}
	var turned []alarm.Alarm
	s.config = func(c *Config) { c.Observers = []Observer{{Alarm: func(a alarm.Alarm) { turned = append(turned, a) }}} }
	v, _, _ := s.tell(t)
	if len(turned) != 2 || turned[0].Code != alarm.NoPulse || turned[1].Code != alarm.HoldoverBegan {
		t.Fatalf("%+v", turned)
	}
	if a := turned[0]; a.Cause != why.PulseSilent || !strings.Contains(a.English.Text, "/dev/pps0") || !strings.Contains(a.English.Text, "Clients are safe until") || turned[1].Because != alarm.NoPulse || turned[1].Told || a.Raised.Sub(begin.Std()).Round(time.Second) != 123*time.Second {
		t.Errorf("raised after %v: %+v", a.Raised.Sub(begin.Std()), a)
	}
	v.Play(4 * time.Minute)
	if len(turned) != 4 || turned[2].Cleared.IsZero() || turned[3].Cleared.IsZero() {
		t.Errorf("%+v", turned)
	}
	if all := v.Alarms(why.English); len(all) != 2 || all[0].Cleared == nil {
		t.Errorf("%+v", all)
	}
}
