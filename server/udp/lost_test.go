package udp

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestWhatTheKernelThrowsAwayIsCounted(t *testing.T) {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(socket)
	if err := unix.Bind(socket, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_RCVBUF, 4096); err != nil {
		t.Fatal(err)
	}
	to, err := unix.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	if n := lost(socket); n != 0 {
		t.Errorf("%d lost before anything came", n)
	}
	for range 1000 { // no one reads; on loopback they arrive before Sendto returns
		if err := unix.Sendto(socket, make([]byte, 48), 0, to); err != nil {
			t.Fatal(err)
		}
	}
	if n := lost(socket); n < 900 || n > 1000 {
		t.Errorf("%d of 1000 lost", n)
	}
	if n := lost(-1); n != 0 {
		t.Errorf("%d lost without a socket", n)
	}
}
