package xdp

import (
	"errors"
	"net"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

func TestPlacesAreWhereASocketHears(t *testing.T) {
	p := port{
		net.Interface{Index: 5, Name: "eth0", HardwareAddr: mineHere[:]},
		[]netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("fe80::1")},
	}
	for name, c := range map[string]struct {
		listen []string
		want   map[string]uint16
	}{
		"everywhere":      {[]string{"0.0.0.0:123", "[::]:123"}, map[string]uint16{"192.0.2.1:123": 0, "192.0.2.9:123": 0, "[2001:db8::1]:123": 1, "[fe80::1]:123": 1}},
		"IPv6 alone":      {[]string{"[::]:123"}, map[string]uint16{"[2001:db8::1]:123": 0, "[fe80::1]:123": 0}},
		"the nearer wins": {[]string{"0.0.0.0:123", "192.0.2.9:123"}, map[string]uint16{"192.0.2.1:123": 0, "192.0.2.9:123": 1}},
		"two ports":       {[]string{"192.0.2.1:123", "192.0.2.1:124"}, map[string]uint16{"192.0.2.1:123": 0, "192.0.2.1:124": 1}},
		"another's":       {[]string{"192.0.2.2:123", "127.0.0.1:123"}, nil},
		"link-local":      {[]string{"[fe80::1%eth0]:123"}, map[string]uint16{"[fe80::1]:123": 0}},
		"on another link": {[]string{"[fe80::1%eth1]:123"}, nil},
	} {
		var listen []netip.AddrPort
		for _, l := range c.listen {
			listen = append(listen, netip.MustParseAddrPort(l))
		}
		got := places(p, listen)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", name, got)
		}
		for at, number := range c.want {
			a := netip.MustParseAddrPort(at)
			if h, ok := got[place{Address: a.Addr().As16(), Interface: 5, Port: wirePort(a.Port())}]; !ok || h != (hearer{mineHere, number}) {
				t.Errorf("%s: %s: %v", name, at, got)
			}
		}
	}
}

var mineHere = [6]byte{2, 3, 4, 5, 6, 7}

func TestTheConditionTellsTheWorst(t *testing.T) {
	native, generic := attachment{state: Native}, attachment{state: Generic}
	for name, c := range map[string]struct {
		attached map[int]attachment
		failures []string
		want     Condition
	}{
		"all native":  {map[int]attachment{1: native, 2: native}, nil, Condition{Native, ""}},
		"one generic": {map[int]attachment{1: native, 2: generic}, []string{"eth1: no"}, Condition{Generic, "eth1: no"}},
		"one refused": {map[int]attachment{1: native}, []string{"eth1: no"}, Condition{Native, "eth1: no"}},
		"all refused": {nil, []string{"eth0: no", "eth1: no"}, Condition{Failed, "eth0: no; eth1: no"}},
	} {
		if got := condition(c.attached, c.failures); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := condition(nil, nil); got.State != Failed || got.Reason == "" {
		t.Errorf("no interface: %+v", got)
	}
}

func TestAServerThatIsOffDoesNothing(t *testing.T) {
	var s *Server
	s.Renew()
	s.Close()
	if s.Condition() != (Condition{State: Off}) || s.Counters() != nil {
		t.Error("it does something")
	}
}

func TestAFileIsClosedOnce(t *testing.T) {
	file, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{attached: map[int]attachment{1: {link: file}}}
	s.Close()
	if _, err := unix.FcntlInt(uintptr(file), unix.F_GETFD, 0); err != unix.EBADF || len(s.attached) != 0 {
		t.Errorf("%v, %v", err, s.attached)
	}
}

func TestAConditionIsReportedOnce(t *testing.T) {
	var told []Condition
	s := &Server{Options: Options{Report: func(c Condition) { told = append(told, c) }}}
	s.condition.Store(&Condition{State: Off})
	for range 3 {
		s.become(Condition{Failed, errors.ErrUnsupported.Error()})
	}
	s.become(Condition{Native, ""})
	if len(told) != 2 || told[0].State != Failed || told[1].State != Native || s.Condition() != told[1] {
		t.Errorf("%v", told)
	}
}

func TestPrefixesOfIPv4AreLookedUpAsMappedOnes(t *testing.T) {
	p := prefixOf(netip.MustParsePrefix("192.0.2.0/24"))
	if p.Bits != 120 || netip.AddrFrom16(p.Address) != netip.MustParseAddr("::ffff:192.0.2.0") {
		t.Errorf("%+v", p)
	}
	if p := prefixOf(netip.MustParsePrefix("2001:db8::/32")); p.Bits != 32 {
		t.Errorf("%+v", p)
	}
}
