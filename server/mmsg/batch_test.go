package mmsg

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

func TestTheKernelsStructuresHaveTheirSize(t *testing.T) {
	word := unsafe.Sizeof(uintptr(0))
	if got, want := unsafe.Sizeof(unix.Mmsghdr{}), 8*word; got != want {
		t.Errorf("struct mmsghdr has %d bytes, want %d", got, want)
	}
	if got := unsafe.Sizeof(unix.RawSockaddrInet6{}); got != 28 {
		t.Errorf("struct sockaddr_in6 has %d bytes", got)
	}
}

// pair is two bound sockets on loopback, of which the second is the first's peer.
func pair(t *testing.T, loopback string) (a, b int, f *Family, at netip.AddrPort) {
	t.Helper()
	f = FamilyOf(netip.MustParseAddr(loopback))
	open := func() int {
		socket, err := unix.Socket(f.Domain, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unix.Close(socket) })
		var to unix.Sockaddr = &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
		if f.Domain == unix.AF_INET6 {
			to = &unix.SockaddrInet6{Addr: netip.IPv6Loopback().As16()}
		}
		for _, err := range []error{
			unix.Bind(socket, to),
			unix.SetsockoptInt(socket, f.Level, f.AskDestination, 1),
			unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, hw.KernelStamps),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		return socket
	}
	a, b = open(), open()
	name, err := unix.Getsockname(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Connect(a, name); err != nil {
		t.Fatal(err)
	}
	own, err := unix.Getsockname(a)
	if err != nil {
		t.Fatal(err)
	}
	switch own := own.(type) {
	case *unix.SockaddrInet4:
		at = netip.AddrPortFrom(netip.AddrFrom4(own.Addr), uint16(own.Port))
	case *unix.SockaddrInet6:
		at = netip.AddrPortFrom(netip.AddrFrom16(own.Addr), uint16(own.Port))
	}
	return a, b, f, at
}

// awaitStamps returns when the kernel stamps what b receives from a. The first socket
// that wants stamps has it begin, some time later.
func awaitStamps(t *testing.T, a, b int, f *Family) {
	t.Helper()
	in, out := NewBatch(1, f), NewBatch(1, f)
	for range 100_000 {
		if _, err := unix.Write(a, []byte("stamped?")); err != nil {
			t.Fatal(err)
		}
		if n, err := in.Receive(b, unix.MSG_WAITFORONE); n != 1 || err != 0 {
			t.Fatalf("%d, %v", n, err)
		}
		if at, _, _ := in.Arrival(0, out, 0, f); at != 0 {
			return
		}
	}
	t.Fatal("nothing is stamped")
}

func TestAReplyGoesWhereItCameFromAndItsDepartureIsTold(t *testing.T) {
	for _, loopback := range []string{"127.0.0.1", "::1"} {
		a, b, f, at := pair(t, loopback)
		in, out, queue := NewBatch(4, f), NewBatch(4, f), NewBatch(4, f)
		awaitStamps(t, a, b, f)
		for number := range uint32(3) {
			if _, err := unix.Write(a, []byte("question")); err != nil {
				t.Fatal(err)
			}
			if n, err := in.Receive(b, unix.MSG_WAITFORONE); n != 1 || err != 0 || string(in.Packet(0)) != "question" || in.Truncated(0) || in.From(0) != at {
				t.Fatalf("%d, %v: %q from %v, not %v", n, err, in.Packet(0), in.From(0), at)
			}
			came, parts, shared := in.Arrival(0, out, 0, f)
			if came == 0 || parts != Source || shared {
				t.Fatalf("came at %v, parts %v", came, parts)
			}
			out.Reply(0, copy(out.Room(0), "answer"), in, 0, f, parts|Stamp)
			if n, err := out.Send(b, 0, 1); n != 1 || err != 0 {
				t.Fatalf("%d, %v", n, err)
			}
			answer := make([]byte, 100)
			if n, err := unix.Read(a, answer); err != nil || string(answer[:n]) != "answer" {
				t.Fatalf("%q, %v", answer[:n], err)
			}
			n, err := queue.Receive(b, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
			if n != 1 || err != 0 {
				t.Fatalf("error queue: %d, %v", n, err)
			}
			if got, left := queue.Departure(0); got != number || left < came {
				t.Errorf("%s: datagram %d left at %v, %v before it came; want %d", loopback, got, left, came.Sub(left), number)
			}
		}
	}
}

func TestABatchIsAsRoomyAgainHoweverLittleCameBefore(t *testing.T) {
	a, b, f, at := pair(t, "127.0.0.1")
	awaitStamps(t, a, b, f)
	in, out := NewBatch(4, f), NewBatch(4, f)
	for round, destination := range []int{0, 1, 0, 1} { // which takes room
		if err := unix.SetsockoptInt(b, f.Level, f.AskDestination, destination); err != nil {
			t.Fatal(err)
		}
		if n, err := in.Receive(b, unix.MSG_DONTWAIT); err != unix.EAGAIN {
			t.Fatalf("%d, %v", n, err)
		}
		for i := range 1 + round {
			if _, err := unix.Write(a, []byte("question")[:1+i]); err != nil {
				t.Fatal(err)
			}
		}
		n, err := in.Receive(b, unix.MSG_DONTWAIT)
		if n != 1+round || err != 0 {
			t.Fatalf("%d, %v", n, err)
		}
		for i := range n {
			came, parts, _ := in.Arrival(i, out, i, f)
			if string(in.Packet(i)) != "question"[:1+i] || in.From(i) != at || came == 0 || parts != Parts(destination)*Source {
				t.Errorf("round %d: %q from %v at %v, parts %v", round, in.Packet(i), in.From(i), came, parts)
			}
		}
	}
}

// message is a control message with that content.
func message(level, kind int32, content []byte) []byte {
	b := make([]byte, unix.CmsgSpace(len(content)))
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
	h.Level, h.Type = level, kind
	h.SetLen(unix.CmsgLen(len(content)))
	copy(b[unix.CmsgLen(0):], content)
	return b
}

// words are unsigned numbers as the kernel has them in its structures.
func words[T uint32 | uint64](numbers ...T) (b []byte) {
	b, err := binary.Append(nil, binary.NativeEndian, numbers)
	if err != nil {
		panic(err)
	}
	return b
}

func TestAnInterfacesStampComesWithItsNumberAndTheLengthOfTheFrame(t *testing.T) {
	stamps := message(unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, words[uint64](1, 2, 0, 0, 3, 4)) // software, none, hardware: seconds and nanoseconds
	by := message(unix.SOL_SOCKET, unix.SCM_TIMESTAMPING_PKTINFO, words[uint32](7, 90, 0, 0))
	const vlan = 9
	for _, c := range []struct {
		what     string
		controls [][]byte
		want     hw.NICStamp
	}{
		{"IPv4", [][]byte{stamps, by, unix.PktInfo4(&unix.Inet4Pktinfo{Ifindex: vlan})}, hw.NICStamp{At: 3e9 + 4, Index: 7, Length: 90, Via: vlan}},
		{"IPv6", [][]byte{unix.PktInfo6(&unix.Inet6Pktinfo{Ifindex: vlan}), stamps, by}, hw.NICStamp{At: 3e9 + 4, Index: 7, Length: 90, Via: vlan}},
		{"not asked for the destination", [][]byte{stamps, by}, hw.NICStamp{At: 3e9 + 4, Index: 7, Length: 90}},
		{"of an interface that no one named", [][]byte{stamps}, hw.NICStamp{}},
	} {
		f := FamilyOf(netip.IPv4Unspecified())
		in, out := NewBatch(1, f), NewBatch(1, f)
		in.headers[0].Hdr.SetControllen(copy(in.slots[0].control[:], slices.Concat(c.controls...)))
		if got := in.Hardware(0); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, got, c.want)
		}
		if at, _, _ := in.Arrival(0, out, 0, f); at != 1e9+2 {
			t.Errorf("%s: the kernel's stamp is %d", c.what, at)
		}
		if n := testing.AllocsPerRun(100, func() { in.Hardware(0) }); n != 0 {
			t.Errorf("%s: %v allocations", c.what, n)
		}
	}
}

func TestRenumberingKeepsWhatElseIsStamped(t *testing.T) {
	a, _, _, _ := pair(t, "127.0.0.1")
	for _, want := range []int{hw.KernelStamps, hw.NICStamps} {
		if err := unix.SetsockoptInt(a, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, want); err != nil {
			t.Fatal(err)
		}
		if err := Renumber(a); err != nil {
			t.Fatal(err)
		}
		if got, err := unix.GetsockoptInt(a, unix.SOL_SOCKET, unix.SO_TIMESTAMPING); err != nil || got != want {
			t.Errorf("%#x, %v, want %#x", got, err, want)
		}
	}
}

func TestADatagramToAGroupIsSharedWithIt(t *testing.T) {
	for _, c := range []struct {
		to, answering string // the latter is of ours
		want          bool
	}{
		{"192.0.2.1", "192.0.2.1", false},
		{"192.0.2.255", "192.0.2.1", true},
		{"224.0.1.1", "192.0.2.1", true},
		{"2001:db8::1", "", false},
		{"ff02::101", "", true},
	} {
		to := netip.MustParseAddr(c.to)
		f := FamilyOf(to)
		in, out := NewBatch(1, f), NewBatch(1, f)
		control := slices.Clone(f.source)
		copy(control[unix.CmsgLen(0)+f.header:], to.AsSlice())
		if c.answering != "" {
			copy(control[unix.CmsgLen(0)+f.local:], netip.MustParseAddr(c.answering).AsSlice())
		}
		in.headers[0].Hdr.SetControllen(copy(in.slots[0].control[:], control))
		if _, _, shared := in.Arrival(0, out, 0, f); shared != c.want {
			t.Errorf("%s: %t", c.to, shared)
		}
	}
}

func FuzzControlMessages(f *testing.F) {
	for _, family := range []*Family{FamilyOf(netip.IPv4Unspecified()), FamilyOf(netip.IPv6Unspecified())} {
		f.Add([]byte{})
		f.Add(family.source)
		f.Add(append(askStamp(), family.source...))
	}
	f.Fuzz(func(t *testing.T, control []byte) {
		for _, family := range []*Family{FamilyOf(netip.IPv4Unspecified()), FamilyOf(netip.IPv6Unspecified())} {
			in, out := NewBatch(1, family), NewBatch(1, family)
			in.headers[0].Hdr.SetControllen(copy(in.slots[0].control[:], control))
			at, parts, _ := in.Arrival(0, out, 0, family)
			number, left := in.Departure(0)
			if s := in.Hardware(0); s.Index == 0 && s.At != 0 {
				t.Errorf("stamped at %v by no interface", s.At)
			}
			if len(control) == 0 && (at != 0 || parts != 0 || number != 0 || left != hw.Time(0)) {
				t.Errorf("nothing says %v, %v, %d, %v", at, parts, number, left)
			}
		}
	})
}
