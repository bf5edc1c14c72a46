package clockbound

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Page is a page of memory that other programs read.
type Page struct {
	memory []byte
}

// Open opens the page at path, and makes it when there is none. One that is there already
// stays the same file: programs have it in their memory.
func Open(path string) (*Page, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o644)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: no regular file", path)
	}
	if err := f.Chmod(0o644); err != nil { // whatever the umask is
		return nil, err
	}
	if info.Size() < pageSize {
		if err := f.Truncate(pageSize); err != nil {
			return nil, err
		}
	}
	memory, err := unix.Mmap(int(f.Fd()), 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap "+path, err)
	}
	return &Page{memory}, nil
}

// Close leaves the page as it is: its bound grows until it is void.
func (p *Page) Close() error { return unix.Munmap(p.memory) }

// Write replaces what the page says. A client that reads at the same time sees an odd
// generation, or another one afterwards, and reads again.
func (p *Page) Write(b Bound) {
	g := p.generation()
	done := next(g)
	p.mark(done - 1)
	h := header()
	for i := 0; i < len(h); i += 4 {
		atomic.StoreUint32(p.word(i), binary.NativeEndian.Uint32(h[i:]))
	}
	body := b.body()
	for i := 0; i < len(body); i += 4 { // on 32-bit processors, too, each store is one
		atomic.StoreUint32(p.word(bodyAt+i), binary.NativeEndian.Uint32(body[i:]))
	}
	p.mark(done)
}

// word is what lies at a place of the page, which begins at the beginning of one of the kernel's.
func (p *Page) word(at int) *uint32 { return (*uint32)(unsafe.Pointer(&p.memory[at])) }

// generation is that of now.
func (p *Page) generation() uint16 {
	var b [4]byte
	binary.NativeEndian.PutUint32(b[:], atomic.LoadUint32(p.word(12)))
	return binary.NativeEndian.Uint16(b[2:])
}

// mark writes version and generation, which are one word.
func (p *Page) mark(generation uint16) {
	var b [4]byte
	binary.NativeEndian.PutUint16(b[:], version)
	binary.NativeEndian.PutUint16(b[2:], generation)
	atomic.StoreUint32(p.word(12), binary.NativeEndian.Uint32(b[:]))
}
