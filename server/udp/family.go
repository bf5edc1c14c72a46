package udp

import (
	"encoding/binary"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// family is what differs between IPv4 and IPv6: how an address is written, and
// how the kernel tells to which of ours a packet came, and is told from which
// to send.
type family struct {
	domain         int
	level          int
	askDestination int    // socket option
	destination    int32  // type of the control message, both ways
	local, size    int    // where our address begins in its data, and its length, bytes
	index          int    // where the index of the interface is
	source         []byte // the message to send with, but for the address
	serviceClass   int    // socket option: the byte that DSCP is in
	received       int32  // type of the message that says what is in the error queue
	sender         uint32 // where a packet filter finds the last 4 bytes of the client's address
}

// networkHeader is SKF_NET_OFF, to which a packet filter adds what it wants of
// the IP header.
const networkHeader = 1<<32 - 0x100000

func familyOf(a netip.Addr) family {
	if a.Is4() {
		return family{
			domain: unix.AF_INET, level: unix.IPPROTO_IP, askDestination: unix.IP_PKTINFO, destination: unix.IP_PKTINFO,
			local: 4, size: 4, index: 0, source: unix.PktInfo4(&unix.Inet4Pktinfo{}),
			serviceClass: unix.IP_TOS, received: unix.IP_RECVERR, sender: networkHeader + 12,
		}
	}
	return family{
		domain: unix.AF_INET6, level: unix.IPPROTO_IPV6, askDestination: unix.IPV6_RECVPKTINFO, destination: unix.IPV6_PKTINFO,
		local: 0, size: 16, index: 16, source: unix.PktInfo6(&unix.Inet6Pktinfo{}),
		serviceClass: unix.IPV6_TCLASS, received: unix.IPV6_RECVERR, sender: networkHeader + 20,
	}
}

// arrival returns what the kernel's control messages say of a packet: when it
// came, by CLOCK_REALTIME, 0 when they do not say; and whether they told to
// which of our addresses. If so, source, a message to send with, becomes one
// that has the answer leave from there. The route is the kernel's choice, but
// for a link-local address, which means nothing without its interface.
func (f *family) arrival(control, source []byte) (at hw.Time, told bool) {
	for len(control) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		switch {
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SO_TIMESTAMPING_NEW && len(data) >= 16:
			at = softwareStamp(data)
		case h.Level == int32(f.level) && h.Type == f.destination && len(data) >= f.local+f.size:
			to := source[unix.CmsgLen(0):]
			copy(to[f.local:], data[f.local:][:f.size])
			if f.size == 16 {
				clear(to[f.index:][:4])
				if data[0] == 0xfe && data[1]&0xc0 == 0x80 {
					copy(to[f.index:][:4], data[f.index:])
				}
			}
			told = true
		}
		control = rest
	}
	return at, told
}

// softwareStamp is the first of three pairs of seconds and nanoseconds, which
// is 0 when the kernel did not look at its clock.
func softwareStamp(data []byte) hw.Time {
	return hw.Time(binary.NativeEndian.Uint64(data)*1e9 + binary.NativeEndian.Uint64(data[8:]))
}

// client reads the address that the kernel wrote, without the zone of a
// link-local one: it goes back to the kernel as it came.
func client(name *unix.RawSockaddrInet6) netip.AddrPort {
	port := func(p *uint16) uint16 { return binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(p))[:]) }
	switch name.Family {
	case unix.AF_INET:
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(name)) // the shorter of the two
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), port(&v4.Port))
	case unix.AF_INET6:
		return netip.AddrPortFrom(netip.AddrFrom16(name.Addr), port(&name.Port))
	}
	return netip.AddrPort{}
}
