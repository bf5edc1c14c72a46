package mmsg

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

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
			at = hw.KernelStamp(content)
		case h.Level == int32(f.Level) && h.Type == f.destination && len(content) >= max(f.local, f.header)+f.size:
			shared = f.shared(content)
			f.leave(out.slots[j].control[:], content)
			p = Source
		}
		control = rest
	}
	return at, p, shared
}

// Hardware returns what the network interface that stamped datagram i tells of it.
func (b *Batch) Hardware(i int) hw.NICStamp { return hw.ReadStamps(b.controls(i)).NIC }

// Departure returns what message i of the error queue says: the number of a
// datagram that asked for its transmit time, and that time by CLOCK_REALTIME.
// It is 0 when the message is about anything else.
func (b *Batch) Departure(i int) (number uint32, at hw.Time) {
	s := hw.ReadStamps(b.controls(i))
	if !s.Left {
		return 0, 0
	}
	return s.Number, s.Kernel
}
