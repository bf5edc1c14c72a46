package mmsg

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// Stamps is the value of SO_TIMESTAMPING_NEW: the receive time of everything,
// and the transmit time of the datagrams that ask for it; of these the number
// alone, not the packet.
const Stamps = unix.SOF_TIMESTAMPING_SOFTWARE | unix.SOF_TIMESTAMPING_RX_SOFTWARE |
	unix.SOF_TIMESTAMPING_OPT_TSONLY | unix.SOF_TIMESTAMPING_OPT_ID

// HardwareStamps is Stamps, and the receive time by the clock of the network
// interface with its number, where an interface stamps.
const HardwareStamps = Stamps | unix.SOF_TIMESTAMPING_RX_HARDWARE | unix.SOF_TIMESTAMPING_RAW_HARDWARE |
	unix.SOF_TIMESTAMPING_OPT_PKTINFO

// Renumber has the kernel number the datagrams that ask for their transmit time
// from 0 on. It does so when it is told that they are to be numbered, and were not.
func Renumber(socket int) error {
	stamps, err := unix.GetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING) // some kernels know _NEW only when setting
	if err != nil {
		return err
	}
	_ = unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, stamps&^unix.SOF_TIMESTAMPING_OPT_ID)
	return unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, stamps|unix.SOF_TIMESTAMPING_OPT_ID)
}

const stampRequest = 4 // bytes

// askStamp is the control message by which a datagram asks for its transmit time.
func askStamp() []byte {
	b := make([]byte, unix.CmsgSpace(stampRequest))
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
	h.Level, h.Type = unix.SOL_SOCKET, unix.SO_TIMESTAMPING
	h.SetLen(unix.CmsgLen(stampRequest))
	binary.NativeEndian.PutUint32(b[unix.CmsgLen(0):], unix.SOF_TIMESTAMPING_TX_SOFTWARE)
	return b
}

// Arrival returns when datagram i came, by CLOCK_REALTIME; 0 when the kernel
// does not say. If it says to which of our addresses, datagram j of out can
// leave from there: its parts are Source. Shared is one that others hear, too:
// it came to a broadcast or multicast address.
func (b *Batch) Arrival(i int, out *Batch, j int, f *Family) (at hw.Time, p Parts, shared bool) {
	for control := b.controls(i); len(control) > 0; {
		h, content, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		switch {
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SO_TIMESTAMPING_NEW && len(content) >= 16:
			at = softwareStamp(content)
		case h.Level == int32(f.Level) && h.Type == f.destination && len(content) >= max(f.local, f.header)+f.size:
			shared = f.shared(content)
			f.leave(out.slots[j].control[:], content)
			p = Source
		}
		control = rest
	}
	return at, p, shared
}

// NICStamp is what a network interface tells of a datagram.
type NICStamp struct {
	At     hw.PTP // when its frame began, by the clock of the interface; 0: it does not say
	Index  int    // the kernel's number of the interface
	Length int    // of the frame in bytes, but for VLAN tags, padding and check sequence
	Via    int    // the number of the interface that is on top, such as a VLAN; 0: not asked for
}

// Hardware returns what the network interface that stamped datagram i tells of it.
func (b *Batch) Hardware(i int) (s NICStamp) {
	for control := b.controls(i); len(control) > 0; {
		h, content, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		switch {
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SO_TIMESTAMPING_NEW && len(content) >= 48:
			s.At = hw.PTP(softwareStamp(content[32:])) // the third pair
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SCM_TIMESTAMPING_PKTINFO && len(content) >= 8: // struct scm_ts_pktinfo
			s.Index, s.Length = int(binary.NativeEndian.Uint32(content)), int(binary.NativeEndian.Uint32(content[4:]))
		case h.Level == unix.IPPROTO_IP && h.Type == unix.IP_PKTINFO && len(content) >= 12:
			s.Via = int(binary.NativeEndian.Uint32(content))
		case h.Level == unix.IPPROTO_IPV6 && h.Type == unix.IPV6_PKTINFO && len(content) >= 20:
			s.Via = int(binary.NativeEndian.Uint32(content[16:]))
		}
		control = rest
	}
	if s.Index == 0 {
		s.At = 0 // by whose clock?
	}
	return s
}

// Departure returns what message i of the error queue says: the number of a
// datagram that asked for its transmit time, and that time by CLOCK_REALTIME.
// It is 0 when the message is about anything else.
func (b *Batch) Departure(i int, f *Family) (number uint32, at hw.Time) {
	ours := false
	for control := b.controls(i); len(control) > 0; {
		h, content, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		switch {
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SO_TIMESTAMPING_NEW && len(content) >= 16:
			at = softwareStamp(content)
		case h.Level == int32(f.Level) && h.Type == f.failure && len(content) >= 16: // struct sock_extended_err
			ours = content[4] == unix.SO_EE_ORIGIN_TIMESTAMPING
			number = binary.NativeEndian.Uint32(content[12:])
		}
		control = rest
	}
	if !ours {
		return 0, 0
	}
	return number, at
}

// softwareStamp is the first of three pairs of seconds and nanoseconds; it is
// 0 when the kernel did not look at its clock.
func softwareStamp(content []byte) hw.Time {
	return hw.Time(binary.NativeEndian.Uint64(content)*1e9 + binary.NativeEndian.Uint64(content[8:]))
}
