//go:build !arm && !386

package xdp

import "unsafe"

// pointer is one that the kernel reads as 64 bits.
type pointer struct{ of unsafe.Pointer }

func at[T any](p *T) pointer { return pointer{unsafe.Pointer(p)} }
