package main

import (
	"context"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/server/xdp"
)

// inKernel has the kernel answer until ctx ends.
func inKernel(ctx context.Context, o xdp.Options) {
	s := xdp.Open(o)
	fmt.Fprintf(os.Stderr, "in the kernel: %+v\n", s.Condition())
	_ = s.Run(ctx) // never fails
}

// sum has an interface send datagrams with their checksums, as a real one does;
// the kernel's program goes by them.
func sum(name string) error {
	const setTransmitChecksums = 0x17 // ETHTOOL_STXCSUM of linux/ethtool.h
	value := struct{ command, on uint32 }{command: setTransmitChecksums}
	request := struct {
		name  [unix.IFNAMSIZ]byte
		value unsafe.Pointer
		_     [16]byte
	}{value: unsafe.Pointer(&value)}
	copy(request.name[:], name)
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	if _, _, err := unix.Syscall(unix.SYS_IOCTL, uintptr(socket), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request))); err != 0 {
		return os.NewSyscallError("ETHTOOL_STXCSUM "+name, err)
	}
	return nil
}
