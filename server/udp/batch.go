package udp

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	batchSize   = 16   // datagrams that are taken at once
	longest     = 2048 // bytes; a datagram that does not fit in an Ethernet frame is no request
	controlSize = 192  // bytes: a time stamp, a destination and an error, with their headers
)

// batch is a row of datagrams, as recvmmsg(2) and sendmmsg(2) take them.
type batch struct {
	headers []unix.Mmsghdr
	slots   []slot
}

// slot is where one datagram has its parts.
type slot struct {
	name    unix.RawSockaddrInet6 // room for either family
	vector  unix.Iovec
	control [controlSize]byte
	packet  [longest]byte
}

func newBatch(size int) *batch {
	b := &batch{make([]unix.Mmsghdr, size), make([]slot, size)}
	for i := range b.headers {
		s, h := &b.slots[i], &b.headers[i].Hdr
		s.vector.Base = &s.packet[0]
		h.Iov = &s.vector
		h.SetIovlen(1)
	}
	return b
}

// receive takes what is there, and waits for the first datagram unless flags
// say otherwise. Waiting is the kernel's: it is told once for every batch, and
// the runtime of the language learns of it.
func (b *batch) receive(socket int, flags int) (int, unix.Errno) {
	for i := range b.headers {
		s, h := &b.slots[i], &b.headers[i].Hdr
		h.Name, h.Namelen = (*byte)(unsafe.Pointer(&s.name)), unix.SizeofSockaddrInet6
		h.Control = &s.control[0]
		h.SetControllen(controlSize)
		s.vector.SetLen(longest)
	}
	call := unix.RawSyscall6
	if flags&unix.MSG_DONTWAIT == 0 {
		call = unix.Syscall6
	}
	n, _, err := call(unix.SYS_RECVMMSG, uintptr(socket), uintptr(unsafe.Pointer(&b.headers[0])), uintptr(len(b.headers)), uintptr(flags), 0, 0)
	return int(n), err
}

// received returns datagram i and the control messages that came with it.
func (b *batch) received(i int) (packet, control []byte) {
	h := &b.headers[i]
	return b.slots[i].packet[:h.Len], b.slots[i].control[:h.Hdr.Controllen]
}

// address has datagram i go to whom one came from, with size bytes of packet
// and the control messages.
func (b *batch) address(i int, to *unix.Mmsghdr, size int, control []byte) {
	h := &b.headers[i].Hdr
	h.Name, h.Namelen = to.Hdr.Name, to.Hdr.Namelen
	b.slots[i].vector.SetLen(size)
	h.Control = unsafe.SliceData(control)
	h.SetControllen(len(control))
}

// send sends datagrams from to before end, as far as it gets, without waiting.
func (b *batch) send(socket, from, end int) (int, unix.Errno) {
	n, _, err := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(socket), uintptr(unsafe.Pointer(&b.headers[from])), uintptr(end-from), unix.MSG_DONTWAIT, 0, 0)
	return int(n), err
}
