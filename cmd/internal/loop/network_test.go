package loop

import (
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/refclock"
	"gpsntpd/refclock/ntp"

	"gpsntpd/discipline"
)

// bare is a loop without a receiver, over a clock that runs as its oscillator and shows
// start + raw.
func bare(raw *hw.Raw, start hw.Time, peers ...refclock.Peer) *Loop {
	read := func(ago time.Duration) hw.Raw { return *raw - hw.Raw(ago) }
	c := clock.NewSoftware(read, func() hw.Time { return start + hw.Time(*raw) }, start+hw.Time(*raw))
	return New(Config{Clock: c, Latest: new(discipline.Latest), Network: peers, Options: discipline.Options{MaxError: time.Millisecond}})
}

func TestANetworkServerIsShownWithItsOffsetAndSteersNothing(t *testing.T) {
	const start = hw.Time(1_796_126_400e9)
	raw := hw.Raw(1e9)
	l := bare(&raw, start, refclock.Peer{Name: "a.lan poll=16s", State: refclock.PeerStarting}, refclock.Peer{Server: 1, Name: "b.lan", State: refclock.PeerStarting})
	raw += 10e9
	sent := raw - 400e3
	l.NetworkServer(refclock.Peer{
		Name: "a.lan poll=16s", State: hw.OK, Poll: 16 * time.Second, Reach: 0xff, Heard: raw, Exchanges: 1,
		Reasons: map[*refclock.Reason]uint64{ntp.ErrOrigin: 3},
	})
	l.Exchange(refclock.Exchange{ // the server is 2 ms ahead of us; 100 µs there, 200 µs with it, 100 µs back
		Sent: sent, Received: refclock.UTC(start) + refclock.UTC(sent) + 2e6 + 100e3, Answered: refclock.UTC(start) + refclock.UTC(sent) + 2e6 + 300e3, Came: raw,
		RootDispersion: 50 * time.Microsecond, Stratum: 2, RefID: refclock.RefID{192, 0, 2, 1},
	})
	s := l.Status()
	if len(s.Sources) != 4 {
		t.Fatal(len(s.Sources), "sources")
	}
	a, b := s.Sources[2], s.Sources[3]
	if a.Mark != "-" || a.State != hw.OK || *a.OffsetSeconds != 0.002 || *a.DispersionSeconds != 0.00015 || *a.Network.DelaySeconds != 0.0002 ||
		*a.Network.RefID != "192.0.2.1" || a.Network.Role != "watched" || a.Network.Reasons["origin"] != 3 || *a.LastRxAgeSeconds != 0 {
		t.Errorf("%+v %+v", a, *a.Network)
	}
	if b.Mark != "?" || b.State != refclock.PeerStarting || b.OffsetSeconds != nil || b.Network.Stratum != nil || b.Network.Address != nil {
		t.Errorf("%+v %+v", b, *b.Network)
	}
	if s.State != "starting" || s.Sample != nil || s.Stratum != 0 {
		t.Errorf("it has steered: %+v", s)
	}
	if c := l.Counters()["network"]; c["origin"] != 3 || c["exchanges"] != 1 || len(c) != len(ntp.Reasons)+5 {
		t.Error(c)
	}
	for _, stranger := range []int{-1, 2} {
		l.Exchange(refclock.Exchange{Server: stranger})
		l.NetworkServer(refclock.Peer{Server: stranger})
	}
}
