package loop

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
)

// ring is appliances that ask each other; each loses its receiver for good, one after the
// other, ten minutes apart.
func ring(t *testing.T, siblings bool, addresses ...string) (all []*served) {
	t.Helper()
	for i, own := range addresses {
		s := terse(t, "default")
		s.Oscillator.Walk.Sigma = 1e-8
		s.Faults = []sim.Fault{{Kind: sim.Unplugged, At: span(time.Duration(i+1) * 10 * time.Minute), For: span(1000 * time.Hour)}}
		var servers []*server
		for _, a := range addresses {
			if a != own {
				x := near(0)
				x.address, x.sibling, x.poll = a, siblings, time.Hour*1e4 // they are asked below
				servers = append(servers, x)
			}
		}
		all = append(all, among(t, s, uint64(i), servers...))
	}
	return all
}

// turn lets d pass for all of a ring; what one answers is what another hears, unless that
// refuses it, as its pump would.
func turn(all []*served, addresses []string, d time.Duration) {
	for k := range int(d / time.Second) {
		for _, m := range all {
			m.play(time.Second)
		}
		for i, m := range all {
			if k%8 != i {
				continue
			}
			for j, x := range m.servers {
				of := all[slices.Index(addresses, x.address)]
				w := of.wire
				own := refclock.RefIDOfAddress(netip.MustParseAddr(addresses[i]))
				if w.leap == 3 || w.stratum > 1 && refclock.RefID(w.refid) == own {
					continue
				}
				x.stratum, x.off, x.delay, x.dispersion, x.refid = w.stratum, w.err, w.delay, w.dispersion, w.refid
				m.ask(j, x)
			}
		}
	}
}

func TestAppliancesThatFallBackOnEachOtherMakeNoLoop(t *testing.T) {
	for name, c := range map[string]struct {
		siblings  bool
		addresses []string
	}{
		"two that are siblings": {true, []string{"192.168.1.1", "192.168.1.2"}},
		"two by their refid":    {false, []string{"192.168.1.1", "192.168.1.2"}},
		"two by IPv6":           {false, []string{"fd00::1", "fd00::2"}},
		"three":                 {true, []string{"192.168.1.1", "192.168.1.2", "192.168.1.3"}},
		"three by IPv6":         {true, []string{"fd00::1", "fd00::2", "fd00::3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := ring(t, c.siblings, c.addresses...)
			turn(all, c.addresses, 9*time.Minute)
			turn(all, c.addresses, 10*time.Minute)
			if m := all[0]; m.state != discipline.Fallback || m.wire.stratum != 2 {
				t.Errorf("%v, %+v: the first has lost its receiver", m.state, m.wire)
			}
			turn(all, c.addresses, time.Duration(len(all)-1)*10*time.Minute)
			turn(all, c.addresses, time.Hour)
			var before []time.Duration
			for _, m := range all {
				before = append(before, m.wire.distance)
			}
			turn(all, c.addresses, 2*time.Hour) // judge fails when the truth is outside
			for i, m := range all {
				t.Log(m.state, m.wire, m.entered)
				if m.wire.leap != 3 && (m.wire.stratum > 2 || m.wire.distance < 2*before[i]) {
					t.Errorf("%d: %v, %+v; %v before", i, m.state, m.wire, before[i])
				}
			}
		})
	}
}
