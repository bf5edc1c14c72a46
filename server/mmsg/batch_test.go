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
			unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, Stamps),
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
			if got, left := queue.Departure(0, f); got != number || left < came {
				t.Errorf("%s: datagram %d left at %v, %v before it came; want %d", loopback, got, left, came.Sub(left), number)
			}
		}
	}
}

// message is a control message of the socket level.
func message(kind int32, words ...uint64) []byte {
	b := make([]byte, unix.CmsgSpace(8*len(words)))
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
	h.Level, h.Type = unix.SOL_SOCKET, kind
	h.SetLen(unix.CmsgLen(8 * len(words)))
	for i, w := range words {
		binary.NativeEndian.PutUint64(b[unix.CmsgLen(8*i):], w)
	}
	return b
}

func TestAnInterfacesStampComesWithItsNumber(t *testing.T) {
	f := FamilyOf(netip.IPv4Unspecified())
	stamps := message(unix.SO_TIMESTAMPING_NEW, 1, 2, 0, 0, 3, 4) // software, none, hardware: seconds and nanoseconds
	var whose [8]byte
	binary.NativeEndian.PutUint32(whose[:], 7)
	by := message(unix.SCM_TIMESTAMPING_PKTINFO, binary.NativeEndian.Uint64(whose[:]), 0)
	in, out := NewBatch(1, f), NewBatch(1, f)
	control := in.slots[0].control[:]
	in.headers[0].Hdr.SetControllen(copy(control, append(slices.Clone(stamps), by...)))
	if at, index := in.Hardware(0); at != 3e9+4 || index != 7 {
		t.Errorf("%d at interface %d", at, index)
	}
	if at, _, _ := in.Arrival(0, out, 0, f); at != 1e9+2 {
		t.Errorf("the kernel's stamp is %d", at)
	}
	in.headers[0].Hdr.SetControllen(copy(control, stamps))
	if at, index := in.Hardware(0); at != 0 || index != 0 {
		t.Errorf("%d at interface %d, which nobody named", at, index)
	}
}

func TestRenumberingKeepsWhatElseIsStamped(t *testing.T) {
	a, _, _, _ := pair(t, "127.0.0.1")
	for _, want := range []int{Stamps, HardwareStamps} {
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
			number, left := in.Departure(0, family)
			if nic, index := in.Hardware(0); index == 0 && nic != 0 {
				t.Errorf("stamped at %v by no interface", nic)
			}
			if len(control) == 0 && (at != 0 || parts != 0 || number != 0 || left != hw.Time(0)) {
				t.Errorf("nothing says %v, %v, %d, %v", at, parts, number, left)
			}
		}
	})
}
