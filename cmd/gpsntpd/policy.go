package main

import (
	"net"
	"net/netip"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/ntp"
)

// policy is who may ask, and how often, with the addresses that this host has
// now and those that it listens on: from these the watchdog asks.
func policy(c config.Server, log zerolog.Logger) *ntp.Policy {
	var own []netip.Addr
	for _, listen := range c.Listen {
		if at, err := netip.ParseAddrPort(listen); err == nil {
			own = append(own, at.Addr())
		}
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		log.Warn().Err(err).Msg("the host's addresses are not known: some of its own questions may be denied")
	}
	for _, a := range addresses {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			own = append(own, p.Addr())
		}
	}
	return &ntp.Policy{Access: ntp.NewAccess(c.Allow, c.Deny, own), Limit: c.RateLimit}
}
