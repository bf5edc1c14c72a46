package peer

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/clock"
)

// listener is a server on loopback.
func listener(t *testing.T, loopback string) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(loopback), 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func dial(t *testing.T, c *net.UDPConn, by hw.Clock) *Socket {
	t.Helper()
	s, err := Open(t.Context(), c.LocalAddr().(*net.UDPAddr).AddrPort(), "", by)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// enough is for what comes at once.
const enough = 20 * time.Second

func TestARequestAndItsAnswerAreStampedByTheKernelOnTheRawClock(t *testing.T) {
	for _, loopback := range []string{"127.0.0.1", "::1"} {
		server := listener(t, loopback)
		s := dial(t, server, clock.Host{})
		stamped := 0
		for i := range 1000 { // the kernel begins to stamp some time after the first socket wants it
			before := clock.Host{}.Read().Raw
			if err := s.Send([]byte("question")); err != nil {
				t.Fatal(err)
			}
			b := make([]byte, 100)
			n, from, err := server.ReadFromUDPAddrPort(b)
			if err != nil || string(b[:n]) != "question" {
				t.Fatal(string(b[:n]), err)
			}
			between := clock.Host{}.Read().Raw
			if _, err := server.WriteToUDPAddrPort([]byte("answer"), from); err != nil {
				t.Fatal(err)
			}
			a, err := s.Receive(enough)
			after := clock.Host{}.Read().Raw
			if err != nil || string(a.Packet) != "answer" {
				t.Fatal(string(a.Packet), err)
			}
			if a.Sent < before || a.Sent > between || a.Came < between || a.Came > after {
				t.Fatalf("%d: sent %v and come %v after the start; %v, %v", i, a.Sent.Sub(before), a.Came.Sub(before), between.Sub(before), after.Sub(before))
			}
			if a.Stamped {
				if stamped++; stamped == 10 {
					break
				}
			}
		}
		if stamped < 10 {
			t.Error(loopback, "the kernel stamps nothing")
		}
	}
}

func TestWhatComesFromAnotherPortIsNotHeard(t *testing.T) {
	server, stranger := listener(t, "127.0.0.1"), listener(t, "127.0.0.1")
	s := dial(t, server, clock.Host{})
	if err := s.Send([]byte("question")); err != nil {
		t.Fatal(err)
	}
	_, client, err := server.ReadFromUDPAddrPort(make([]byte, 100))
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range []*net.UDPConn{stranger, server} {
		if _, err := from.WriteToUDPAddrPort([]byte(from.LocalAddr().String()), client); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := s.Receive(enough); err != nil || string(a.Packet) != server.LocalAddr().String() {
		t.Errorf("%q, %v", a.Packet, err)
	}
}

func TestSilenceAndAClosedPortAreErrorsSoon(t *testing.T) {
	server := listener(t, "127.0.0.1")
	s := dial(t, server, clock.Host{})
	if err := s.Send([]byte("question")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Receive(time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("silence:", err)
	}
	server.Close()
	err := s.Send([]byte("question"))
	if err == nil {
		_, err = s.Receive(enough)
	}
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("a closed port:", err)
	}
}

// stepped is a host's clock that someone sets after each stamp.
type stepped struct{ clock.Host }

func (stepped) FromKernel(t hw.Time) hw.Time { return t.Add(-time.Hour) }

func TestAStampFromBeforeAStepIsNotBelieved(t *testing.T) {
	server := listener(t, "127.0.0.1")
	s := dial(t, server, stepped{})
	before := clock.Host{}.Read().Raw
	for range 20 {
		if err := s.Send([]byte("question")); err != nil {
			t.Fatal(err)
		}
		_, from, err := server.ReadFromUDPAddrPort(make([]byte, 100))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.WriteToUDPAddrPort([]byte("answer"), from); err != nil {
			t.Fatal(err)
		}
		a, err := s.Receive(enough)
		if after := (clock.Host{}).Read().Raw; err != nil || a.Stamped || a.Sent < before || a.Came < a.Sent || a.Came > after {
			t.Fatalf("%+v, %v", a, err)
		}
	}
}

// names is what a resolver knows.
type names struct {
	hosts  map[string][]netip.Addr
	target []*net.SRV
}

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if a, ok := n.hosts[host]; ok {
		return a, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host}
}

func (n names) LookupSRV(context.Context, string, string, string) (string, []*net.SRV, error) {
	return "", n.target, nil
}

func TestNamesComeToAtMostFourAddressesThatCanBeAsked(t *testing.T) {
	at := netip.MustParseAddr
	var hundred []netip.Addr
	for i := range 100 {
		hundred = append(hundred, netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}))
	}
	var targets []*net.SRV
	for i := range 50 {
		targets = append(targets, &net.SRV{Target: []string{"none.", "one.", "hundred."}[i%3], Port: uint16(1000 + i)})
	}
	r := names{hosts: map[string][]netip.Addr{
		"one": {at("2001:db8::1")}, "hundred": hundred, "nothing": {},
		"garbage": {at("0.0.0.0"), at("::"), at("224.0.1.1"), at("ff02::101"), at("255.255.255.255"), {}},
		"twice":   {at("192.0.2.1"), at("::ffff:192.0.2.1")},
	}, target: targets}
	for host, want := range map[string][]string{
		"192.0.2.9":   {"192.0.2.9:123"},
		"fe80::1%lo":  {"[fe80::1%lo]:123"},
		"one":         {"[2001:db8::1]:123"},
		"hundred":     {"192.0.2.0:123", "192.0.2.1:123", "192.0.2.2:123", "192.0.2.3:123"},
		"twice":       {"192.0.2.1:123"},
		"nothing":     nil,
		"garbage":     nil,
		"unknown":     nil,
		"_ntp._udp.x": {"[2001:db8::1]:1001", "192.0.2.0:1002", "192.0.2.1:1002", "192.0.2.2:1002"},
	} {
		all, err := Resolve(t.Context(), r, host, 123)
		var got []string
		for _, a := range all {
			got = append(got, a.String())
		}
		if !slices.Equal(got, want) || (err == nil) != (want != nil) {
			t.Errorf("%s: %v, %v", host, got, err)
		}
	}
	if all, err := Resolve(t.Context(), names{}, "_ntp._udp.x", 123); err == nil {
		t.Error("no targets:", all)
	}
}

func TestPublicIsWhatIsNotTheOperators(t *testing.T) {
	for a, want := range map[string]bool{
		"8.8.8.8": true, "2001:db8::1": true, "::ffff:192.0.2.1": true,
		"10.1.2.3": false, "192.168.1.1": false, "::ffff:10.0.0.1": false, "fd00::1": false, "fe80::1": false, "127.0.0.1": false, "::1": false,
	} {
		if got := IsPublic(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s: %t", a, got)
		}
	}
	if own, err := Own(); err != nil || !slices.Contains(own, netip.MustParseAddr("127.0.0.1")) {
		t.Error(own, err)
	}
}
