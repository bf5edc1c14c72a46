package loop

import (
	"math"
	"net/netip"

	"gpsntpd/hw"
	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
)

// Clients lists who asked, when the raw clock shows now. Who asked at several
// of our addresses is known to several workers.
func Clients(known []ntp.Client, now hw.Raw) control.Clients {
	all := control.Clients{}
	newest := map[netip.Addr]ntp.Client{} // by address, with the sums of all
	for _, k := range known {
		if o, again := newest[k.Address]; again {
			if o.Seen > k.Seen {
				k, o = o, k
			}
			k.Requests += o.Requests
			k.Drops += o.Drops
		}
		newest[k.Address] = k
	}
	for _, k := range newest {
		all = append(all, client(k, now))
	}
	return all
}

// modes are the words for the modes of RFC 5905, figure 10.
var modes = [8]string{
	"none", "symmetric_active", "symmetric_passive", "client", "server", "broadcast", "control", "private",
}

func client(k ntp.Client, now hw.Raw) control.ClientEntry {
	e := control.ClientEntry{
		Address:            k.Address.String(),
		Requests:           k.Requests,
		Drops:              k.Drops,
		LastSeenAgeSeconds: max(now.Sub(k.Seen), 0).Seconds(),
	}
	if k.Version == 0 {
		return e
	}
	e.Version = &k.Version
	e.Verdict = new(k.Verdict.String())
	e.Mode = new(modes[k.Mode])
	if k.Mode < 6 { // the others have something else in its place
		e.PollSeconds = new(math.Ldexp(1, int(k.Poll)))
	}
	e.Authenticated = new(k.Proof != ntp.Unproved)
	e.NTS = new(k.Proof == ntp.NTS)
	e.Interleaved = &k.Interleaved
	return e
}
