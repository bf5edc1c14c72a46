package udp

import (
	"sync/atomic"
	"testing"
	"time"

	"gpsntpd/hw"
)

// eth0 is an interface whose clock is a thousand seconds ahead of the kernel's.
var eth0 = hw.NIC{Name: "eth0", Index: 2, State: hw.StampsUsable, Relation: hw.Relation{PTP: 2000e9, Kernel: 1000e9}}

// plain is the length of the frame of a plain request, without its check sequence.
const plain = 14 + 20 + 8 + 48

// stamped is what s makes of a plain request whose frame began at a moment, and that
// the kernel stamped late by so much.
func (s *stamps) stamped(n *hw.NIC, at, late time.Duration) (got, came, kernel hw.Time) {
	came, kernel = n.Kernel.Add(at), n.Kernel.Add(at+late)
	got, _ = s.choose(kernel, []hw.NIC{*n}, hw.NICStamp{At: n.PTP + hw.PTP(at), Index: n.Index, Length: plain})
	return got, came, kernel
}

// tried is a worker's stamps after interface n has stood the test.
func tried(n *hw.NIC) *stamps {
	s := new(stamps)
	for i := range 2 * trial {
		s.stamped(n, time.Duration(i)*time.Millisecond, 100*time.Microsecond)
	}
	return s
}

func TestAReceiveTimestampIsOfTheFramesEnd(t *testing.T) {
	const vlan, tag, nts = 3, 4, plain + 912
	for _, c := range []struct {
		what        string
		speed       int // Mb/s
		length, via int
		want        time.Duration // after the frame's start
	}{
		{"at 1 Gb/s", 1000, plain, 0, 752},
		{"at 100 Mb/s", 100, plain, 0, 7520},
		{"NTS at 1 Gb/s", 1000, nts, 0, 8048},
		{"NTS at 100 Mb/s", 100, nts, 0, 80480},
		{"in a VLAN at 100 Mb/s", 100, plain, vlan, 7840},
		{"at an unknown speed", 0, plain, 0, 0},
	} {
		n := eth0
		n.Speed = c.speed
		s := tried(&n)
		at := n.Kernel.Add(time.Second)
		stamp := hw.NICStamp{At: n.PTP + 1e9, Index: n.Index, Length: c.length, Via: c.via}
		got, verdict := s.choose(at.Add(c.want+10*time.Microsecond), []hw.NIC{{Index: vlan, Tag: tag}, n}, stamp)
		if got.Sub(at) != c.want || verdict != inUse {
			t.Errorf("%s: %v after the start, want %v; verdict %d", c.what, got.Sub(at), c.want, verdict)
		}
	}
}

func TestNoReceiveTimestampIsAfterTheKernelsWhateverTheLinkSaysOfItsSpeed(t *testing.T) {
	n := eth0
	n.Speed = 10 // a plain request takes 75 µs
	s := tried(&n)
	if got, _, kernel := s.stamped(&n, time.Second, 20*time.Microsecond); got != kernel {
		t.Errorf("%v after the kernel's", got.Sub(kernel))
	}
	if s.doubted.Load() != 0 {
		t.Error("doubted, though the frame began before the kernel had it")
	}
}

func TestALongFrameOnASlowLinkIsNotTakenForAStampThatIsTooEarly(t *testing.T) {
	n := eth0
	n.Speed = 10
	s := tried(&n)
	const length, onWire = 1514, 1214400 * time.Nanosecond // more than latest
	start := n.Kernel.Add(time.Second)
	kernel := start.Add(onWire + 100*time.Microsecond)
	if got, verdict := s.choose(kernel, []hw.NIC{n}, hw.NICStamp{At: n.PTP + 1e9, Index: n.Index, Length: length}); verdict != inUse || got != start.Add(onWire) {
		t.Errorf("verdict %d, %v after the start", verdict, got.Sub(start))
	}
}

func TestChoosingAStampAllocatesNothing(t *testing.T) {
	n := eth0
	n.Speed = 1000
	s, nics := tried(&n), []hw.NIC{n}
	stamp := hw.NICStamp{At: n.PTP + 1e9, Index: n.Index, Length: plain}
	if allocated := testing.AllocsPerRun(100, func() { s.choose(n.Kernel.Add(time.Second+time.Microsecond), nics, stamp) }); allocated != 0 {
		t.Errorf("%v allocations", allocated)
	}
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
