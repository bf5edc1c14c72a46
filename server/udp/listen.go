package udp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"golang.org/x/sys/unix"
)

// openAll opens the sockets that address stands for, and returns the workers of
// those that are open also beside an error.
func openAll(address string, o Options) ([]*worker, error) {
	addrs, port, err := expand(address)
	if err != nil {
		return nil, fmt.Errorf("listen %q: %w", address, err)
	}
	var workers []*worker
	var absent error // why a family of a pair is left out
	for _, ip := range addrs {
		opened, err := openGroup(netip.AddrPortFrom(ip, port), o)
		workers = append(workers, opened...)
		switch {
		case err == nil:
		case len(addrs) > 1 && (errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EADDRNOTAVAIL)):
			absent = err
		default:
			return workers, err
		}
	}
	if len(workers) == 0 {
		return nil, absent
	}
	return workers, nil
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
