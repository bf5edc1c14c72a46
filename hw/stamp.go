package hw

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Values of SO_TIMESTAMPING_NEW.
const (
	// KernelStamps is the receive time of everything, and the transmit time of the
	// datagrams that ask for it; of these the number alone, not the packet.
	KernelStamps = unix.SOF_TIMESTAMPING_SOFTWARE | unix.SOF_TIMESTAMPING_RX_SOFTWARE |
		unix.SOF_TIMESTAMPING_OPT_TSONLY | unix.SOF_TIMESTAMPING_OPT_ID
	// NICStamps is KernelStamps, and the receive time by the clock of the network
	// interface with its number, where an interface stamps.
	NICStamps = KernelStamps | unix.SOF_TIMESTAMPING_RX_HARDWARE | unix.SOF_TIMESTAMPING_RAW_HARDWARE |
		unix.SOF_TIMESTAMPING_OPT_PKTINFO
)

// NICStamp is what a network interface tells of a datagram.
type NICStamp struct {
	At     PTP // when its frame began, by the clock of the interface; 0: it does not say
	Index  int // the kernel's number of the interface
	Length int // of the frame in bytes, but for VLAN tags, padding and check sequence
	Via    int // the number of the interface that is on top, such as a VLAN; 0: not asked for
}

// Stamped is what the kernel tells of the time of a datagram, in control messages.
type Stamped struct {
	Kernel Time // by CLOCK_REALTIME; 0: it does not say
	NIC    NICStamp
	Left   bool   // it is of one that was sent …
	Number uint32 // … as this one of those that asked for it
}

// ReadStamps reads control messages, of a datagram or of the error queue.
func ReadStamps(control []byte) (s Stamped) {
	for len(control) > 0 {
		h, content, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		s.read(h, content)
		control = rest
	}
	if s.NIC.Index == 0 {
		s.NIC.At = 0 // by whose clock?
	}
	return s
}

func (s *Stamped) read(h unix.Cmsghdr, content []byte) {
	word := func(at int) uint32 { return binary.NativeEndian.Uint32(content[at:]) }
	switch {
	case h.Level == unix.SOL_SOCKET && h.Type == unix.SO_TIMESTAMPING_NEW && len(content) >= 16:
		s.Kernel = KernelStamp(content)
		if len(content) >= 48 {
			s.NIC.At = PTP(KernelStamp(content[32:])) // the third pair
		}
	case h.Level == unix.SOL_SOCKET && h.Type == unix.SCM_TIMESTAMPING_PKTINFO && len(content) >= 8: // struct scm_ts_pktinfo
		s.NIC.Index, s.NIC.Length = int(word(0)), int(word(4))
	case h.Level == unix.IPPROTO_IP && h.Type == unix.IP_PKTINFO && len(content) >= 12:
		s.NIC.Via = int(word(0))
	case h.Level == unix.IPPROTO_IPV6 && h.Type == unix.IPV6_PKTINFO && len(content) >= 20:
		s.NIC.Via = int(word(16))
	case (h.Level == unix.IPPROTO_IP && h.Type == unix.IP_RECVERR || h.Level == unix.IPPROTO_IPV6 && h.Type == unix.IPV6_RECVERR) && len(content) >= 16: // struct sock_extended_err
		s.Left, s.Number = content[4] == unix.SO_EE_ORIGIN_TIMESTAMPING, word(12)
	}
}

// KernelStamp is the pair of seconds and nanoseconds that content begins with; it is
// 0 when the kernel did not look at its clock.
func KernelStamp(content []byte) Time {
	return Time(binary.NativeEndian.Uint64(content)*1e9 + binary.NativeEndian.Uint64(content[8:]))
}
