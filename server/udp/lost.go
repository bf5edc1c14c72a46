package udp

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Of what SO_MEMINFO tells of a socket (linux/sock_diag.h), as uint32:
const (
	memoryFacts = 9 // this many since Linux 4.12
	dropsAt     = 8 // SK_MEMINFO_DROPS: packets that found no room
)

// lost is how many requests the kernel has thrown away, since more came than
// could be taken: 0 where it does not tell.
func lost(socket int) uint64 {
	var memory [memoryFacts]uint32
	size := uint32(unsafe.Sizeof(memory))
	_, _, failed := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(socket), unix.SOL_SOCKET, unix.SO_MEMINFO,
		uintptr(unsafe.Pointer(&memory)), uintptr(unsafe.Pointer(&size)), 0)
	if failed != 0 || size < uint32(unsafe.Sizeof(memory)) {
		return 0
	}
	return uint64(memory[dropsAt])
}
