package xdp

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What we ask of bpf(2). The library for it, github.com/cilium/ebpf, with which
// the tests look at all this, would make the daemon 1.3 MB larger, and half a
// megabyte in memory, also where no one wants the fast path. The structs are the
// kernel's union bpf_attr, as far as we fill it in.

type mapCreate struct {
	MapType, KeySize, ValueSize, MaxEntries, MapFlags uint32
}

type mapElem struct {
	MapFD uint32
	_     uint32
	Key   pointer
	Value pointer
	Flags uint64
}

type progLoad struct {
	ProgType, InsnCnt  uint32
	Insns, License     pointer
	LogLevel, LogSize  uint32
	LogBuf             pointer
	_, _               uint32
	ProgName           [16]byte
	_                  uint32
	ExpectedAttachType uint32
}

type linkCreate struct {
	ProgFD, TargetIfindex, AttachType, Flags uint32
}

// bpf does what the kernel calls cmd, and returns the file that it opens, if any.
func bpf[T any](cmd uintptr, name string, attr *T) (int, error) {
	const tries = 10
	for i := 1; ; i++ {
		n, _, err := unix.Syscall(unix.SYS_BPF, cmd, uintptr(unsafe.Pointer(attr)), unsafe.Sizeof(*attr))
		runtime.KeepAlive(attr)
		switch {
		case err == 0:
			return int(n), nil
		case i < tries && (err == unix.EAGAIN || err == unix.EINTR): // a signal while a program is being verified
		default:
			return -1, os.NewSyscallError(name, err)
		}
	}
}

// table is one of the program's maps.
type table[K, V any] struct{ file int }

// create makes a map of a kind. One of each processor's own has V for each.
func (t *table[K, V]) create(kind, entries, flags uint32) (err error) {
	var k K
	var v V
	t.file, err = bpf(unix.BPF_MAP_CREATE, "BPF_MAP_CREATE", &mapCreate{kind, uint32(unsafe.Sizeof(k)), uint32(unsafe.Sizeof(v)), entries, flags})
	return err
}

func (t *table[K, V]) put(k K, v V) error {
	_, err := bpf(unix.BPF_MAP_UPDATE_ELEM, "BPF_MAP_UPDATE_ELEM", &mapElem{MapFD: uint32(t.file), Key: at(&k), Value: at(&v)})
	return err
}

func (t *table[K, V]) remove(k K) error {
	_, err := bpf(unix.BPF_MAP_DELETE_ELEM, "BPF_MAP_DELETE_ELEM", &mapElem{MapFD: uint32(t.file), Key: at(&k)})
	return err
}

// each fills all with the values of the processors, of which it has room for as
// many as there can be.
func (t *table[K, V]) each(k K, all []V) error {
	_, err := bpf(unix.BPF_MAP_LOOKUP_ELEM, "BPF_MAP_LOOKUP_ELEM", &mapElem{MapFD: uint32(t.file), Key: at(&k), Value: at(unsafe.SliceData(all))})
	return err
}

// verified has the kernel take a program for XDP, or says why it does not.
func verified(name string, instructions []instruction) (int, error) {
	license := []byte("MIT\x00")
	attr := progLoad{
		ProgType: unix.BPF_PROG_TYPE_XDP, ExpectedAttachType: unix.BPF_XDP,
		InsnCnt: uint32(len(instructions)), Insns: at(unsafe.SliceData(instructions)), License: at(unsafe.SliceData(license)),
	}
	copy(attr.ProgName[:len(attr.ProgName)-1], name)
	file, err := bpf(unix.BPF_PROG_LOAD, "BPF_PROG_LOAD", &attr)
	if err == nil || errors.Is(err, unix.EPERM) {
		return file, err
	}
	log := make([]byte, 1<<20)
	attr.LogLevel, attr.LogSize, attr.LogBuf = 1, uint32(len(log)), at(unsafe.SliceData(log))
	if file, again := bpf(unix.BPF_PROG_LOAD, "BPF_PROG_LOAD", &attr); again == nil {
		return file, nil
	}
	log, _, _ = bytes.Cut(log, []byte{0})
	return -1, fmt.Errorf("%w: %s", err, complaint(string(log)))
}

// complaint is the last but the summary of what the verifier says.
func complaint(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	for len(lines) > 1 && strings.HasPrefix(lines[len(lines)-1], "processed ") {
		lines = lines[:len(lines)-1]
	}
	return lines[len(lines)-1]
}

// hang puts a program on an interface, by a file: the kernel closes it, and takes
// the program off, when this process ends.
func hang(program, index int, mode uint32) (int, error) {
	return bpf(unix.BPF_LINK_CREATE, "BPF_LINK_CREATE", &linkCreate{uint32(program), uint32(index), unix.BPF_XDP, mode})
}
