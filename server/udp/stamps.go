package udp

import (
	"net/netip"
	"sync/atomic"
	"time"

	"gpsntpd/hw"
	"gpsntpd/server/mmsg"
)

// stamps chooses, for one worker, between the kernel's stamp of a request and that
// of the network interface, which is earlier by what the interrupt and the kernel
// took. The interface's is used where its clock is known, and after it has agreed
// with the kernel's for a while: of two that contradict each other the kernel's is
// right, since it is of the clock that is served.
//
// The interface stamps the start of a frame. A receive timestamp of NTP is of its end,
// as the kernel's is, and a transmit timestamp is of its start: between these two a frame
// passes each link once, the same ones there and back. From start to start the last link
// would be left out, which is another one there than back, and may be slower. So the stamp
// is moved by what the frame took. On a link whose speed is unknown it stays where it is:
// too early, but later than the request was sent, so that the client's bound holds.
type stamps struct {
	nics   *atomic.Pointer[[]hw.NIC] // nil: not wanted
	agreed int                       // in a row
	usual  time.Duration             // from the frame's end to the kernel's stamp, smoothed
	last   struct{ kernel, start hw.Time }

	used, doubted atomic.Uint64
	verdict       atomic.Uint32 // a trust: of the last request
}

// trust is what became of a stamp of an interface.
type trust = uint32

const (
	noStamp trust = iota // there is none, or its clock is not known
	onTrial
	contradicted
	inUse
)

const (
	// latest is how much later than the interface the kernel may stamp: interrupts
	// that are held back to be handled together wait for a few hundred µs.
	latest = time.Millisecond
	// times is how many times as long as usual that may be, and some: a clock that
	// someone has set is found out by the next comparison, a quarter of a second later.
	times = 8
	some  = 100 * time.Microsecond
	// trial is how many stamps must agree before one is used.
	trial = 8
)

// best returns when request i of in came, by CLOCK_REALTIME; kernel is the kernel's
// own stamp.
func (s *stamps) best(kernel hw.Time, in *mmsg.Batch, i int) hw.Time {
	if s.nics == nil {
		return kernel
	}
	nics := s.nics.Load()
	if nics == nil || len(*nics) == 0 {
		return kernel
	}
	best, verdict := kernel, noStamp
	if usable(*nics) {
		if stamp := in.Hardware(i); stamp.At != 0 {
			best, verdict = s.choose(kernel, *nics, stamp)
		}
	}
	if s.verdict.Load() != verdict { // mostly it stays, and to write costs
		s.verdict.Store(verdict)
	}
	return best
}

// usable reports whether it is worth looking for stamps.
func usable(nics []hw.NIC) bool {
	for i := range nics {
		if nics[i].State == hw.StampsUsable {
			return true
		}
	}
	return false
}

// choose judges a stamp of an interface.
func (s *stamps) choose(kernel hw.Time, nics []hw.NIC, stamp hw.NICStamp) (hw.Time, trust) {
	start, onWire, known := received(nics, stamp)
	if !known {
		s.agreed = 0
		return kernel, noStamp
	}
	end := min(start.Add(onWire), kernel) // the kernel had all of it by then, whatever the link says of its speed
	took, inOrder := kernel.Sub(end), (kernel < s.last.kernel) == (start < s.last.start)
	s.last.kernel, s.last.start = kernel, start
	limit := latest
	if s.agreed == 0 {
		s.usual = took
	} else {
		limit = min(limit, times*s.usual+some)
	}
	switch s.usual += (took - s.usual) / 16; {
	case start > kernel || took > limit:
		s.agreed = 0
		s.doubted.Add(1)
		return kernel, contradicted
	case s.agreed >= trial: // queues of an interface overtake each other: order is for the trial only
		s.used.Add(1)
		return end, inUse
	case inOrder:
		s.agreed++
	}
	return kernel, onTrial
}

// received returns when by CLOCK_REALTIME the stamped frame began, and how long it
// was received; not known for an interface whose clock is not.
func received(nics []hw.NIC, stamp hw.NICStamp) (start hw.Time, onWire time.Duration, known bool) {
	var by hw.NIC
	tag := 0
	for i := range nics {
		switch nics[i].Index {
		case stamp.Index:
			by = nics[i]
		case stamp.Via:
			tag = nics[i].Tag
		}
	}
	start, known = by.KernelTime(stamp.At)
	return start, by.OnWire(stamp.Length + tag), known
}

// Stamps is whose stamps requests are dated by.
type Stamps string

// Who stamps.
const (
	KernelStamps   Stamps = "kernel"
	HardwareStamps Stamps = "hardware"
)

// Why the interface's stamps are not used, beside what ails the interface itself.
const (
	StampsOff      hw.StampState = "off"       // not wanted
	StampsLoopback hw.StampState = "loopback"  // no interface is in between
	StampsNone     hw.StampState = "none"      // what came last was not stamped, or nothing came yet
	StampsDisagree hw.StampState = "disagrees" // they contradict the kernel's
)

// stamping tells by whose stamps the workers of one address go, and why not by the
// interface's.
func stamping(workers []*worker) (Stamps, hw.StampState) {
	best := noStamp
	for _, w := range workers {
		best = max(best, w.stamps.verdict.Load())
	}
	if best == inUse {
		return HardwareStamps, ""
	}
	first := workers[0]
	if at, err := netip.ParseAddrPort(first.listen); err == nil && at.Addr().IsLoopback() {
		return KernelStamps, StampsLoopback
	}
	if first.stamps.nics == nil {
		return KernelStamps, StampsOff
	}
	why := ailment(first.stamps.nics.Load())
	if why == hw.StampsUsable {
		why = [...]hw.StampState{noStamp: StampsNone, onTrial: hw.StampsTesting, contradicted: StampsDisagree}[best]
	}
	return KernelStamps, why
}

// ailment is the state of the best interface: of what an operator can do something
// about rather than of what he cannot.
func ailment(nics *[]hw.NIC) hw.StampState {
	if nics == nil {
		return hw.StampsTesting
	}
	for _, state := range []hw.StampState{hw.StampsUsable, hw.StampsTesting, hw.StampsUnstable, hw.StampsDenied, hw.StampsFailed} {
		for _, n := range *nics {
			if n.State == state {
				return state
			}
		}
	}
	return hw.StampsUnsupported
}
