package main

import (
	"time"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// leapWords is what the values of the leap indicator mean (RFC 5905, figure 9).
var leapWords = [4]string{"no leap second", "a second is inserted", "a second is deleted", "not synchronized"}

// fastPathWords are what the states of the answer inside the kernel mean.
var fastPathWords = map[string]string{
	"xdp":         "the driver answers plain requests.",
	"xdp_generic": "the kernel answers plain requests, behind the driver of at least one interface.",
	"failed":      "only the sockets answer.",
}

// stampWords are why requests are dated by the kernel and not by the network
// interface.
var stampWords = map[string]string{
	"off":         "since those of the interface are not asked for",
	"loopback":    "since no network interface is in between",
	"unsupported": "since no network interface stamps all that it receives",
	"denied":      "since gpsntpd may not have the interface stamp, or read its clock (docs/install.md)",
	"failed":      "since the clock of the interface cannot be read",
	"testing":     "while the clock of the interface is being compared with ours",
	"unstable":    "since the clock of the interface and ours do not run alike",
	"disagrees":   "since the stamps of the interface contradict the kernel's",
	"none":        "since what came last was not stamped by the interface, or nothing came yet",
}

// receiverMeaning is what the state of the receiver means, and what to do about
// it.
func receiverMeaning(r *control.Receiver, p screen.Style) string {
	f := why.Facts{Receiver: why.Receiver{Device: why.Device{Path: r.Device, Word: r.State}, Used: -1, InView: -1}}
	if r.Holder != nil {
		f.Receiver.Holder = *r.Holder
	}
	if r.Baud != nil {
		f.Receiver.Baud = *r.Baud
	}
	return meaning(&f, why.OfReceiver(r.State), p)
}

// pulseMeaning is that of the pulse's state.
func pulseMeaning(x *control.Pulse, p screen.Style) string {
	f := why.Facts{Pulse: why.Pulse{Device: why.Device{Path: x.Device, Word: x.State}}}
	if x.Edge != nil {
		f.Pulse.Edge = *x.Edge
	}
	return meaning(&f, why.OfPulse(x.State), p)
}

// ntsMeaning is that of the key exchange's state.
func ntsMeaning(n *control.NTS, now time.Time, p screen.Style) string {
	f := why.Facts{NTS: why.NTS{Word: why.Exchange(n.State)}}
	if n.CertificateNotAfter != nil {
		f.NTS.Left = n.CertificateNotAfter.Sub(now)
	}
	return meaning(&f, why.OfNTS(f.NTS), p)
}

// meaning is "" for a word that we do not know: a newer daemon may have more.
func meaning(f *why.Facts, c why.Code, p screen.Style) string {
	if c == "" {
		return ""
	}
	return f.Meaning(c, p.Language)
}
