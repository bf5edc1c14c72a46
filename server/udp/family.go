package udp

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// family is what differs between IPv4 and IPv6: how the kernel tells to which
// of our addresses a packet came, and how it is told from which to send.
type family struct {
	network        string // as package net calls it; with the digit, IPv6 is IPv6 only
	level          int
	askDestination int    // socket option
	destination    int32  // type of the control message, both ways
	local, size    int    // where our address begins in its data, and its length, bytes
	source         []byte // the message to send with, filled in for every answer
}

func familyOf(a netip.Addr) family {
	if a.Is4() {
		return family{
			"udp4", unix.IPPROTO_IP, unix.IP_PKTINFO, unix.IP_PKTINFO,
			4, 4, unix.PktInfo4(&unix.Inet4Pktinfo{}), // behind the interface's index
		}
	}
	return family{
		"udp6", unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, unix.IPV6_PKTINFO,
		0, 16, unix.PktInfo6(&unix.Inet6Pktinfo{}),
	}
}

// arrival returns what the kernel's control messages say of a packet: when it
// came, by CLOCK_REALTIME, 0 when they do not say; and the message that makes
// the answer leave from the address that it came to, nil likewise. The route
// is the kernel's choice: no interface is named.
func (f *family) arrival(control []byte) (at hw.Time, source []byte) {
	for len(control) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		switch {
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SO_TIMESTAMPNS_NEW && len(data) >= 16:
			seconds, ns := binary.NativeEndian.Uint64(data), binary.NativeEndian.Uint64(data[8:])
			at = hw.Time(seconds*1e9 + ns)
		case h.Level == int32(f.level) && h.Type == f.destination && len(data) >= f.local+f.size:
			copy(f.source[unix.CmsgLen(f.local):], data[f.local:][:f.size])
			source = f.source
		}
		control = rest
	}
	return at, source
}
