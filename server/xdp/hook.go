package xdp

import (
	"os"
	"runtime"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// hook is a program on an interface: a file that the kernel closes, and takes the
// program off, when this process ends.
type hook int

// linkCreate is the kernel's union bpf_attr for BPF_LINK_CREATE, of an XDP program.
type linkCreate struct {
	ProgFD        uint32
	TargetIfindex uint32
	AttachType    uint32
	Flags         uint32
}

// hang puts p on an interface. The library's package for that would make the
// daemon half a megabyte larger also where nobody wants it.
func hang(p *ebpf.Program, index int, mode uint32) (hook, error) {
	attr := linkCreate{uint32(p.FD()), uint32(index), unix.BPF_XDP, mode}
	fd, _, err := unix.Syscall(unix.SYS_BPF, unix.BPF_LINK_CREATE, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
	runtime.KeepAlive(p)
	if err != 0 {
		return -1, os.NewSyscallError("BPF_LINK_CREATE", err)
	}
	return hook(fd), nil
}

// Close takes the program off.
func (h hook) Close() error { return unix.Close(int(h)) }
