package why

import (
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Thresholds of what is worth a word.
const (
	fewSatellites  = 4
	jumpedRecently = 10 * time.Minute
	movedRecently  = 10 * time.Minute
	tooLate        = 100 * time.Millisecond // smoothed
	largeShare     = 4                      // a quarter of the requests of the last minute …
	manyRequests   = 30                     // … of at least this many
	lostShare      = 20                     // one in twenty
	answersSoon    = 30 * time.Second       // a server that is there

	// CertificateSoon and CertificateNow are how long before its end the
	// certificate is a warning, and a critical one.
	CertificateSoon = 30 * 24 * time.Hour
	CertificateNow  = 7 * 24 * time.Hour
	// LeapSoon is how long before its end the list of leap seconds is.
	LeapSoon = 60 * 24 * time.Hour
)

// Link is one link of the chain.
type Link struct {
	Part      Part
	Code      Code
	Condition Condition
}

// Chain is the path of time as it is now, in a fixed place: it is worked out
// once a second, and allocates nothing.
type Chain struct {
	links [20]Link
	n     int
	alone bool // no one has moved the clock just now, whoever runs beside us
	lost  bool // the clock was synchronized, and is no longer
}

// Lost reports whether clients that were served are refused.
func (c *Chain) Lost() bool { return c.lost }

// Links returns the links in the order that time takes.
func (c *Chain) Links() []Link { return c.links[:c.n] }

// Has reports whether a link that can be judged has that code.
func (c *Chain) Has(code Code) bool {
	for _, l := range c.Links() {
		if l.Code == code {
			return true
		}
	}
	return false
}

// add appends a link, hidden if an earlier link hides it; it reports whether what
// comes after it can be judged.
func (c *Chain) add(p Part, code Code, visible bool) bool {
	l := Link{p, Hidden, Unknown}
	if visible {
		l.Code, l.Condition = code, state(code).Condition
	}
	c.links[c.n] = l
	c.n++
	return visible && l.Condition == Good
}

// Set works the chain out anew.
func (c *Chain) Set(f *Facts) {
	c.n = 0
	c.lost = f.Clock.State == discipline.Unsynchronized
	c.alone = f.Moved == 0 || f.Moved > justMoved
	c.add(PartOperation, operation(f), true)
	dated := c.receiver(f)
	pulsing := c.pulse(f)
	c.add(PartPairing, pairing(f), dated && pulsing)
	opinion := witnesses(&f.Witness)
	if f.Witness.Servers > 0 {
		c.add(PartWitness, opinion, dated && pulsing || opinion == WitnessSilent)
	}
	moved := phase(f)
	c.add(PartPhase, moved, pulsing || moved == PhaseJumped)
	c.add(PartRivals, rivals(f), true)
	c.add(PartClock, clock(f), true)
	c.add(PartNTP, ntp(f), true)
	c.add(PartNTS, nts(f), true)
	c.add(PartLeap, leap(f), true)
	c.add(PartTemperature, sensor(f), true)
	c.add(PartStorage, storage(f), true)
	load := LoadOK
	if f.Late > tooLate {
		load = Overloaded
	}
	c.add(PartLoad, load, true)
}

// receiver adds the links from the serial port to the date. An antenna that is
// open does not hide the fix, which may be there all the same.
func (c *Chain) receiver(f *Facts) (dated bool) {
	if f.Receiver.Word == hw.Off {
		return c.nothing(ReceiverOff, PartReceiver, PartSentences, PartAntenna, PartFix, PartDate)
	}
	how := port(&f.Receiver)
	open := c.add(PartReceiver, how, true) || how == ReceiverShared
	heard := c.add(PartSentences, sentences(f.Receiver.Word), open)
	c.add(PartAntenna, antenna(f.Antenna), heard)
	c.add(PartFix, fix(&f.Receiver), heard)
	fixed := heard && f.Receiver.Word != refclock.ErrNoFix.State() && f.Receiver.Word != refclock.ErrSpoofed.State()
	return c.add(PartDate, date(&f.Receiver), fixed)
}

// nothing adds links of which there is none to judge, the first with a code if it has one.
func (c *Chain) nothing(code Code, parts ...Part) bool {
	for i, p := range parts {
		c.add(p, code, i == 0 && code != "")
	}
	return false
}

func (c *Chain) pulse(f *Facts) (pulsing bool) {
	if f.Receiver.Word == hw.Off {
		return c.nothing("", PartPulseDevice, PartPulse)
	}
	if f.Pulse.Word == hw.Off {
		c.add(PartPulseDevice, PulseOff, true)
		return true
	}
	open := c.add(PartPulseDevice, pulseDevice(f.Pulse.Word), true)
	return c.add(PartPulse, pulse(f.Pulse.Word), open)
}

// First is the link that is the first cause of what is not right: of a clock
// that is not locked the first of the path that is not good; else the first
// that is bad. Nil when all is well.
func (c *Chain) First(s discipline.State) *Link {
	if s != discipline.Locked {
		for i := range c.n {
			l := &c.links[i]
			explains := l.Part != PartRivals || !c.alone
			if explains && (l.Condition == Bad || l.Condition == Waiting) {
				return l
			}
			if l.Part == PartClock {
				break
			}
		}
	}
	for i := range c.n {
		if c.links[i].Condition == Bad {
			return &c.links[i]
		}
	}
	return nil
}

func operation(f *Facts) Code {
	switch f.Operation {
	case NotSteered:
		return OperationUnsteered
	case Simulated:
		return OperationSimulated
	case Replayed:
		return OperationReplayed
	}
	return OperationSteered
}

func phase(f *Facts) Code {
	since := f.Clock.State != discipline.Locked && f.Clock.Silence+time.Minute > f.Jumped // no sample was believed
	if f.Jumped > 0 && (f.Jumped < jumpedRecently || since) {
		return PhaseJumped
	}
	if !f.Pulse.Seen {
		return PhaseUnseen
	}
	return PhaseOK
}

// witnesses is the second opinion.
func witnesses(w *Witness) Code {
	switch {
	case w.Verdict.Word == discipline.Refuted:
		return WitnessRefuted
	case w.Verdict.Word == discipline.Contradicted:
		return WitnessContradicted
	case w.Verdict.Word == discipline.Doubtful:
		return WitnessDoubtful
	case w.Answering == 0 && w.Silence > answersSoon:
		return WitnessSilent
	case w.Liar != "":
		return WitnessWrong
	case w.Verdict.Word == discipline.Confirmed:
		return WitnessConfirmed
	}
	return WitnessAlone
}

func rivals(f *Facts) Code {
	switch {
	case f.Rival != "":
		return RivalRunning
	case f.Moved > 0 && f.Moved < movedRecently:
		return Interfered
	}
	return NobodyElse
}

func clock(f *Facts) Code {
	c := &f.Clock
	switch c.State {
	case discipline.Locked:
		if !c.ByPulse {
			return LockedSentences
		}
		return Locked
	case discipline.Holdover:
		if f.Witness.Verdict.Hold {
			return HoldoverHeld
		}
		if f.Pulse.Word == hw.OK && f.Receiver.Word == hw.OK && f.Pairing.Reason == nil {
			return HoldoverUnbelieved
		}
		return Holdover
	case discipline.Fallback:
		return Fallback
	case discipline.Client:
		return Client
	case discipline.Starting:
		return Starting
	case discipline.Unsynchronized:
		return unsynchronized(f)
	}
	switch {
	case f.Witness.Verdict.Unsynchronized:
		return NeverConfirmed
	case c.Doubted:
		return OtherSecond
	case c.Wait == discipline.WaitSample:
		return AcquiringStep
	case c.Wait == discipline.WaitOutliers:
		return AcquiringOutliers
	case !c.ByPulse:
		return AcquiringSentences
	case c.Wait == discipline.WaitBound && c.Edge >= c.Limit:
		return AcquiringEdge
	case c.Wait == discipline.WaitBound:
		return AcquiringBound
	case c.Resumed:
		return AcquiringResumed
	}
	return AcquiringSamples
}

// justMoved is how long after a foreign move that is the cause of everything.
const justMoved = 20 * time.Second

func unsynchronized(f *Facts) Code {
	c := &f.Clock
	switch {
	case f.Witness.Verdict.Unsynchronized:
		return NeverConfirmed
	case c.Doubted:
		return OtherSecond
	case f.Moved > 0 && f.Moved < justMoved:
		return SteppedBack
	case c.Silence > discipline.SilentAfter && c.Bound > c.Limit:
		return HoldoverOver
	case c.Wait == discipline.WaitOutliers:
		return Disbelieved
	}
	return Recovering
}

func ntp(f *Facts) Code {
	r := &f.NTP.Recent
	large := func(n uint64) bool { return r.Requests >= manyRequests && n*largeShare >= r.Requests }
	switch {
	case large(r.Denied):
		return NTPDenied
	case large(r.RateLimited):
		return NTPRateLimited
	case large(r.BadKeys):
		return NTPBadKeys
	case large(r.SendFailed):
		return NTPSendFailed
	case r.Lost >= manyRequests && r.Lost*lostShare >= r.Requests+r.Lost:
		return NTPLost
	case !f.Clock.State.Synchronized():
		return NTPWarning
	case f.NTP.Requests == 0:
		return NTPUnasked
	}
	return NTPOK
}

func nts(f *Facts) Code {
	switch f.NTS.Word {
	case ExchangeNoCertificate:
		return NTSNoCertificate
	case ExchangeNoDate:
		return NTSNoDate
	case ExchangeExpired:
		return NTSExpired
	case ExchangeOK:
		switch {
		case f.NTS.Left < CertificateNow:
			return NTSExpiresNow
		case f.NTS.Left < CertificateSoon:
			return NTSExpiresSoon
		case f.NTS.Anew:
			return NTSKeysAnew
		}
		return NTSOK
	}
	return NTSOff
}

func leap(f *Facts) Code {
	switch l := &f.Leap; {
	case !l.Known:
		return LeapUnknown
	case l.Armed:
		return LeapArmed
	case l.Left <= 0:
		return LeapExpired
	case l.Left < LeapSoon:
		return LeapExpiresSoon
	}
	return LeapOK
}
