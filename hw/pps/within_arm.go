package pps

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// within sets how long PPS_FETCH may wait, up to 2.1 s. A 64-bit kernel takes
// what a program for 32-bit ARM hands it for what one for a 386 would
// (pps_cdev_compat_ioctl of drivers/pps/pps.c; Raspberry Pi's kernel knows
// better), where the timeout begins four bytes earlier: in the seconds it finds
// the padding before ours and the lower half of ours, in the nanoseconds the
// upper half, in the flags our nanoseconds. So ours are all in the nanoseconds,
// which the kernel allows and which are even, or it would wait for ever; and the
// padding has the next whole second.
func within(f *unix.PPSFData, timeout time.Duration) {
	const invalid = 1 // PPS_TIME_INVALID of the flags
	f.Timeout = unix.PPSKTime{Nsec: int32(timeout) &^ invalid}
	padding := (*int32)(unsafe.Add(unsafe.Pointer(&f.Timeout), -4))
	*padding = int32((timeout + time.Second - 1) / time.Second)
}
