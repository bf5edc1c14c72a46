package udp

import (
	"sync/atomic"
	"testing"
	"time"

	"gpsntpd/hw"
)

// eth0 is an interface whose clock is a thousand seconds ahead of the kernel's.
var eth0 = hw.NIC{Name: "eth0", Index: 2, State: hw.StampsUsable, PTP: 2000e9, Kernel: 1000e9}

// stamped is what s makes of a request that came at a moment, and that the kernel
// stamped late by so much.
func (s *stamps) stamped(n *hw.NIC, at, late time.Duration) (got, came, kernel hw.Time) {
	came, kernel = n.Kernel.Add(at), n.Kernel.Add(at+late)
	got, _ = s.choose(kernel, []hw.NIC{*n}, n.PTP+hw.PTP(at), n.Index)
	return got, came, kernel
}

func TestStampsOfAnInterfaceAreUsedAfterTheyHaveAgreedForAWhile(t *testing.T) {
	var s stamps
	for i := range 3 * trial {
		late := time.Duration(3+i%5) * time.Microsecond
		got, came, kernel := s.stamped(&eth0, time.Duration(i)*time.Millisecond, late)
		if want := map[bool]hw.Time{true: came, false: kernel}[i >= trial]; got != want {
			t.Errorf("request %d: off by %v", i, got.Sub(want))
		}
	}
	if s.used.Load() != 2*trial || s.doubted.Load() != 0 {
		t.Errorf("%d used, %d doubted", s.used.Load(), s.doubted.Load())
	}
}

func TestAStampThatContradictsTheKernelsIsNotUsedAndTheTrialBeginsAnew(t *testing.T) {
	for name, late := range map[string]time.Duration{"later than the kernel's": -1, "much earlier": 2 * time.Millisecond, "earlier than they use to be": 300 * time.Microsecond} {
		var s stamps
		at := time.Duration(0)
		ask := func(late time.Duration) (used bool) {
			at += 5 * time.Millisecond
			got, _, kernel := s.stamped(&eth0, at, late)
			return got != kernel
		}
		for range 2 * trial {
			ask(10 * time.Microsecond)
		}
		if ask(late) || s.doubted.Load() != 1 {
			t.Errorf("%s: used", name)
		}
		for i := range trial {
			if ask(10 * time.Microsecond) {
				t.Errorf("%s: used again after %d", name, i)
			}
		}
		if !ask(10 * time.Microsecond) {
			t.Errorf("%s: never used again", name)
		}
	}
}

func TestStampsOutOfOrderDoNotPassTheTrial(t *testing.T) {
	var s stamps
	for i := range 20 * trial {
		at := time.Duration(i) * 10 * time.Microsecond
		late := time.Duration(100+(i%2)*200) * time.Microsecond // the stamps of two queues, or of nonsense
		if i%2 == 1 {
			at -= 100 * time.Microsecond
		}
		if got, _, kernel := s.stamped(&eth0, at, late); got != kernel {
			t.Fatalf("request %d: used", i)
		}
	}
}

func TestStampsOfAClockThatIsNotUsableAreNotUsed(t *testing.T) {
	var s stamps
	for i := range 2 * trial {
		s.stamped(&eth0, time.Duration(i)*time.Millisecond, time.Microsecond)
	}
	bad := eth0
	bad.State = hw.StampsUnstable
	if got, _, kernel := s.stamped(&bad, time.Second, time.Microsecond); got != kernel {
		t.Error("used although the clock is unstable")
	}
	if got, _, kernel := s.stamped(&eth0, time.Second+time.Millisecond, time.Microsecond); got != kernel {
		t.Error("used without another trial")
	}
}

func TestTheStatusSaysWhoStampsAndWhyNotTheInterface(t *testing.T) {
	of := func(states ...hw.StampState) *atomic.Pointer[[]hw.NIC] {
		var nics []hw.NIC
		for _, s := range states {
			nics = append(nics, hw.NIC{State: s})
		}
		p := new(atomic.Pointer[[]hw.NIC])
		p.Store(&nics)
		return p
	}
	const outside = "192.0.2.1:123"
	for _, c := range []struct {
		listen string
		nics   *atomic.Pointer[[]hw.NIC]
		last   trust
		want   hw.StampState
	}{
		{outside, nil, 0, StampsOff},
		{"127.0.0.1:123", of(hw.StampsUsable), 0, StampsLoopback},
		{outside, new(atomic.Pointer[[]hw.NIC]), 0, hw.StampsTesting},
		{outside, of(), 0, hw.StampsUnsupported},
		{outside, of(hw.StampsUnsupported, hw.StampsDenied), 0, hw.StampsDenied},
		{outside, of(hw.StampsFailed, hw.StampsUnstable), 0, hw.StampsUnstable},
		{outside, of(hw.StampsUsable, hw.StampsDenied), 0, StampsNone},
		{outside, of(hw.StampsUsable), onTrial, hw.StampsTesting},
		{outside, of(hw.StampsUsable), contradicted, StampsDisagree},
	} {
		w := &worker{listen: c.listen}
		w.stamps.nics = c.nics
		w.stamps.verdict.Store(c.last)
		if got, why := stamping([]*worker{w}); got != KernelStamps || why != c.want {
			t.Errorf("%+v: %v, %v", c, got, why)
		}
		w.stamps.verdict.Store(inUse)
		if got, why := stamping([]*worker{{listen: c.listen}, w}); got != HardwareStamps || why != "" {
			t.Errorf("in use: %v, %v", got, why)
		}
	}
}

func TestLookingForStampsOfInterfacesAllocatesNothingAndChangesNothingWithoutThem(t *testing.T) {
	nics := new(atomic.Pointer[[]hw.NIC])
	nics.Store(&[]hw.NIC{{Index: 1, Name: "lo", State: hw.StampsUsable}})
	s := serve(t, Options{Addresses: []string{"127.0.0.1:0"}, Policy: everybody(), NICs: nics})
	conn, q, answer := dial(t, s, 0), request(), make([]byte, 100)
	if n := testing.AllocsPerRun(200, func() { exchange(t, conn, q, answer) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if c := s.Counters()[0]; c.Hardware != 0 || c.Doubted != 0 || c.Unstamped != 0 || c.Stamps != KernelStamps {
		t.Errorf("%+v", c)
	}
}
