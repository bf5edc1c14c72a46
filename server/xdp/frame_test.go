package xdp

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// frame is a datagram in its envelopes, as it is on the wire.
type frame struct {
	to, from   [6]byte
	service    uint8
	source     netip.AddrPort
	target     netip.AddrPort
	payload    []byte
	fragment   uint16 // of IPv4: flags and offset
	id         uint16
	hops       uint8
	options    []byte // of IPv4
	extensions []byte // of IPv6, before UDP, whose kind is in place of their first byte
}

const udpProtocol = 17

// bytes returns f with right checksums.
func (f frame) bytes() []byte {
	u := make([]byte, 8, 8+len(f.payload))
	binary.BigEndian.PutUint16(u[0:], f.source.Port())
	binary.BigEndian.PutUint16(u[2:], f.target.Port())
	binary.BigEndian.PutUint16(u[4:], uint16(8+len(f.payload)))
	u = append(u, f.payload...)
	source, target := f.source.Addr().AsSlice(), f.target.Addr().AsSlice()
	pseudo := slices.Concat(source, target, []byte{0, udpProtocol}, u[4:6])
	binary.BigEndian.PutUint16(u[6:], ones(pseudo, u))
	b := slices.Concat(f.to[:], f.from[:])
	if f.source.Addr().Is4() {
		return slices.Concat(b, []byte{8, 0}, f.over4(len(u)), u)
	}
	ip := make([]byte, 8, 40)
	binary.BigEndian.PutUint32(ip, 6<<28|uint32(f.service)<<20)
	binary.BigEndian.PutUint16(ip[4:], uint16(len(f.extensions)+len(u)))
	ip[6], ip[7] = udpProtocol, f.hops
	extensions := slices.Clone(f.extensions)
	if len(extensions) > 0 {
		ip[6], extensions[0] = extensions[0], udpProtocol
	}
	return slices.Concat(b, []byte{0x86, 0xdd}, ip, source, target, extensions, u)
}

func (f frame) over4(size int) []byte {
	ip := make([]byte, 20, 60)
	ip[0], ip[1], ip[8], ip[9] = 0x45+uint8(len(f.options)/4), f.service, f.hops, udpProtocol
	binary.BigEndian.PutUint16(ip[2:], uint16(20+len(f.options)+size))
	binary.BigEndian.PutUint16(ip[4:], f.id)
	binary.BigEndian.PutUint16(ip[6:], f.fragment)
	copy(ip[12:], f.source.Addr().AsSlice())
	copy(ip[16:], f.target.Addr().AsSlice())
	ip = append(ip, f.options...)
	binary.BigEndian.PutUint16(ip[10:], ones(ip))
	return ip
}

// ones is the checksum of RFC 1071 over parts of even lengths but for the last;
// 0 is sent as its other form.
func ones(parts ...[]byte) uint16 {
	var sum uint32
	for i, b := range slices.Concat(parts...) {
		sum += uint32(b) << (8 * (1 - i%2))
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	return max(^uint16(sum), uint16(0xffff*btoi(^uint16(sum) == 0)))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
