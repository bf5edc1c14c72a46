// Package mmsg takes and sends UDP datagrams in batches, with the kernel's time
// stamps: its structures and control messages, without allocation.
package mmsg

import (
	"encoding/binary"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// Longest is the room for a datagram, in bytes. One that does not fit in an
	// Ethernet frame is none of ours.
	Longest = 2048

	controlSize = 192 // bytes: a time stamp, whose it is, a destination and an error, with their headers
)

// Batch is a row of datagrams, as recvmmsg(2) and sendmmsg(2) take them.
type Batch struct {
	headers []unix.Mmsghdr
	slots   []slot
	spent   int // headers that are to be made anew before something is received: those that told of something
}

// slot is where one datagram has its parts.
type slot struct {
	name    unix.RawSockaddrInet6 // room for either family
	vector  unix.Iovec
	control [controlSize]byte
	packet  [Longest]byte
}

// NewBatch returns a batch of size datagrams. Those that are sent can name the
// address that they leave from, in the manner of f, and ask for their transmit
// time.
func NewBatch(size int, f *Family) *Batch {
	b := &Batch{headers: make([]unix.Mmsghdr, size), slots: make([]slot, size), spent: size}
	for i := range b.headers {
		s, h := &b.slots[i], &b.headers[i].Hdr
		s.vector.Base = &s.packet[0]
		h.Iov = &s.vector
		h.SetIovlen(1)
		copy(s.control[copy(s.control[:], f.source):], askStamp())
	}
	return b
}

// Receive takes what is there, and waits for the first datagram unless flags
// say otherwise.
func (b *Batch) Receive(socket int, flags int) (int, unix.Errno) {
	for i := range b.spent {
		s, h := &b.slots[i], &b.headers[i].Hdr
		h.Name, h.Namelen = (*byte)(unsafe.Pointer(&s.name)), unix.SizeofSockaddrInet6
		h.Control = &s.control[0]
		h.SetControllen(controlSize)
		s.vector.SetLen(Longest)
	}
	call := unix.Syscall6
	if flags&unix.MSG_DONTWAIT != 0 {
		call = unix.RawSyscall6 // the scheduler need not know
	}
	n, _, err := call(unix.SYS_RECVMMSG, uintptr(socket), uintptr(unsafe.Pointer(&b.headers[0])), uintptr(len(b.headers)), uintptr(flags), 0, 0)
	b.spent = 0
	if err == 0 {
		b.spent = int(n)
	}
	return int(n), err
}

// Packet returns datagram i as it came.
func (b *Batch) Packet(i int) []byte { return b.slots[i].packet[:b.headers[i].Len] }

// Truncated reports whether there was more of datagram i.
func (b *Batch) Truncated(i int) bool { return b.headers[i].Hdr.Flags&unix.MSG_TRUNC != 0 }

func (b *Batch) controls(i int) []byte { return b.slots[i].control[:b.headers[i].Hdr.Controllen] }

// From returns who sent datagram i, without the zone of a link-local address.
func (b *Batch) From(i int) netip.AddrPort {
	name := &b.slots[i].name
	port := func(p *uint16) uint16 { return binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(p))[:]) }
	switch name.Family {
	case unix.AF_INET:
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(name)) // the shorter of the two
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), port(&v4.Port))
	case unix.AF_INET6:
		return netip.AddrPortFrom(netip.AddrFrom16(name.Addr).Unmap(), port(&name.Port))
	}
	return netip.AddrPort{}
}

// Room is where datagram i is to be written before it is sent.
func (b *Batch) Room(i int) []byte { return b.slots[i].packet[:] }

// Parts are the control messages that a datagram is sent with, a set of flags.
type Parts uint8

// The control messages.
const (
	Source Parts = 1 << iota // from which of our addresses
	Stamp                    // that its transmit time is asked for
)

// Reply has datagram i, of size bytes, go to whom datagram j of q came from.
func (b *Batch) Reply(i, size int, q *Batch, j int, f *Family, p Parts) {
	b.headers[i].Hdr.Name, b.headers[i].Hdr.Namelen = q.headers[j].Hdr.Name, q.headers[j].Hdr.Namelen
	b.parts(i, size, f, p)
}

// Request has datagram i, of size bytes, go over IPv4 from one address to
// another.
func (b *Batch) Request(i, size int, from netip.Addr, to netip.AddrPort, f *Family, p Parts) {
	s := &b.slots[i]
	name := (*unix.RawSockaddrInet4)(unsafe.Pointer(&s.name))
	name.Family, name.Addr = unix.AF_INET, to.Addr().As4()
	binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(&name.Port))[:], to.Port())
	source := from.As4()
	copy(s.control[unix.CmsgLen(0)+f.local:], source[:])
	b.headers[i].Hdr.Name, b.headers[i].Hdr.Namelen = (*byte)(unsafe.Pointer(&s.name)), unix.SizeofSockaddrInet4
	b.parts(i, size, f, p|Source)
}

// parts has datagram i consist of size bytes and the control messages.
func (b *Batch) parts(i, size int, f *Family, p Parts) {
	s, h := &b.slots[i], &b.headers[i].Hdr
	s.vector.SetLen(size)
	from, to := len(f.source), len(f.source)
	if p&Source != 0 {
		from = 0
	}
	if p&Stamp != 0 {
		to += unix.CmsgSpace(stampRequest)
	}
	h.Control = &s.control[from]
	h.SetControllen(to - from)
}

// Send sends the datagrams from number i to before number end as far as it
// gets, without waiting.
func (b *Batch) Send(socket, i, end int) (int, unix.Errno) {
	n, _, err := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(socket), uintptr(unsafe.Pointer(&b.headers[i])), uintptr(end-i), unix.MSG_DONTWAIT, 0, 0)
	return int(n), err
}
