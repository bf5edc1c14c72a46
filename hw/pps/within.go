//go:build !arm

package pps

import (
	"time"

	"golang.org/x/sys/unix"
)

// within sets how long PPS_FETCH may wait.
func within(f *unix.PPSFData, timeout time.Duration) {
	f.Timeout = unix.PPSKTime{Sec: int64(timeout / time.Second), Nsec: int32(timeout % time.Second)}
}
