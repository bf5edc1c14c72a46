// Package doctor examines every link from the antenna to a client's packet: it
// looks for itself, and takes what a running daemon knows.
package doctor

import (
	"context"
	"slices"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/alarm"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// Severity is what a finding means for the time that is served.
type Severity string

// The severities.
const (
	OK      Severity = "ok"
	Note    Severity = "info" // worth knowing, and no defect
	Warning Severity = "warning"
	Fault   Severity = "fault"   // no time is served, or soon will not be
	Unknown Severity = "unknown" // it cannot be told
)

// The links that the daemon's chain does not have, or that only a look from
// outside shows.
const (
	linkBoard    why.Part = "board"
	linkPower    why.Part = "power"
	linkConfig   why.Part = "configuration"
	linkKernel   why.Part = "kernel"
	linkOverlay  why.Part = "overlay"
	linkUART     why.Part = "uart"
	linkAccess   why.Part = "access"
	linkSocket   why.Part = "socket"
	linkFirewall why.Part = "firewall"
	linkAnswers  why.Part = "answers"
	linkClients  why.Part = "clients"
	linkRTC      why.Part = "rtc"
)

// Links are all links, in the order of the path: what hides another one comes
// before it.
var links = [...]why.Part{
	linkBoard, linkPower, linkConfig, linkKernel, linkOverlay, linkUART, linkAccess,
	why.PartReceiver, why.PartSentences, why.PartAntenna, why.PartFix, why.PartDate,
	why.PartPulseDevice, why.PartPulse, why.PartPairing, why.PartWitness, why.PartPhase,
	why.PartRivals, linkSocket, why.PartDaemon, why.PartOperation, why.PartClock,
	why.PartNTP, linkFirewall, linkAnswers, linkClients, why.PartNTS, why.PartLeap,
	linkRTC, why.PartTemperature, why.PartStorage, why.PartLoad,
}

// depends are the links of which each one depends: a finding there may be the
// consequence of one here.
var depends = map[why.Part][]why.Part{
	linkOverlay:         {linkKernel},
	why.PartReceiver:    {linkUART, linkPower},
	why.PartSentences:   {why.PartReceiver},
	why.PartFix:         {why.PartSentences, why.PartAntenna},
	why.PartDate:        {why.PartSentences, why.PartFix},
	why.PartPulseDevice: {linkKernel, linkOverlay},
	why.PartPulse:       {why.PartPulseDevice, why.PartFix, why.PartAntenna},
	why.PartPairing:     {why.PartReceiver, why.PartSentences, why.PartFix, why.PartDate, why.PartPulseDevice, why.PartPulse},
	linkSocket:          {why.PartRivals},
	why.PartDaemon:      {linkConfig, linkSocket},
	why.PartClock: {
		why.PartReceiver, why.PartSentences, why.PartFix, why.PartDate, why.PartPulseDevice, why.PartPulse, why.PartPairing, why.PartWitness, why.PartPhase, why.PartRivals,
	},
	why.PartNTP: {why.PartClock},
	linkAnswers: {linkSocket, why.PartDaemon, why.PartClock},
}

// Finding is what was found at one link.
type Finding struct {
	Code     why.Code
	Severity Severity
	Subject  string // device, file, program or address; "" for none
	Seen     string
	Remedy   string // "" when nothing is to be done
	Link     why.Part
	Because  why.Code // the finding that this one follows from; "" for none
}

// bad reports whether there is something to mend.
func (f *Finding) bad() bool { return f.Severity == Warning || f.Severity == Fault }

// Question is what is examined.
type Question struct {
	*Host
	Config      config.Config
	ConfigError error // the configuration's; nil when it can be read
	Language    why.Language
	Why         control.Why // of the daemon, or why it does not answer
	Answers     bool        // the daemon does
	Status      control.Status
	Counters    control.Counters
}

// exam is one examination.
type exam struct {
	Question
	ctx   context.Context
	found []Finding
}

// Examine looks at everything, for some seconds at most.
func Examine(ctx context.Context, q Question) []Finding {
	e := exam{Question: q, ctx: ctx}
	e.daemon()
	e.configuration()
	if !e.pretends() {
		e.machine()
		e.access()
	}
	e.leftAlone()
	e.sockets()
	e.firewall()
	e.clients()
	if !e.Answers {
		e.rivals()
		e.files()
	}
	e.certificateNames()
	e.listen()
	e.answers()
	slices.SortStableFunc(e.found, func(a, b Finding) int { return slices.Index(links[:], a.Link) - slices.Index(links[:], b.Link) })
	e.causes()
	return e.found
}

// pretends reports whether the daemon is told that it has a receiver: then what
// hangs on this host is no part of the path.
func (e *exam) pretends() bool {
	return slices.ContainsFunc(e.Why.Links, func(l control.Link) bool {
		return l.Code == string(why.OperationSimulated) || l.Code == string(why.OperationReplayed)
	})
}

// causes finds of each finding the first one that it follows from.
func (e *exam) causes() {
	for i := range e.found {
		f := &e.found[i]
		if !f.bad() {
			continue
		}
		for j := range i {
			if cause := &e.found[j]; cause.bad() && cause.Because == "" && e.follows(f.Link, cause.Link) {
				f.Because = cause.Code
				break
			}
		}
	}
}

// follows reports whether link depends on that other one, at first or second hand.
func (e *exam) follows(link, other why.Part) bool {
	return slices.ContainsFunc(depends[link], func(p why.Part) bool { return p == other || e.follows(p, other) })
}

// daemon takes the links of a running daemon as findings, or why it does not run.
func (e *exam) daemon() {
	if e.Answers {
		e.tell(why.DaemonAnswers, "", &why.Facts{})
	}
	for _, l := range e.Why.Links {
		f := Finding{Code: why.Code(l.Code), Link: why.Part(l.Part), Severity: severity(why.Part(l.Part), why.Code(l.Code), why.Condition(l.Condition)), Seen: l.Text, Remedy: l.Remedy}
		switch f.Link {
		case why.PartReceiver:
			f.Subject = e.Status.Receiver.Device
		case why.PartPulseDevice, why.PartPulse:
			f.Subject = e.Status.Pulse.Device
		}
		if f.Severity == Unknown && f.Link != why.PartDaemon {
			f.Remedy = ""
		}
		e.found = append(e.found, f)
	}
}

// severity is that of a state of the daemon: that of the alarm which it raises.
func severity(p why.Part, c why.Code, condition why.Condition) Severity {
	switch c { // it runs, and may serve the time
	case why.DaemonDenied:
		return Unknown
	case why.DaemonElsewhere:
		return Warning
	}
	switch condition {
	case why.Good:
		return OK
	case why.Unknown:
		return Unknown
	case why.Waiting:
		if p == why.PartLeap || p == why.PartNTS {
			return Note
		}
		return Warning
	}
	if p == why.PartDaemon {
		return Fault
	}
	worst := Warning
	for _, r := range alarm.Rules() {
		if slices.Contains(r.Causes, c) && r.Severity == alarm.Critical {
			worst = Fault
		}
	}
	return worst
}

// Worst is the exit status of doctor: 0, 1 for warnings, 2 for faults.
func Worst(all []Finding) (status int) {
	for _, f := range all {
		switch f.Severity {
		case Fault:
			return 2
		case Warning:
			status = 1
		}
	}
	return status
}
