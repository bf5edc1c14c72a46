package hw

import (
	"testing"
	"time"
)

func TestAStampIsToldByTheKernelsClockNearTheLastComparisonOnly(t *testing.T) {
	n := NIC{State: StampsUsable, PTP: 1000e9, Kernel: 5e9, Rate: 100 * PPM}
	for after, want := range map[time.Duration]Time{0: 5e9, time.Second: 6e9 + 100e3, -time.Second: 4e9 - 100e3} {
		if got, ok := n.KernelTime(n.PTP + PTP(after)); !ok || got != want {
			t.Errorf("%v after: %v, %v, want %v", after, got, ok, want)
		}
	}
	for _, p := range []PTP{0, 1 << 62, -1 << 62, n.PTP + PTP(3*time.Second)} {
		if _, ok := n.KernelTime(p); ok {
			t.Errorf("%d is told", p)
		}
	}
	n.State = StampsTesting
	if _, ok := n.KernelTime(n.PTP); ok {
		t.Error("a clock under test is used")
	}
}
