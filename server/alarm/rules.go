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
	NoFix           Code = "no_fix"
	NoDate          Code = "no_date"
	FewSatellites   Code = "few_satellites"
	NoPulse         Code = "no_pulse"
	IrregularPulse  Code = "irregular_pulse"
	WrongEdge       Code = "wrong_edge"
	WrongSecond     Code = "wrong_second"
	Pairing         Code = "pairing"
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
}

// A cold receiver may take a quarter of an hour for its first fix; whether it
// gets one shows in its satellites long before.
const firstFix = 5 * time.Minute

var rules = [...]Rule{
	{NoReceiver, Critical, 30 * time.Second, 5 * time.Second, []why.Code{
		why.ReceiverMissing, why.ReceiverDenied, why.ReceiverBusy, why.ReceiverFailed, why.ReceiverSilent, why.ReceiverGarbage,
	}},
	{Antenna, Critical, 10 * time.Second, 30 * time.Second, []why.Code{why.AntennaOpen, why.AntennaShort}},
	{NoFix, Critical, firstFix, 30 * time.Second, []why.Code{why.NoFix}},
	{NoDate, Warning, 15 * time.Minute, 10 * time.Second, []why.Code{why.NoDate, why.NoTime}},
	{FewSatellites, Warning, 5 * time.Minute, 2 * time.Minute, []why.Code{why.FewSatellites}},
	{NoPulse, Critical, time.Minute, 10 * time.Second, []why.Code{
		why.PulseMissing, why.PulseDenied, why.PulseBusy, why.PulseFailed, why.PulseSilent,
	}},
	{IrregularPulse, Warning, time.Minute, time.Minute, []why.Code{why.PulseIrregular}},
	{WrongEdge, Critical, 10 * time.Second, time.Minute, []why.Code{why.WrongEdge}},
	{WrongSecond, Critical, 10 * time.Second, time.Minute, []why.Code{why.OtherSecond}},
	{Pairing, Warning, 2 * time.Minute, time.Minute, []why.Code{why.BadTime, why.Ambiguous, why.Discontinued, why.Disagrees, why.Unconfirmed}},
	{ReceiverJump, Warning, 0, 0, []why.Code{why.PhaseJumped}},
	{Interference, Warning, 0, 0, []why.Code{why.Interfered}},
	{OtherDaemon, Warning, 30 * time.Second, 30 * time.Second, []why.Code{why.RivalRunning}},
	{HoldoverBegan, Warning, time.Minute, 30 * time.Second, []why.Code{why.Holdover, why.HoldoverUnbelieved}},
	{NotSynchronized, Critical, time.Minute, 10 * time.Second, []why.Code{
		why.HoldoverOver, why.OtherSecond, why.Disbelieved, why.Recovering, why.SteppedBack,
		why.AcquiringSentences, why.AcquiringOutliers,
	}},
	{Certificate, Warning, 0, 0, []why.Code{why.NTSExpiresSoon}},
	{Certificate, Critical, 0, 0, []why.Code{why.NTSExpiresNow, why.NTSExpired, why.NTSNoCertificate}},
	{MasterKeys, Warning, 0, 0, []why.Code{why.NTSKeysAnew}},
	{LeapTable, Warning, 0, 0, []why.Code{why.LeapExpiresSoon, why.LeapExpired}},
	{Sensor, Warning, time.Minute, 30 * time.Second, []why.Code{why.SensorDenied, why.SensorFailed, why.SensorSilent}},
	{Storage, Warning, 0, 0, []why.Code{why.StorageReadOnly, why.StorageFull, why.StorageFailed}},
	{Load, Warning, 30 * time.Second, time.Minute, []why.Code{why.Overloaded, why.NTPLost}},
	{RateLimited, Warning, 30 * time.Second, 2 * time.Minute, []why.Code{why.NTPRateLimited}},
	{Denied, Warning, 5 * time.Minute, 5 * time.Minute, []why.Code{why.NTPDenied}},
	{BadKeys, Warning, 5 * time.Minute, 5 * time.Minute, []why.Code{why.NTPBadKeys}},
	{SendFailed, Warning, time.Minute, 2 * time.Minute, []why.Code{why.NTPSendFailed}},
}

// Rules returns what raises and clears each alarm.
func Rules() []Rule { return append([]Rule{}, rules[:]...) }

// cause returns the state of the chain that is the reason for the alarm. Most
// receivers pulse only with a fix: without one, pulses are not missed yet.
func (r Rule) cause(c *why.Chain) (why.Code, bool) {
	fix := true
	for _, l := range c.Links() {
		fix = fix && l.Code != why.NoFix
		if slices.Contains(r.Causes, l.Code) && (fix || l.Code != why.PulseSilent) {
			return l.Code, true
		}
	}
	return "", false
}

// alarm is the alarm of r, as it is raised for a cause.
func (r Rule) alarm(cause why.Code, now time.Time, f *why.Facts) *Alarm {
	a := &Alarm{Code: r.Code, Severity: r.Severity, Cause: cause, Raised: now}
	a.English.Text, a.English.Remedy = f.Tell(cause, why.English)
	a.Chinese.Text, a.Chinese.Remedy = f.Tell(cause, why.Chinese)
	return a
}

func newest(all []Alarm) {
	slices.SortStableFunc(all, func(a, b Alarm) int { return b.Raised.Compare(a.Raised) })
}
