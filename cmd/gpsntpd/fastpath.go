package main

import (
	"net/netip"

	"github.com/rs/zerolog"

	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
	"gpsntpd/server/udp"
	"gpsntpd/server/xdp"
)

// answering is who answers NTP: sockets, and perhaps the kernel before them.
type answering struct {
	*udp.Server
	kernel *xdp.Server // nil: only sockets
}

// fastPath puts the answer into the kernel, if that is wanted.
func (a *appliance) fastPath(r *ntp.Responder, sockets *udp.Server) *xdp.Server {
	c := a.config
	if c.Server.FastPath == string(xdp.Off) {
		return nil
	}
	var listen []netip.AddrPort
	for _, s := range sockets.Counters() {
		at, _ := netip.ParseAddrPort(s.Listen) // none is at no interface
		listen = append(listen, at)
	}
	return xdp.Open(xdp.Options{
		Listen: listen, Interface: c.Server.Interface, DSCP: c.Server.DSCP,
		Policy: &a.rules, Clock: a.machine.clock, Steered: c.Clock.Steer, Latest: &a.latest, Responder: r,
		Report: func(c xdp.Condition) { fastPathIs(c, a.log) },
	})
}

// fastPathIs logs what the fast path has become.
func fastPathIs(c xdp.Condition, log zerolog.Logger) {
	e := log.Info()
	if c.Reason != "" {
		e = log.Warn().Str("reason", c.Reason)
	}
	e.Str("state", string(c.State)).Msg("fast path")
}

// tasks answer, in the sockets and in the kernel.
func (a answering) tasks() []task {
	all := []task{{"ntp", a.Server.Run}}
	if a.kernel.Loaded() {
		all = append(all, task{"fast path", a.kernel.Run})
	}
	return all
}

// Close closes both; for servers that are not to run.
func (a answering) Close() {
	a.kernel.Close()
	a.Server.Close()
}

// Counters returns what was counted, by sockets and kernel together.
func (a answering) Counters() []udp.Counters {
	all := a.Server.Counters()
	for i, verdicts := range a.kernel.Counters() {
		for v, n := range verdicts {
			all[i].Count(ntp.Verdict(v), n)
		}
	}
	return all
}

// fastPathStatus is the condition of the fast path, and its share.
func (a answering) fastPathStatus() control.FastPath {
	c := a.kernel.Condition()
	s := control.FastPath{State: string(c.State)}
	if c.Reason != "" {
		s.Reason = &c.Reason
	}
	for _, verdicts := range a.kernel.Counters() {
		for v, n := range verdicts {
			if ntp.Verdict(v).Sent() {
				s.Answers += n
			}
		}
	}
	return s
}
