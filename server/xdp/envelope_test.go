//go:build xdp

package xdp

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
)

func plainRequest() []byte {
	q := make([]byte, refclock.PacketSize)
	q[0], q[47] = 4<<3|3, 0x55
	return q
}

// TestOnlyPlainEnvelopesAreOpened also shows that each byte of an envelope
// matters: one that is changed makes a checksum wrong, or names another.
func TestOnlyPlainEnvelopesAreOpened(t *testing.T) {
	b := newBench(t)
	for _, from := range []netip.AddrPort{client4, client6} {
		f := asked(from, plainRequest())
		b.judged("as it is to be", f, true)
		good := f.bytes()
		for i := range len(good) - refclock.PacketSize {
			bad := slices.Clone(good)
			bad[i] ^= 1
			if action, _ := b.run(bad); (action != passed) != harmless(i, from.Addr().Is4()) {
				t.Errorf("%v, byte %d changed: action %d", from, i, action)
			}
		}
		for i := len(good) - refclock.PacketSize; i < len(good); i++ {
			bad := slices.Clone(good)
			bad[i] ^= 0x40
			if action, _ := b.run(bad); action != passed {
				t.Errorf("%v, byte %d changed: action %d", from, i, action)
			}
		}
		for cut := 14; cut < len(good); cut++ {
			if action, _ := b.run(good[:cut]); action != passed {
				t.Errorf("%v, cut to %d bytes: action %d", from, cut, action)
			}
		}
		if action, _ := b.run(append(slices.Clone(good), 0)); action != passed {
			t.Errorf("%v, a byte behind it: action %d", from, action)
		}
		tagged := slices.Concat(good[:12], []byte{0x81, 0, 0, 10}, good[12:])
		if action, _ := b.run(tagged); action != passed {
			t.Errorf("%v, in a VLAN: action %d", from, action)
		}
	}
}

// harmless tells which bytes of an envelope mean nothing to us: the sender's
// Ethernet address, and of IPv6 traffic class, flow label and hop limit, which
// no checksum covers.
func harmless(at int, v4 bool) bool {
	return at >= 6 && at < 12 || !v4 && (at == 14 || at == 14+1 || at == 14+2 || at == 14+3 || at == 14+7)
}

func TestEnvelopesThatAreNotPlainGoOn(t *testing.T) {
	b := newBench(t)
	zeroSum := asked(client4, plainRequest()).bytes()
	zeroSum[40], zeroSum[41] = 0, 0
	if action, _ := b.run(zeroSum); action != passed {
		t.Errorf("without a checksum: action %d", action)
	}
	otherLength := asked(client6, plainRequest()).bytes()
	sum := binary.BigEndian.Uint16(otherLength[60:])
	binary.BigEndian.PutUint16(otherLength[58:], 56+4)
	binary.BigEndian.PutUint16(otherLength[60:], sum-4)
	if action, _ := b.run(otherLength); action != passed {
		t.Errorf("with another length: action %d", action)
	}
	cases := map[string]func(f *frame){
		"a fragment to come":        func(f *frame) { f.fragment = 0x2000 },
		"a later fragment":          func(f *frame) { f.fragment = 0x0001 },
		"the reserved bit":          func(f *frame) { f.fragment = 0x8000 },
		"options":                   func(f *frame) { f.options = []byte{1, 1, 1, 0} },
		"another port":              func(f *frame) { f.target = netip.AddrPortFrom(server4.Addr(), 124) },
		"another address":           func(f *frame) { f.target = netip.MustParseAddrPort("192.0.2.2:123") },
		"broadcast":                 func(f *frame) { f.target = netip.MustParseAddrPort("192.0.2.255:123") },
		"from port 0":               func(f *frame) { f.source = netip.AddrPortFrom(client4.Addr(), 0) },
		"from the address asked":    func(f *frame) { f.source = server4 },
		"not for this interface":    func(f *frame) { f.to = theirs },
		"broadcast Ethernet":        func(f *frame) { f.to = [6]byte{255, 255, 255, 255, 255, 255} },
		"denied":                    func(f *frame) { f.source = netip.MustParseAddrPort("192.0.2.66:123") },
		"not allowed":               func(f *frame) { f.source = netip.MustParseAddrPort("198.51.100.1:123") },
		"loopback":                  func(f *frame) { f.source = netip.MustParseAddrPort("127.0.0.1:123") },
		"multicast":                 func(f *frame) { f.source = netip.MustParseAddrPort("224.0.1.1:123") },
		"no one":                    func(f *frame) { f.source = netip.MustParseAddrPort("0.0.0.0:123") },
		"IPv6 extension":            func(f *frame) { f.source, f.target, f.extensions = client6, server6, []byte{60, 0, 1, 4, 0, 0, 0, 0} },
		"IPv6, denied":              func(f *frame) { f.source, f.target = netip.MustParseAddrPort("[2001:db8:66::1]:123"), server6 },
		"IPv6, not allowed":         func(f *frame) { f.source, f.target = netip.MustParseAddrPort("[2001:db9::1]:123"), server6 },
		"IPv6, loopback":            func(f *frame) { f.source, f.target = netip.MustParseAddrPort("[::1]:123"), server6 },
		"IPv6, another address":     func(f *frame) { f.source, f.target = client6, netip.MustParseAddrPort("[2001:db8::2]:123") },
		"IPv6, from what was asked": func(f *frame) { f.source, f.target = server6, server6 },
	}
	for name, change := range cases {
		f := asked(client4, plainRequest())
		change(&f)
		b.judged(name, f, false)
	}
	f := asked(client4, plainRequest())
	f.fragment = 0x4000
	b.judged("not to be fragmented", f, true)
}

func TestAnotherPolicyIsInForceAfterAPause(t *testing.T) {
	b := newBench(t)
	f := asked(client4, plainRequest())
	b.judged("allowed", f, true)
	other := &ntp.Policy{Access: ntp.NewAccess([]netip.Prefix{netip.MustParsePrefix("2001:db8::/32")}, nil, nil)}
	b.rules.Store(other)
	b.follow()
	b.judged("while it changes", asked(client6, plainRequest()), false)
	for b.current == nil {
		b.follow()
	}
	b.judged("no longer allowed", f, false)
	b.judged("still allowed", asked(client6, plainRequest()), true)
}

func TestNobodyAsksInTheNameOfThisHost(t *testing.T) {
	b := newBench(t)
	b.rules.Store(&ntp.Policy{Access: ntp.NewAccess([]netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}, nil, []netip.Addr{client4.Addr()})})
	b.pause()
	b.own = []netip.Addr{client4.Addr()}
	for b.current == nil {
		b.follow()
	}
	b.judged("an own address", asked(client4, plainRequest()), false)
	b.judged("another", asked(netip.MustParseAddrPort("198.51.100.1:1"), plainRequest()), true)
}

// aged has the entry in force be older by d.
func (b *bench) aged(d time.Duration, change func(*entry)) {
	b.t.Helper()
	e, ok := b.entry(b.latest.Load())
	for !ok {
		e, ok = b.entry(b.latest.Load())
	}
	if e == (entry{}) {
		b.t.Fatal("no entry")
	}
	e.Begins -= uint64(d)
	if change != nil {
		change(&e)
	}
	b.publish(&e)
}

func TestAnOldEntryClaimsLessUntilItExpires(t *testing.T) {
	b := newBench(t)
	now := b.lock(refclock.LeapNone).Anchor
	in := asked(client4, plainRequest()).bytes()
	least := uint32(0)
	for _, age := range []time.Duration{0, 20 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, time.Second} {
		b.aged(age, nil)
		action, out := b.run(in)
		if action != returned {
			t.Fatalf("after %v: action %d", age, action)
		}
		d := dispersionOf(out)
		s := *b.latest.Load()
		s.Tolerance += unnoticed.Over(age)
		slow, _ := (&preview{responder: b.Responder}).respond(&s, after(now, age, s.Rate), 0)
		if d < least || d < dispersionOf(slow) {
			t.Errorf("after %v: %d, before that %d; the sockets say %d", age, d, least, dispersionOf(slow))
		}
		least = d
	}
	if least < 30 {
		t.Errorf("after a second: %d, which does not allow for what is not noticed", least)
	}
	for _, age := range []time.Duration{firstStep << (steps - 1), time.Minute, -10 * time.Second, -time.Hour} {
		b.aged(age, nil)
		if action, _ := b.run(in); action != passed {
			t.Errorf("after %v: action %d", age, action)
		}
	}
}

func dispersionOf(b []byte) uint32 {
	b = b[len(b)-refclock.PacketSize:]
	return uint32(b[dispersionAt])<<24 | uint32(b[dispersionAt+1])<<16 | uint32(b[dispersionAt+2])<<8 | uint32(b[dispersionAt+3])
}

func TestAStepOfTheClockIsNoticedAtOnce(t *testing.T) {
	b := newBench(t)
	in := asked(client4, plainRequest()).bytes()
	for _, step := range []time.Duration{5 * time.Microsecond, -5 * time.Microsecond, time.Second, -time.Second, time.Hour} {
		b.aged(0, func(e *entry) { e.Ahead -= int64(step) })
		if action, _ := b.run(in); action != passed {
			t.Errorf("stepped by %v: action %d", step, action)
		}
	}
	b.aged(0, nil)
	if action, _ := b.run(in); action != returned {
		t.Errorf("not stepped: action %d", action)
	}
}

func TestAStaircaseEndsWhereTheBoundMeetsItsLimit(t *testing.T) {
	b := newBench(t)
	s := *b.lock(refclock.LeapNone)
	s.Growth = discipline.Growth{Drift: 1e-3} // 100 µs in 100 ms
	s.MaxError = 100 * time.Microsecond
	b.latest.Store(&s)
	in := asked(client6, plainRequest()).bytes()
	for age, want := range map[time.Duration]uint32{0: returned, 30 * time.Millisecond: returned, 80 * time.Millisecond: passed, time.Second: passed} {
		b.aged(age, nil)
		if action, _ := b.run(in); action != want {
			t.Errorf("after %v: action %d, want %d", age, action, want)
		}
	}
}

func TestStampsFollowTheEntrysRate(t *testing.T) {
	b := newBench(t)
	in := asked(client4, plainRequest()).bytes()
	for _, rate := range []float64{0, 400e-6, -400e-6} {
		var e entry
		b.aged(time.Second, func(made *entry) {
			made.Rate = int64(rate * (1 << 32))
			made.Seconds, made.Fraction = noonNTP, 999_999_999
			e = *made
		})
		utc := func(tai int64) uint64 {
			ns := int64(e.Fraction) + tai - int64(e.Begins)
			ns += int64(rate * float64(tai-int64(e.Begins)))
			return (noonNTP+uint64(ns/1e9))<<32 | uint64(ns%1e9)<<32/1e9
		}
		before := now(unix.CLOCK_TAI)
		action, out := b.run(in)
		after := now(unix.CLOCK_TAI)
		sent := binary.BigEndian.Uint64(out[len(out)-8:])
		if ns := uint64(9); action != returned || sent < utc(before)-ns || sent > utc(after)+ns {
			t.Errorf("rate %v: action %d, %x between %x and %x", rate, action, sent, utc(before), utc(after))
		}
	}
}

func TestNothingIsDroppedWhenAnEntryHasExpired(t *testing.T) {
	b := newBench(t)
	b.limited(ntp.Limit{Rate: 1, Burst: 1})
	b.aged(time.Minute, nil)
	in := asked(client4, plainRequest()).bytes()
	for range 100 {
		if action, _ := b.run(in); action != passed {
			t.Fatalf("action %d", action)
		}
	}
}
