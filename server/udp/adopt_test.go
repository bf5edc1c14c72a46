package udp

import (
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/server/mmsg"
)

// inherited opens count sockets that share an address of loopback, as systemd
// does with ReusePort=yes.
func inherited(t *testing.T, loopback string, count int) (files []*os.File) {
	t.Helper()
	at := netip.AddrPortFrom(netip.MustParseAddr(loopback), 0)
	f := mmsg.FamilyOf(at.Addr())
	for range count {
		socket, err := unix.Socket(f.Domain, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		file := os.NewFile(uintptr(socket), "LISTEN_FD")
		t.Cleanup(func() { file.Close() })
		if err := share(socket); err != nil {
			t.Fatal(err)
		}
		if err := bind(f, socket, at); err != nil {
			t.Fatal(err)
		}
		if at, err = boundTo(socket); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func TestSocketsThatShareAnAddressAreAWorkerEachAndAClientHasOne(t *testing.T) {
	for _, loopback := range []string{"127.0.0.1", "::1"} {
		const count = 3
		files := inherited(t, loopback, count)
		files = append(files[:1], append(inherited(t, loopback, 1), files[1:]...)...) // in any order
		s := serve(t, Options{Inherited: files, Policy: everybody()})
		if c := s.Counters(); len(c) != 2 || len(s.workers) != count+1 {
			t.Fatalf("%d workers, %+v", len(s.workers), c)
		}
		shared := 0 // which address of the two has more than one socket
		if s.workers[0].listen != s.workers[1].listen {
			shared = 1
		}
		for range 20 { // ports of one client
			exchange(t, dial(t, s, shared), request(), make([]byte, 100))
		}
		busy := 0
		for _, w := range s.workers {
			if len(w.gate.Clients(nil)) > 0 {
				busy++
			}
		}
		if busy != 1 {
			t.Errorf("%s: %d workers know the client", loopback, busy)
		}
		if loopback != "127.0.0.1" {
			continue
		}
		_, port, _ := net.SplitHostPort(s.Counters()[shared].Listen)
		for i := range 30 { // and other clients
			from, to := net.IPv4(127, 0, 1, byte(i)), netip.MustParseAddrPort("127.0.0.1:"+port)
			conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: from}, net.UDPAddrFromAddrPort(to))
			if err != nil {
				t.Fatal(err)
			}
			if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			exchange(t, conn, request(), make([]byte, 100))
			conn.Close()
		}
		for i, w := range s.workers {
			if w.listen == s.Counters()[shared].Listen && len(w.gate.Clients(nil)) == 0 {
				t.Errorf("worker %d has no client", i)
			}
		}
	}
}

func TestAReceiveBufferThatIsLargerThanWeMayAskForStays(t *testing.T) {
	files := inherited(t, "127.0.0.1", 1)
	socket := int(files[0].Fd())
	if unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 2*receiveBuffer) != nil {
		t.Log("without privileges there is no larger one than the kernel allows")
	}
	before, err := unix.GetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_RCVBUF)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, Options{Inherited: files, Policy: everybody()})
	after, err := unix.GetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_RCVBUF)
	if err != nil || after < before {
		t.Errorf("%d bytes, then %d, %v", before, after, err)
	}
}
