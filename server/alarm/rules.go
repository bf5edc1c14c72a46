package alarm

import (
	"slices"
	"time"

	"gpsntpd/server/why"
)

// The codes.
const (
	NoReceiver      Code = "no_receiver"
	Antenna         Code = "antenna"
	LineFull        Code = "line_full"
	Spoofing        Code = "spoofing"
	Jamming         Code = "jamming"
	NoFix           Code = "no_fix"
	NoDate          Code = "no_date"
	FewSatellites   Code = "few_satellites"
	NoPulse         Code = "no_pulse"
	IrregularPulse  Code = "irregular_pulse"
	WrongEdge       Code = "wrong_edge"
	WrongSecond     Code = "wrong_second"
	Pairing         Code = "pairing"
	Contradicted    Code = "contradicted"
	Doubtful        Code = "doubtful"
	ServerWrong     Code = "server_wrong"
	ServersSilent   Code = "servers_silent"
	ReceiverJump    Code = "receiver_jump"
	Interference    Code = "interference"
	OtherDaemon     Code = "other_daemon"
	HoldoverBegan   Code = "holdover"
	NotSynchronized Code = "not_synchronized"
	Certificate     Code = "certificate"
	MasterKeys      Code = "master_keys"
	LeapTable       Code = "leap_table"
	Sensor          Code = "temperature_sensor"
	Storage         Code = "storage"
	Load            Code = "load"
	RateLimited     Code = "rate_limited"
	Denied          Code = "denied"
	BadKeys         Code = "bad_keys"
	SendFailed      Code = "send_failed"
)

// Rule says which states of the chain an alarm is raised for, and how long they
// have to last, or to be gone.
type Rule struct {
	Code         Code
	Severity     Severity
	Raise, Clear time.Duration
	Causes       []why.Code
	Follows      []Code // alarms that it follows from, where they are raised: all of them, with what these follow from
	Yields       Code   // to this one, at once
}

func (r *Rule) follows(c Code) bool { return slices.Contains(r.Follows, c) }

// What the alarms further down the way of time follow from.
var (
	noSky    = []Code{NoReceiver, Antenna, LineFull, Spoofing, Jamming}
	noTime   = []Code{NoReceiver, Antenna, LineFull, Spoofing, Jamming, NoFix, NoDate}
	noPulse  = []Code{NoReceiver, Antenna, LineFull, Spoofing, Jamming, NoFix}
	noPair   = []Code{NoReceiver, Antenna, LineFull, Spoofing, Jamming, NoFix, NoDate, NoPulse, IrregularPulse, WrongEdge}
	noSample = []Code{
		NoReceiver, Antenna, LineFull, Spoofing, Jamming, NoFix, NoDate, NoPulse, IrregularPulse, WrongEdge, WrongSecond, Pairing, Contradicted, Doubtful, ReceiverJump,
		Interference,
	}
)

// A cold receiver may take a quarter of an hour for its first fix; whether it
// gets one shows in its satellites long before.
const firstFix = 5 * time.Minute

// What the wire shows is an alarm with it: not_synchronized, once clients were served, and
// with it its cause, which waits no longer. A receiver that is silent and a clock in
// holdover change nothing on the wire but the root dispersion, which stays true: who is
// served has nothing to fear, so these wait until a hiccup would be over. Before the first
// answer no one has lost anything, and a start is no alarm.
var rules = [...]Rule{
	{NoReceiver, Critical, 30 * time.Second, 5 * time.Second, []why.Code{
		why.ReceiverMissing, why.ReceiverDenied, why.ReceiverBusy, why.ReceiverConsole, why.ReceiverLogin, why.ReceiverFailed, why.ReceiverSilent, why.ReceiverGarbage,
	}, nil, ""},
	{Antenna, Critical, 10 * time.Second, 30 * time.Second, []why.Code{why.AntennaOpen, why.AntennaShort}, nil, ""},
	{LineFull, Critical, 30 * time.Second, 30 * time.Second, []why.Code{why.LineFull}, nil, ""},
	{Spoofing, Critical, 10 * time.Second, time.Minute, []why.Code{why.Spoofed}, nil, ""},
	{Jamming, Warning, time.Minute, time.Minute, []why.Code{why.Jamming, why.Jammed}, nil, ""},
	{NoFix, Critical, firstFix, 30 * time.Second, []why.Code{why.NoFix, why.Jammed}, noSky, ""},
	{NoDate, Warning, 15 * time.Minute, 10 * time.Second, []why.Code{why.NoDate, why.NoTime, why.Unresolved}, noPulse, ""},
	{FewSatellites, Warning, 5 * time.Minute, 2 * time.Minute, []why.Code{why.FewSatellites}, noSky, ""},
	{NoPulse, Critical, time.Minute, 10 * time.Second, []why.Code{
		why.PulseMissing, why.PulseDenied, why.PulseBusy, why.PulseFailed, why.PulseSilent,
	}, noPulse, ""},
	{IrregularPulse, Warning, time.Minute, time.Minute, []why.Code{why.PulseIrregular}, noPulse, ""},
	{WrongEdge, Critical, 10 * time.Second, time.Minute, []why.Code{why.WrongEdge}, nil, ""},
	{WrongSecond, Critical, 10 * time.Second, time.Minute, []why.Code{why.OtherSecond}, []Code{WrongEdge}, ""},
	{Pairing, Warning, 2 * time.Minute, time.Minute, []why.Code{why.BadTime, why.Contradicts, why.Ambiguous, why.Discontinued, why.Disagrees, why.Unconfirmed}, noPair, ""},
	{Contradicted, Critical, 10 * time.Second, time.Minute, []why.Code{why.WitnessContradicted, why.WitnessRefuted}, nil, ""},
	{Doubtful, Warning, 30 * time.Second, time.Minute, []why.Code{why.WitnessDoubtful}, nil, Contradicted},
	{ServerWrong, Warning, 5 * time.Minute, 5 * time.Minute, []why.Code{why.WitnessWrong}, nil, ""},
	{ServersSilent, Warning, 10 * time.Minute, time.Minute, []why.Code{why.WitnessSilent}, nil, ""},
	{ReceiverJump, Warning, 0, 0, []why.Code{why.PhaseJumped}, nil, ""},
	{Interference, Warning, 0, 0, []why.Code{why.Interfered}, nil, ""},
	{OtherDaemon, Warning, 30 * time.Second, 30 * time.Second, []why.Code{why.RivalRunning}, nil, ""},
	{HoldoverBegan, Warning, time.Minute, 30 * time.Second, []why.Code{why.Holdover, why.HoldoverUnbelieved, why.Fallback, why.HoldoverHeld}, noSample, NotSynchronized},
	{NotSynchronized, Critical, 0, 10 * time.Second, []why.Code{
		why.HoldoverOver, why.OtherSecond, why.NeverConfirmed, why.Disbelieved, why.Recovering, why.SteppedBack,
	}, noSample, ""}, // for clients that were served: they see it at once
	{NotSynchronized, Critical, time.Minute, 10 * time.Second, []why.Code{
		why.OtherSecond, why.NeverConfirmed, why.AcquiringSentences, why.AcquiringOutliers,
	}, noSample, ""}, // before the first answer
	{Certificate, Warning, 0, 0, []why.Code{why.NTSExpiresSoon}, nil, ""},
	{Certificate, Critical, 0, 0, []why.Code{why.NTSExpiresNow, why.NTSExpired, why.NTSNoCertificate}, nil, ""},
	{MasterKeys, Warning, 0, 0, []why.Code{why.NTSKeysAnew}, nil, ""},
	{LeapTable, Warning, 0, 0, []why.Code{why.LeapExpiresSoon, why.LeapExpired}, nil, ""},
	{Sensor, Warning, time.Minute, 30 * time.Second, []why.Code{why.SensorDenied, why.SensorFailed, why.SensorSilent}, nil, ""},
	{Storage, Warning, 0, 0, []why.Code{why.StorageReadOnly, why.StorageFull, why.StorageFailed}, nil, ""},
	{Load, Warning, 30 * time.Second, time.Minute, []why.Code{why.Overloaded, why.NTPLost}, nil, ""},
	{RateLimited, Warning, 30 * time.Second, 2 * time.Minute, []why.Code{why.NTPRateLimited}, nil, ""},
	{Denied, Warning, 5 * time.Minute, 5 * time.Minute, []why.Code{why.NTPDenied}, nil, ""},
	{BadKeys, Warning, 5 * time.Minute, 5 * time.Minute, []why.Code{why.NTPBadKeys}, nil, ""},
	{SendFailed, Warning, time.Minute, 2 * time.Minute, []why.Code{why.NTPSendFailed}, nil, ""},
}

// Rules returns what raises and clears each alarm.
func Rules() []Rule { return append([]Rule{}, rules[:]...) }

// cause returns the state of the chain that is the reason for the alarm. Most
// receivers pulse only with a fix: without one, pulses are not missed yet.
func (r *Rule) cause(c *why.Chain) (why.Code, bool) {
	if r.Code == NotSynchronized && (r.Raise == 0) != c.Lost() {
		return "", false
	}
	fix := true
	for _, l := range c.Links() {
		fix = fix && l.Code != why.NoFix && l.Code != why.Jammed
		if slices.Contains(r.Causes, l.Code) && (fix || l.Code != why.PulseSilent) {
			return l.Code, true
		}
	}
	return "", false
}

// alarm is the alarm of r, as it is raised for a cause.
func (r *Rule) alarm(cause why.Code, now time.Time, f *why.Facts) *Alarm {
	return &Alarm{
		Code: r.Code, Severity: r.Severity, Cause: cause, Raised: now,
		English: r.say(cause, f, why.English), Chinese: r.say(cause, f, why.Chinese),
	}
}

// say has the forecast beside what leads to holdover: a notice is read elsewhere.
func (r *Rule) say(cause why.Code, f *why.Facts, l why.Language) (s Said) {
	s.Clause = f.Sentence(cause, l)
	s.Text, s.Remedy = f.Tell(cause, l)
	if forecast := f.Forecast(l); slices.Contains(noSample, r.Code) && forecast != "" {
		s.Text = l.Join(s.Text, forecast)
	}
	return s
}
