package hw

import (
	"testing"
	"time"
)

func TestAStampIsToldByTheKernelsClockNearTheLastComparisonOnly(t *testing.T) {
	n := NIC{State: StampsUsable, Relation: Relation{PTP: 1000e9, Kernel: 5e9, Rate: 100 * PPM}}
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

func TestAFrameIsOnTheWireFromItsAddressesToItsCheckSequence(t *testing.T) {
	const ethernet, ipv4, ipv6, udp, ntp = 14, 20, 40, 8, 48
	for _, c := range []struct {
		what          string
		length, speed int
		want          time.Duration
	}{
		{"a plain request at 1 Gb/s", ethernet + ipv4 + udp + ntp, 1000, 752},
		{"the same at 100 Mb/s", ethernet + ipv4 + udp + ntp, 100, 7520},
		{"at 10 Mb/s", ethernet + ipv4 + udp + ntp, 10, 75200},
		{"at 10 Gb/s", ethernet + ipv4 + udp + ntp, 10000, 75},
		{"over IPv6", ethernet + ipv6 + udp + ntp, 100, 9120},
		{"with NTS", ethernet + ipv4 + udp + 960, 1000, 8048},
		{"the shortest frame", ethernet + ipv4 + udp, 100, 5120},
		{"a link of unknown speed", ethernet + ipv4 + udp + ntp, 0, 0},
	} {
		n := NIC{Speed: c.speed}
		if got := n.OnWire(c.length); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}
