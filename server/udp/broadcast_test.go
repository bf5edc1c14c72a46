package udp

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
)

// hearer hears what is broadcast on loopback.
func hearer(t *testing.T) *net.UDPConn {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 255, 255, 255)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func broadcastTo(conn *net.UDPConn) Broadcast {
	return Broadcast{To: []netip.AddrPort{conn.LocalAddr().(*net.UDPAddr).AddrPort()}, Interval: 100 * time.Second}
}

func TestABroadcastLeavesFromTheSocketThatAnswers(t *testing.T) {
	conn := hearer(t)
	before := ntpNow()
	s := serve(t, Options{Addresses: []string{"127.0.0.1:0", "[::1]:0"}, Policy: everybody(), Broadcast: broadcastTo(conn)})
	packet := make([]byte, 100)
	n, from, err := conn.ReadFromUDPAddrPort(packet)
	after := ntpNow()
	if err != nil || n != refclock.PacketSize || packet[0] != 4<<3|5 || packet[1] != 1 || packet[2] != 6 {
		t.Fatalf("%x, %v", packet[:n], err)
	}
	if at := s.Counters()[0].Listen; from.String() != at {
		t.Errorf("from %v, not from %v", from, at)
	}
	const later = 1 << 22 // in 2⁻³² s, a millisecond: it was predicted
	if transmit := binary.BigEndian.Uint64(packet[40:]); transmit < before || transmit > after+later {
		t.Errorf("%x before, %x transmitted, %x after", before, transmit, after)
	}
	if sent, failed := s.Broadcasts(); sent > 1 || failed != 0 {
		t.Errorf("%d sent, %d failed", sent, failed)
	}
}

func TestNothingIsBroadcastWithoutTheTimeOrWithoutItsKey(t *testing.T) {
	conn := hearer(t)
	b := broadcastTo(conn)
	o := Options{Addresses: []string{"127.0.0.1:0"}, Policy: everybody(), Broadcast: b}
	var nothing discipline.Latest
	s, err := Listen(o, host{}, &nothing, &ntp.Responder{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.caster.cast(s) {
		t.Error("broadcast without the time")
	}
	s.latest = locked()
	s.caster.Key = 7
	if s.caster.cast(s); s.caster.sent.Load() != 0 || s.caster.failed.Load() != 1 {
		t.Error("broadcast without its key")
	}
}

func TestABroadcastNeedsASocketOfItsFamily(t *testing.T) {
	for _, to := range []string{"[ff02::101%lo]:123", "[ff02::101%nowhere]:123"} {
		o := Options{Addresses: []string{"127.0.0.1:0"}, Policy: everybody(), Broadcast: Broadcast{To: []netip.AddrPort{netip.MustParseAddrPort(to)}}}
		if s, err := Listen(o, host{}, locked(), &ntp.Responder{}); err == nil {
			s.Close()
			t.Errorf("%s: no error", to)
		}
	}
}

func TestEachDestinationHasItsSources(t *testing.T) {
	var workers []*worker
	for _, listen := range []string{"127.0.0.1:123", "192.0.2.1:123", "192.0.2.1:123", "203.0.113.1:123", "[::1]:123", "[fe80::1%eth0]:123", "[fe80::2%eth1]:123"} {
		workers = append(workers, &worker{listen: listen})
	}
	for to, want := range map[string][]int{
		"224.0.1.1":       {1, 3},
		"192.0.2.255":     {1}, // the first, for want of an interface in that network
		"127.255.255.255": {0},
		"ff02::101%eth1":  {6},
	} {
		got := sources(netip.MustParseAddr(to), workers)
		if len(got) != len(want) {
			t.Fatalf("%s: %d sources", to, len(got))
		}
		for i, w := range got {
			if w != workers[want[i]] {
				t.Errorf("%s: source %d is %s", to, i, w.listen)
			}
		}
	}
}
