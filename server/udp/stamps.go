package udp

import (
	"encoding/binary"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/server/ntp"
)

// What is asked of the kernel: the receive time of everything, and the
// transmit time of those answers that ask for it themselves; of these the
// number alone, not the packet.
const (
	stamps = unix.SOF_TIMESTAMPING_SOFTWARE | unix.SOF_TIMESTAMPING_RX_SOFTWARE |
		unix.SOF_TIMESTAMPING_OPT_TSONLY
	numbered = stamps | unix.SOF_TIMESTAMPING_OPT_ID
)

const (
	stampRequest = 4 // bytes
	errorBatch   = 4 // messages of the error queue that are read at once
)

// askStamp is the control message by which an answer asks for its transmit time.
func askStamp() []byte {
	b := make([]byte, unix.CmsgSpace(stampRequest))
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
	h.Level, h.Type = unix.SOL_SOCKET, unix.SO_TIMESTAMPING
	h.SetLen(unix.CmsgLen(stampRequest))
	binary.NativeEndian.PutUint32(b[unix.CmsgLen(0):], unix.SOF_TIMESTAMPING_TX_SOFTWARE)
	return b
}

// sampled is how often an answer is asked for its transmit time to learn from,
// by the raw clock.
const sampled = hw.Raw(30 * time.Millisecond)

// awaited is an answer whose transmit time the kernel was asked for. The times
// are by our clock.
type awaited struct {
	number      uint32
	exchange    ntp.Token // of a client who wants to know it
	read        hw.Time   // before its batch was judged
	prepared    hw.Time   // before it was sent; 0: there is nothing to be learnt
	count, slot int       // of its batch
}

// departures are the answers whose transmit time is still to come.
type departures struct {
	next    uint32 // the kernel numbers those that ask from 0 on
	waiting int
	ring    [2 * batchSize]awaited // by number
	queue   *batch                 // the error queue
	sample  hw.Raw                 // when the next one is due
}

// due tells whether it is time to learn again. What has not come from the
// error queue by then is not waited for any longer.
func (d *departures) due(now hw.Raw) bool {
	if now < d.sample {
		return false
	}
	d.sample, d.waiting = now+sampled, 0
	return true
}

func (d *departures) expect(a awaited) {
	a.number = d.next
	d.ring[a.number%uint32(len(d.ring))] = a
	d.next++
	d.waiting++
}

// take returns the answer of that number, once.
func (d *departures) take(number uint32) (awaited, bool) {
	a := &d.ring[number%uint32(len(d.ring))]
	if a.number != number || a.read == 0 {
		return awaited{}, false
	}
	d.waiting = max(d.waiting-1, 0)
	found := *a
	*a = awaited{}
	return found, true
}

// lost has the kernel count anew: nobody knows whether it has counted an
// answer that was not sent.
func (d *departures) lost(socket int) {
	if d.waiting == 0 {
		return
	}
	clear(d.ring[:])
	d.next, d.waiting = 0, 0
	_ = unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, stamps)
	_ = unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, numbered)
}

// departure reads a message of the error queue: which answer left, and when by
// CLOCK_REALTIME; that is 0 when the message is about anything else.
func (f *family) departure(control []byte) (number uint32, at hw.Time) {
	ours := false
	for len(control) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		switch {
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SO_TIMESTAMPING_NEW && len(data) >= 16:
			at = softwareStamp(data)
		case h.Level == int32(f.level) && h.Type == f.received && len(data) >= 16: // struct sock_extended_err
			ours = data[4] == unix.SO_EE_ORIGIN_TIMESTAMPING
			number = binary.NativeEndian.Uint32(data[12:])
		}
		control = rest
	}
	if !ours {
		return 0, 0
	}
	return number, at
}
