package udp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// open opens the sockets that address stands for, and returns those that are
// open also beside an error.
func open(address string) ([]*socket, error) {
	addrs, port, err := expand(address)
	if err != nil {
		return nil, fmt.Errorf("listen %q: %w", address, err)
	}
	var sockets []*socket
	var absent error // why a family of a pair is left out
	for _, ip := range addrs {
		k, err := listen(netip.AddrPortFrom(ip, port))
		switch {
		case err == nil:
			sockets = append(sockets, k)
		case len(addrs) > 1 && (errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EADDRNOTAVAIL)):
			absent = err
		default:
			return sockets, err
		}
	}
	if len(sockets) == 0 {
		return nil, absent
	}
	return sockets, nil
}

// expand returns the IP addresses and the port that address names.
func expand(address string) ([]netip.Addr, uint16, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, 0, errors.New("expected ADDRESS:PORT")
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, 0, errors.New("expected a port from 0 to 65535")
	}
	switch host {
	case "":
		return []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}, uint16(port), nil
	case "localhost":
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}, uint16(port), nil
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return nil, 0, errors.New("expected an IP address in front of the port")
	}
	return []netip.Addr{ip.Unmap()}, uint16(port), nil
}

// listen opens one socket. An IPv6 socket takes no IPv4 packets, so that each
// family has its own.
func listen(at netip.AddrPort) (*socket, error) {
	f := familyOf(at.Addr())
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var refused error
		err := raw.Control(func(fd uintptr) {
			// Kernels before 5.1 do not know the first: their requests count as unstamped.
			_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS_NEW, 1)
			refused = unix.SetsockoptInt(int(fd), f.level, f.askDestination, 1)
		})
		return errors.Join(err, refused)
	}}
	conn, err := config.ListenPacket(context.Background(), f.network, at.String())
	if err != nil {
		return nil, err // net names the call and the address
	}
	return newSocket(conn.(*net.UDPConn), f), nil
}
