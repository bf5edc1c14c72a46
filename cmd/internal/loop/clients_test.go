package loop

import (
	"net/netip"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/server/ntp"
)

func TestWhoAskedSeveralWorkersIsOneClient(t *testing.T) {
	a := netip.MustParseAddr("192.0.2.1")
	older := ntp.Client{Address: a, Requests: 3, Drops: 1, Seen: 1e9, Version: 4, Mode: 3, Poll: 6}
	newer := ntp.Client{Address: a, Requests: 5, Drops: 2, Seen: 2e9, Version: 4, Mode: 3, Poll: -1, Proof: ntp.NTS, Interleaved: true, Verdict: ntp.Unsynchronized}
	for _, known := range [][]ntp.Client{{older, newer}, {newer, older}} {
		got := Clients(known, hw.Raw(5*time.Second))
		if len(got) != 1 {
			t.Fatalf("%+v", got)
		}
		c := got[0]
		if c.Address != "192.0.2.1" || c.Requests != 8 || c.Drops != 3 || c.LastSeenAgeSeconds != 3 ||
			*c.Version != 4 || *c.Mode != "client" || *c.PollSeconds != 0.5 || !*c.Authenticated || !*c.NTS || !*c.Interleaved || *c.Verdict != "answered_unsynchronized" {
			t.Errorf("%+v", c)
		}
	}
}

func TestWhatAClientDidNotSayIsNotKnown(t *testing.T) {
	a := netip.MustParseAddr("2001:db8::1")
	for _, k := range []ntp.Client{{Address: a, Requests: 1}, {Address: a, Requests: 1, Version: 2, Mode: 6, Poll: 7}} {
		c := Clients([]ntp.Client{k}, 0)[0]
		if known := k.Version != 0; c.PollSeconds != nil || (c.Version != nil) != known || (c.Mode != nil) != known || (c.NTS != nil) != known || (c.Verdict != nil) != known {
			t.Errorf("%+v: %+v", k, c)
		}
	}
}
