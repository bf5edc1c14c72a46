//go:build arm || 386

package xdp

import "unsafe"

// pointer is one that the kernel reads as 64 bits, the lower ones first.
type pointer struct {
	of unsafe.Pointer
	_  uint32
}

func at[T any](p *T) pointer { return pointer{of: unsafe.Pointer(p)} }
