package udp

import (
	"gpsntpd/hw"
	"gpsntpd/server/ntp"
)

// Clients returns what the workers know of their clients, one after the other,
// and what the raw clock shows now.
func (s *Server) Clients() (all []ntp.Client, now hw.Raw) {
	for _, w := range s.workers {
		all = w.gate.Clients(all)
	}
	return all, s.clock.Read().Raw
}
