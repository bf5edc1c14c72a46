package why

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// example is a daemon of which everything is known.
func example() *Facts {
	return &Facts{
		Receiver: Receiver{Device: Device{"/dev/ttyAMA0", "ok", 3 * time.Minute}, Baud: 9600, Used: 9, InView: 14, NoFix: time.Second},
		Pulse:    Pulse{Device: Device{"/dev/pps0", "ok", 3 * time.Minute}, Edge: "assert", Seen: true, Interval: time.Second, Width: 100 * time.Millisecond},
		Pairing:  Pairing{Latency: 120 * time.Millisecond, Margin: 110 * time.Millisecond},
		Jumped:   time.Hour, Moved: time.Hour, MovedBy: 70 * time.Millisecond, Rival: "chrony",
		Clock: Clock{
			State: discipline.Locked, For: 3 * time.Minute, ByPulse: true, Bound: 4 * time.Microsecond, Limit: time.Millisecond,
			Stratum: 1, Samples: 180, Silence: 12 * time.Minute, GoodFor: 3 * time.Hour, Until: time.Date(2026, 11, 30, 18, 42, 5, 0, time.UTC), Outliers: 0.21,
		},
		NTP:     NTP{Requests: 100, Recent: Recent{Requests: 50, Denied: 20, RateLimited: 19, BadKeys: 18, SendFailed: 17, Lost: 16}},
		NTS:     NTS{Word: "ok", Left: 100 * 24 * time.Hour},
		Leap:    Leap{Known: true, Left: 200 * 24 * time.Hour},
		Witness: Witness{Verdict: discipline.Verdict{Word: discipline.Confirmed, Within: 0.0004}, Servers: 3, Answering: 2, Silence: 11 * time.Minute, Liar: "ntp3.lan"},
		Sensor:  Device{Path: "cpu-thermal", Word: "ok"}, StoredAt: "/var/lib/gpsntpd", Late: 130 * time.Millisecond,
		Socket: "/run/gpsntpd/control.sock",
	}
}

// well is example without what is only there for the words.
func well() *Facts {
	f := example()
	f.Rival, f.Late, f.NTP.Recent, f.Witness.Liar = "", 0, Recent{Requests: 50}, ""
	return f
}

var languages = []Language{English, Chinese}

func TestEveryStateHasItsOwnWordsAndRemedyInBothLanguages(t *testing.T) {
	codes := map[Code]bool{}
	said := map[string]Code{}
	once := func(text string, c Code) {
		if other, again := said[text]; again {
			t.Errorf("%s and %s say the same: %s", other, c, text)
		}
		said[text] = c
	}
	for _, s := range States() {
		if codes[s.Code] || s.Code == "" {
			t.Errorf("the code %q is there twice, or empty", s.Code)
		}
		codes[s.Code] = true
		for _, l := range languages {
			f := example()
			if change := circumstances[s.Code]; change != nil {
				change(f)
			}
			text, remedy := f.Tell(s.Code, l)
			once(text, s.Code)
			if (remedy == "") != (s.Condition == Good) {
				t.Errorf("%s is %s, and its remedy is %q", s.Code, s.Condition, remedy)
			}
			if remedy != "" {
				once(remedy, s.Code)
			}
			for _, words := range []string{text, remedy} {
				if strings.ContainsAny(words, "{}<>−") || blank.MatchString(words) {
					t.Errorf("%s: something is not filled in: %s", s.Code, words)
				}
				readable(t, s.Code, l, words)
			}
		}
	}
	if len(codes) < 80 {
		t.Errorf("only %d states", len(codes))
	}
}

// blank is what stands for a fact that is not known.
var blank = regexp.MustCompile(`(^|[ （(])-([ .,，。）)]|$)`)

// Chinese has full stops of its own, and neither language has room for more
// than some lines of a terminal.
func readable(t *testing.T, c Code, l Language, words string) {
	t.Helper()
	const most = 4 * 80 // columns
	width, han := 0, 0
	for _, r := range words {
		width++
		if unicode.Is(unicode.Han, r) {
			width++
			han++
		}
	}
	if width > most {
		t.Errorf("%s: %d columns: %s", c, width, words)
	}
	if words == "" {
		return
	}
	end := map[Language]string{English: ".", Chinese: "。"}[l]
	if !strings.HasSuffix(words, end) && !strings.HasSuffix(words, ").") && !strings.HasSuffix(words, "?") {
		t.Errorf("%s: no full stop: %s", c, words)
	}
	if (han > 0) != (l == Chinese) || l == Chinese && han < 3 {
		t.Errorf("%s: not in %s: %s", c, l, words)
	}
	if l == Chinese && regexp.MustCompile(`\p{Han}[,;:.!?]`).MatchString(words) {
		t.Errorf("%s: a half-width stop after Chinese: %s", c, words)
	}
	if regexp.MustCompile(`\p{Han} \p{Han}`).MatchString(words) {
		t.Errorf("%s: a space within Chinese: %s", c, words)
	}
	if regexp.MustCompile(`\p{Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Han}`).MatchString(words) {
		t.Errorf("%s: no space between Chinese and Latin: %s", c, words)
	}
	if strings.Contains(words, "  ") || strings.Contains(words, "。。") || strings.Contains(words, "..") {
		t.Errorf("%s: untidy: %s", c, words)
	}
}

// circumstances lead to every state of the daemon: what is wrong, and the code
// that is to be the first cause, or in the chain at least.
var circumstances = map[Code]func(*Facts){
	OperationSteered:   func(f *Facts) { f.Operation = Steered },
	OperationUnsteered: func(f *Facts) { f.Operation = NotSteered },
	OperationSimulated: func(f *Facts) { f.Operation = Simulated },
	OperationReplayed:  func(f *Facts) { f.Operation = Replayed },

	ReceiverOK: func(*Facts) {}, SentencesOK: func(*Facts) {}, FixOK: func(*Facts) {}, DateOK: func(*Facts) {},
	PulseDeviceOK: func(*Facts) {}, PulseOK: func(*Facts) {}, PairingOK: func(*Facts) {}, PhaseOK: func(*Facts) {},
	NobodyElse: func(*Facts) {}, Locked: func(*Facts) {}, NTPOK: func(*Facts) {}, NTSOK: func(*Facts) {}, LeapOK: func(*Facts) {},
	SensorOK: func(*Facts) {}, LoadOK: func(*Facts) {}, AntennaUnsaid: func(*Facts) {}, StorageOff: func(*Facts) {},

	ReceiverMissing: receiverIs("missing"), ReceiverDenied: receiverIs("denied"), ReceiverBusy: receiverIs("busy"),
	ReceiverConsole: receiverIs("console"), ReceiverLogin: receiverIs("login"),
	ReceiverShared: func(f *Facts) { f.Receiver.Beside = "console" },
	ReceiverFailed: receiverIs("failed"), ReceiverSilent: receiverIs("silent"), ReceiverGarbage: receiverIs("garbage"),
	NoFix: receiverIs("no_fix"), NoDate: receiverIs("no_date"), NoTime: receiverIs("no_time"), BadTime: receiverIs("bad_time"),
	LeapSecond: receiverIs("leap_second"),
	Unresolved: receiverIs("unresolved"), Contradicts: receiverIs("contradicts"), Spoofed: receiverIs("spoofed"),
	Jamming:       func(f *Facts) { f.Receiver.Jamming = "warning" },
	Jammed:        func(f *Facts) { f.Receiver.Jamming, f.Receiver.Word = "critical", "no_fix" },
	UTCUnknown:    func(f *Facts) { f.Receiver.Standard = "unknown" },
	PhaseUnseen:   func(f *Facts) { f.Jumped, f.Pulse.Seen = 0, false },
	FewSatellites: func(f *Facts) { f.Receiver.Used = 2 },
	AntennaOK:     func(f *Facts) { f.Antenna = "ok" }, AntennaOpen: func(f *Facts) { f.Antenna = "open" },
	AntennaShort: func(f *Facts) { f.Antenna = "short" }, AntennaInternal: func(f *Facts) { f.Antenna = "internal" },

	PulseOff: func(f *Facts) { f.Pulse.Word = "off" }, PulseMissing: pulseIs("missing"), PulseDenied: pulseIs("denied"),
	PulseBusy: pulseIs("busy"), PulseFailed: pulseIs("failed"), PulseSilent: pulseIs("silent"),
	PulseIrregular: pulseIs("irregular"), WrongEdge: pulseIs("wrong_edge"),

	NoPulseYet: pairs(refclock.ErrNoPulse), Glitch: pairs(refclock.ErrGlitch), Discontinued: pairs(refclock.ErrDiscontinued), Ambiguous: pairs(refclock.ErrAmbiguous), LineFull: pairs(refclock.ErrLineFull),
	Learning: pairs(refclock.ErrLearning), Disagrees: pairs(refclock.ErrDisagrees), Unconfirmed: pairs(refclock.ErrUnconfirmed),
	PhaseJumped: func(f *Facts) { f.Jumped = time.Minute },

	WitnessConfirmed:    saysOf(discipline.Confirmed),
	WitnessAlone:        saysOf(discipline.Alone),
	WitnessDoubtful:     saysOf(discipline.Doubtful),
	WitnessContradicted: saysOf(discipline.Contradicted),
	WitnessRefuted:      saysOf(discipline.Refuted),
	WitnessSilent:       func(f *Facts) { f.Witness.Answering = 0 },
	WitnessWrong:        func(f *Facts) { f.Witness.Verdict.Word, f.Witness.Liar = discipline.Confirmed, "ntp3.lan" },

	RivalRunning: func(f *Facts) { f.Rival = "chrony" },
	Interfered:   func(f *Facts) { f.Moved = time.Minute },

	Starting:          clockIs(func(c *Clock) { c.State = discipline.Starting }),
	AcquiringStep:     acquires(discipline.WaitSample, true),
	AcquiringSamples:  acquires(discipline.WaitSamples, true),
	AcquiringOutliers: acquires(discipline.WaitOutliers, true),
	AcquiringBound:    acquires(discipline.WaitBound, true),
	AcquiringEdge: clockIs(func(c *Clock) {
		c.State, c.Wait, c.Edge, c.Bound = discipline.Acquiring, discipline.WaitBound, 1250*time.Microsecond, 1252*time.Microsecond
	}),
	AcquiringSentences: acquires(discipline.WaitBound, false),
	AcquiringResumed: clockIs(func(c *Clock) {
		c.State, c.Wait, c.Resumed = discipline.Acquiring, discipline.WaitSamples, true
	}),
	LockedSentences:    clockIs(func(c *Clock) { c.ByPulse = false }),
	HoldoverUnbelieved: clockIs(func(c *Clock) { c.State = discipline.Holdover }),
	HoldoverHeld: func(f *Facts) { // the verdict has just ended, and holds for a while
		f.Clock.State, f.Witness.Verdict.Word, f.Witness.Verdict.Hold = discipline.Holdover, discipline.Confirmed, true
	},
	NeverConfirmed: func(f *Facts) {
		f.Clock.State, f.Clock.Doubted, f.Witness.Verdict.Word, f.Witness.Verdict.Unsynchronized = discipline.Unsynchronized, true, discipline.Confirmed, true
	},
	Holdover: func(f *Facts) {
		f.Clock.State, f.Pulse.Word = discipline.Holdover, "silent"
	},
	HoldoverOver: clockIs(func(c *Clock) { c.State, c.Bound = discipline.Unsynchronized, 2*time.Millisecond }),
	OtherSecond:  clockIs(func(c *Clock) { c.State, c.Doubted = discipline.Unsynchronized, true }),
	Disbelieved: clockIs(func(c *Clock) {
		c.State, c.Silence, c.Wait = discipline.Unsynchronized, time.Second, discipline.WaitOutliers
	}),
	Recovering: clockIs(func(c *Clock) { c.State, c.Silence = discipline.Unsynchronized, time.Second }),
	SteppedBack: func(f *Facts) {
		f.Clock.State, f.Moved = discipline.Unsynchronized, time.Second
	},

	Client: func(f *Facts) {
		f.Receiver.Word, f.Pulse.Word = hw.Off, hw.Off
		f.Clock.State, f.Clock.Servers, f.Clock.Stratum = discipline.Client, 2, 3
	},
	ReceiverOff: func(f *Facts) { f.Receiver.Word, f.Pulse.Word, f.Clock.State = hw.Off, hw.Off, discipline.Starting },
	Fallback:    clockIs(func(c *Clock) { c.State, c.Servers, c.Stratum = discipline.Fallback, 2, 3 }),

	NTPUnasked:       func(f *Facts) { f.NTP.Requests = 0 },
	NTPWarning:       clockIs(func(c *Clock) { c.State = discipline.Unsynchronized }),
	NTPDenied:        func(f *Facts) { f.NTP.Recent.Denied = 13 },
	NTPRateLimited:   func(f *Facts) { f.NTP.Recent.RateLimited = 13 },
	NTPBadKeys:       func(f *Facts) { f.NTP.Recent.BadKeys = 13 },
	NTPSendFailed:    func(f *Facts) { f.NTP.Recent.SendFailed = 13 },
	NTPLost:          func(f *Facts) { f.NTP.Recent.Lost = 30 },
	NTSOff:           func(f *Facts) { f.NTS.Word = "off" },
	NTSNoCertificate: func(f *Facts) { f.NTS.Word = "no_certificate" },
	NTSNoDate:        func(f *Facts) { f.NTS.Word = "no_date" },
	NTSExpiresSoon:   func(f *Facts) { f.NTS.Left = 29 * 24 * time.Hour },
	NTSExpiresNow:    func(f *Facts) { f.NTS.Left = 6 * 24 * time.Hour },
	NTSKeysAnew:      func(f *Facts) { f.NTS.Anew = true },
	NTSExpired:       func(f *Facts) { f.NTS.Word, f.NTS.Left = "expired", -time.Hour },

	LeapArmed: func(f *Facts) { f.Leap.Armed = true }, LeapUnknown: func(f *Facts) { f.Leap.Known = false },
	LeapExpiresSoon: func(f *Facts) { f.Leap.Left = 59 * 24 * time.Hour }, LeapExpired: func(f *Facts) { f.Leap.Left = -time.Hour },
	SensorOff: sensorIs("off"), SensorMissing: sensorIs("missing"), SensorDenied: sensorIs("denied"), SensorFailed: sensorIs("failed"),
	SensorSilent: sensorIs("silent"),
	StorageOK:    storageIs("ok"), StorageReadOnly: storageIs("read_only"), StorageFull: storageIs("full"), StorageFailed: storageIs("failed"),
	Overloaded: func(f *Facts) { f.Late = 200 * time.Millisecond },
	Hidden:     receiverIs("missing"),
}

func receiverIs(word hw.State) func(*Facts) { return func(f *Facts) { f.Receiver.Word = word } }
func pulseIs(word hw.State) func(*Facts)    { return func(f *Facts) { f.Pulse.Word = word } }
func saysOf(word discipline.Word) func(*Facts) {
	return func(f *Facts) { f.Witness.Verdict.Word = word }
}
func pairs(r *refclock.Reason) func(*Facts) { return func(f *Facts) { f.Pairing.Reason = r } }
func sensorIs(word hw.State) func(*Facts)   { return func(f *Facts) { f.Sensor.Word = word } }
func storageIs(word Disk) func(*Facts)      { return func(f *Facts) { f.Storage = word } }
func clockIs(set func(*Clock)) func(*Facts) {
	return func(f *Facts) { set(&f.Clock) }
}

func acquires(w discipline.Wait, byPulse bool) func(*Facts) {
	return clockIs(func(c *Clock) { c.State, c.Wait, c.ByPulse = discipline.Acquiring, w, byPulse })
}

func TestEveryStateOfTheTableIsReachedAndAnsweredOnItsOwn(t *testing.T) {
	answers := map[string]Code{}
	for _, s := range States() {
		change := circumstances[s.Code]
		if change == nil && s.Part != PartDaemon {
			t.Errorf("nothing leads to %s", s.Code)
		}
		if change == nil {
			continue
		}
		f := well()
		change(f)
		var c Chain
		c.Set(f)
		if !c.Has(s.Code) {
			t.Errorf("%s is not in the chain %v", s.Code, c.Links())
		}
		if s.Condition != Bad {
			continue
		}
		for _, l := range languages {
			e := f.Explain(l)
			clause := f.Clause(s.Code, l)
			_, remedy := f.Tell(s.Code, l)
			if !strings.Contains(e.Sentence, clause) || e.Remedy != remedy {
				t.Errorf("%s is not the first cause: %s %s", s.Code, e.Sentence, e.Remedy)
			}
			if other, again := answers[e.Sentence]; again {
				t.Errorf("%s and %s are answered alike: %s", other, s.Code, e.Sentence)
			}
			answers[e.Sentence] = s.Code
		}
	}
}

func TestTheFirstCauseIsNamedWithWhatIsWellNevertheless(t *testing.T) {
	f := well()
	f.Clock.State, f.Receiver.Word = discipline.Starting, "no_date"
	const english = "Not stratum 1 yet: pulses arrive (1.000000 s apart) and 9 satellites are used, but the receiver has not sent a date yet. " +
		"A cold u-blox needs up to 12.5 min for UTC parameters; 3 min so far."
	const chinese = "尚未达到层级 1 (stratum 1)：秒脉冲 (PPS) 正常到达（间隔 1.000000 秒），已使用 9 颗卫星，但是接收机还没有给出日期。" +
		"冷启动的 u-blox 最长需要 12.5 分钟才能收到 UTC 参数，目前已过 3 分钟。"
	for l, want := range map[Language]string{English: english, Chinese: chinese} {
		if e := f.Explain(l); e.Sentence != want {
			t.Errorf("%s\nwant\n%s", e.Sentence, want)
		}
	}
	f.Receiver.Word, f.Pulse.Word = "missing", "silent" // both are wrong: the one that time meets first
	e := f.Explain(English)
	if !strings.Contains(e.Sentence, "/dev/ttyAMA0 is not there") {
		t.Error(e.Sentence)
	}
	for _, told := range e.Links {
		if hidden := told.Part == PartSentences || told.Part == PartDate || told.Part == PartPairing || told.Part == PartWitness || told.Part == PartPhase; (told.Condition == Unknown) != hidden && told.Part != PartFix && told.Part != PartAntenna {
			t.Errorf("%s is %s", told.Part, told.Condition)
		}
	}
}

func TestWhenAllIsWellThereIsNothingToDo(t *testing.T) {
	for l, want := range map[Language]string{English: "Nothing to do.", Chinese: "无需操作。"} {
		if e := well().Explain(l); e.Remedy != want || strings.Contains(e.Sentence, "but") || strings.Contains(e.Sentence, "但是") {
			t.Errorf("%s %s", e.Sentence, e.Remedy)
		}
	}
}

func TestTheChainAllocatesNothing(t *testing.T) {
	f := well()
	var c Chain
	if n := testing.AllocsPerRun(100, func() { c.Set(f); c.First(f.Clock.State) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkChain(b *testing.B) {
	f := well()
	var c Chain
	for b.Loop() {
		c.Set(f)
	}
}

func TestWhatIsOverSaysSoInBothLanguages(t *testing.T) {
	raised := time.Date(2026, 11, 30, 13, 19, 4, 0, time.UTC)
	ended := raised.Add(12 * time.Minute)
	for l, want := range map[Language][2]string{
		English: {"Over since 13:31 UTC, after 12 min. Reported at 13:19 UTC: No pulses.", "Not so for 7 s; it is cleared soon. Reported at 13:19 UTC: No pulses."},
		Chinese: {"已于 13:31 UTC 结束，持续 12 分钟。13:19 UTC 报告的情况：No pulses.", "该情况已消失 7 秒，即将解除告警。13:19 UTC 报告的情况：No pulses."},
	} {
		if got := l.Over("No pulses.", raised, ended, time.Time{}); got != want[0] {
			t.Errorf("%s\nwant\n%s", got, want[0])
		}
		if got := l.Over("No pulses.", raised, ended, ended.Add(7*time.Second)); got != want[1] {
			t.Errorf("%s\nwant\n%s", got, want[1])
		}
	}
}
