package phc

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

func at(ns uint32) unix.PtpClockTime { return unix.PtpClockTime{Sec: 1, Nsec: ns} }

func TestReadingsBecomeBrackets(t *testing.T) {
	want := []Comparison{{PTP: 1_000_000_500, Kernel: 1_000_000_150, Width: 100}, {PTP: 1_000_000_600, Kernel: 1_000_000_240, Width: 80}}
	extended := unix.PtpSysOffsetExtended{Samples: 2}
	extended.Ts[0] = [3]unix.PtpClockTime{at(100), at(500), at(200)}
	extended.Ts[1] = [3]unix.PtpClockTime{at(200), at(600), at(280)}
	if got := brackets(&extended); !slices.Equal(got, want) {
		t.Errorf("extended: %+v", got)
	}
	plain := unix.PtpSysOffset{Samples: 2}
	copy(plain.Ts[:], []unix.PtpClockTime{at(100), at(500), at(200), at(600), at(280)})
	if got := between(&plain); !slices.Equal(got, want) {
		t.Errorf("plain: %+v", got)
	}
}

func TestReadingsOfADriverThatSaysNothingOfTheirNumber(t *testing.T) {
	if n := len(between(&unix.PtpSysOffset{})); n != readings {
		t.Errorf("%d readings", n)
	}
	if n := len(between(&unix.PtpSysOffset{Samples: 1 << 31})); n != 25 {
		t.Errorf("%d readings of a hostile driver", n)
	}
}
