package pps

import (
	"encoding/binary"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestA64BitKernelWaitsNoLongerThanItIsAskedTo(t *testing.T) {
	for asked, want := range map[time.Duration]time.Duration{0: 0, timeout: 2 * time.Second, 1001 * time.Millisecond: 2 * time.Second} {
		var f unix.PPSFData
		within(&f, asked)
		if got := time.Duration(f.Timeout.Sec)*time.Second + time.Duration(f.Timeout.Nsec); got != asked || f.Timeout.Flags != 0 {
			t.Errorf("%v: a 32-bit kernel waits %v, flags %d", asked, got, f.Timeout.Flags)
		}
		// struct pps_fdata_compat has its timeout at 44, packed.
		b := (*[64]byte)(unsafe.Pointer(&f))[44:]
		seconds, nanoseconds, flags := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])
		if got := time.Duration(seconds)*time.Second + time.Duration(nanoseconds); got != want || flags&1 != 0 {
			t.Errorf("%v: a 64-bit kernel waits %v, flags %d", asked, got, flags)
		}
	}
}
