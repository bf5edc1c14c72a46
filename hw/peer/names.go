package peer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of what names may come to.
const (
	mostAddresses = 4
	mostTargets   = 4
	resolveTime   = 10 * time.Second
)

// ErrNoAddress says that a name has none that could be asked.
var ErrNoAddress = errors.New("no address that could be asked")

// Resolver finds addresses; it is that of package net.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error)
}

// Resolve returns the addresses of a server, at most four: host is an address, a
// name, or the name of an SRV record (RFC 2782), such as _ntp._udp.example.net, which
// has ports of its own. What no server can have is left out.
func Resolve(ctx context.Context, r Resolver, host string, port uint16) ([]netip.AddrPort, error) {
	ctx, end := context.WithTimeout(ctx, resolveTime)
	defer end()
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.AddrPort{netip.AddrPortFrom(a, port)}, nil
	}
	if !strings.HasPrefix(host, "_") {
		return addresses(ctx, r, host, port)
	}
	_, targets, err := r.LookupSRV(ctx, "", "", host)
	if err != nil {
		return nil, err
	}
	var all []netip.AddrPort
	for _, t := range targets[:min(len(targets), mostTargets)] {
		found, failed := addresses(ctx, r, strings.TrimSuffix(t.Target, "."), t.Port)
		err = errors.Join(err, failed)
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil, errors.Join(err, fmt.Errorf("%s: %w", host, ErrNoAddress))
	}
	return all[:min(len(all), mostAddresses)], nil
}

func addresses(ctx context.Context, r Resolver, host string, port uint16) (all []netip.AddrPort, err error) {
	found, err := r.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	for _, a := range found {
		a = a.Unmap()
		to := netip.AddrPortFrom(a, port)
		if a.IsValid() && !a.IsUnspecified() && !a.IsMulticast() && a != broadcast && port != 0 && !slices.Contains(all, to) {
			all = append(all, to)
		}
		if len(all) == mostAddresses {
			break
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: %w", net.JoinHostPort(host, strconv.Itoa(int(port))), ErrNoAddress)
	}
	return all, nil
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// IsPublic reports whether an address is on the internet, neither in a network of the
// operator's own nor on this host.
func IsPublic(a netip.Addr) bool {
	a = a.Unmap()
	return !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast()
}

// Own returns all addresses of this host, also those that it has for the moment alone.
func Own() ([]netip.Addr, error) {
	found, err := net.InterfaceAddrs()
	var all []netip.Addr
	for _, a := range found {
		if n, ok := a.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(n.IP); ok {
				all = append(all, ip.Unmap())
			}
		}
	}
	return all, err
}
