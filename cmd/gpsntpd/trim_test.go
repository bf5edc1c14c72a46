package main

import (
	"slices"
	"testing"
)

const smaps = `00400000-00a92000 r-xp 00000000 fe:00 10126456                           /usr/sbin/gpsntpd
Size:               6728 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me sd
00a92000-011dc000 r--p 00692000 fe:00 10126456                           /usr/sbin/gpsntpd
Anonymous:             0 kB
011dc000-011ee000 r--p 00ddc000 fe:00 10126456                           /usr/sbin/gpsntpd
Anonymous:            72 kB
011ee000-01250000 rw-p 00dee000 fe:00 10126456                           /usr/sbin/gpsntpd
Anonymous:             0 kB
7f00a0000000-7f00a0010000 r--p 00000000 fe:00 7                          /lib/gpsntpd
Anonymous:             0 kB
c000000000-c000400000 rw-p 00000000 00:00 0
Anonymous:             0 kB
`

func TestOnlyWhatIsAsInTheFileIsGivenBack(t *testing.T) {
	want := []mapping{{0x400000, 0xa92000}, {0xa92000, 0x11dc000}}
	if got := unchanged(smaps, "/usr/sbin/gpsntpd"); !slices.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}
