package mmsg

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// Family is what differs between IPv4 and IPv6: how the kernel tells to which
// of our addresses a packet came, and is told from which to send.
type Family struct {
	Domain         int
	Level          int    // of the options
	AskDestination int    // option: Arrival is to tell to which of our addresses
	ServiceClass   int    // option: the byte that DSCP is in
	Sender         uint32 // where a packet filter finds the last 4 bytes of the client's address

	destination int32  // type of the control message, both ways
	local, size int    // where our address begins in its data, and its length, bytes
	header      int    // where the address begins that the packet was sent to
	source      []byte // the message to send with, but for the address
}

// networkHeader is SKF_NET_OFF, to which a packet filter adds what it wants of
// the IP header.
const networkHeader = 1<<32 - 0x100000

// FamilyOf returns the family of a.
func FamilyOf(a netip.Addr) *Family {
	if a.Is4() {
		return &Family{
			Domain: unix.AF_INET, Level: unix.IPPROTO_IP, AskDestination: unix.IP_PKTINFO, ServiceClass: unix.IP_TOS,
			Sender:      networkHeader + 12,
			destination: unix.IP_PKTINFO, local: 4, size: 4, header: 8, source: unix.PktInfo4(&unix.Inet4Pktinfo{}),
		}
	}
	return &Family{
		Domain: unix.AF_INET6, Level: unix.IPPROTO_IPV6, AskDestination: unix.IPV6_RECVPKTINFO, ServiceClass: unix.IPV6_TCLASS,
		Sender:      networkHeader + 20,
		destination: unix.IPV6_PKTINFO, local: 0, size: 16, header: 0, source: unix.PktInfo6(&unix.Inet6Pktinfo{}),
	}
}

// shared reports whether the address that a datagram was sent to is one that others
// have, too: broadcast or multicast. For IPv4 the kernel then names another one to
// answer from.
func (f *Family) shared(destination []byte) bool {
	if f.Domain == unix.AF_INET6 {
		return destination[f.header] == 0xff
	}
	return string(destination[f.header:][:f.size]) != string(destination[f.local:][:f.size])
}

// leave has the source message make a datagram leave from the address that
// another came to, whose destination message has this content. The route is
// the kernel's choice, but for a link-local address, which means nothing
// without its interface.
func (f *Family) leave(source, destination []byte) {
	const index = 16 // of the interface, behind an IPv6 address
	content := source[unix.CmsgLen(0):]
	copy(content[f.local:], destination[f.local:][:f.size])
	if f.Domain != unix.AF_INET6 {
		return
	}
	clear(content[index:][:4])
	if destination[0] == 0xfe && destination[1]&0xc0 == 0x80 {
		copy(content[index:], destination[index:])
	}
}
