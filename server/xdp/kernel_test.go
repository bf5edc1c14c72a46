//go:build xdp

package xdp

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
)

// These tests put the program into this machine's kernel, and have the kernel
// run it on frames of ours: no interface is involved.

// What the kernel says became of a frame.
const (
	dropped  = 1
	passed   = 2
	returned = 3
)

// host is the kernel's clock.
type host struct{}

func (host) Read() hw.Reading {
	t, raw, _ := clocks(now).between(unix.CLOCK_MONOTONIC_RAW, unix.CLOCK_REALTIME)
	return hw.Reading{Time: hw.Time(t), Raw: hw.Raw(raw)}
}

func (host) FromKernel(t hw.Time) hw.Time { return t }

// Who asks, and who is asked: all of them allowed, none of them of this host.
var (
	client4 = netip.MustParseAddrPort("192.0.2.7:123")
	server4 = netip.MustParseAddrPort("192.0.2.1:123")
	client6 = netip.MustParseAddrPort("[2001:db8::7]:40000")
	server6 = netip.MustParseAddrPort("[2001:db8::1]:123")
)

const loopbackIndex = 1 // of the interface that frames of tests come from

// bench is a server in the kernel, which hears at server4 and server6.
type bench struct {
	*Server
	t      testing.TB
	latest discipline.Latest
	rules  atomic.Pointer[ntp.Policy]
	answer *ebpf.Program
}

func policyOf(l ntp.Limit) *ntp.Policy {
	allow := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	deny := []netip.Prefix{netip.MustParsePrefix("192.0.2.66/32"), netip.MustParsePrefix("2001:db8:66::/48")}
	return &ntp.Policy{Access: ntp.NewAccess(allow, deny, nil), Limit: l}
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{t: t}
	b.rules.Store(policyOf(ntp.Limit{}))
	b.Server = Open(Options{
		Listen: []netip.AddrPort{server4, server6}, Interface: "lo", DSCP: 46, // no program is put on loopback
		Policy: &b.rules, Clock: host{}, Steered: true, Latest: &b.latest,
		Responder: &ntp.Responder{Precision: -24},
	})
	t.Cleanup(b.Close)
	if !b.kernel.loaded() {
		t.Fatalf("%+v: these tests need CAP_BPF and CAP_NET_ADMIN, or root", b.Condition())
	}
	if err := b.hear(map[place]hearer{
		{Address: server4.Addr().As16(), Interface: loopbackIndex, Port: wirePort(123)}: {mine, 0},
		{Address: server6.Addr().As16(), Interface: loopbackIndex, Port: wirePort(123)}: {mine, 1},
	}); err != nil {
		t.Fatal(err)
	}
	file, err := unix.FcntlInt(uintptr(b.kernel.file), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if b.answer, err = ebpf.NewProgramFromFD(file); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.answer.Close() })
	b.lock(refclock.LeapNone)
	b.follow()
	b.Renew()
	return b
}

// lock has the clock synchronized from now on.
func (b *bench) lock(leap refclock.Leap) *discipline.Snapshot {
	now := host{}.Read()
	s := &discipline.Snapshot{
		Anchor: now, Tolerance: time.Millisecond, Offset: 123_456_789 * time.Nanosecond, OffsetRate: 3 * hw.PPM,
		Measured: now.Time, Growth: discipline.Growth{Phase: 4e-12, Rate: 1e-12, Sigmas: 4}, MaxError: time.Hour,
		State: discipline.Locked, Leap: leap,
		LastSample: now.Time,
		Reference:  discipline.Reference{Source: refclock.FromPulse, RefID: refclock.RefIDOf("GPS"), Stratum: 2, Delay: 20 * time.Millisecond, Time: now.Time.Add(-3 * time.Second)},
	}
	b.latest.Store(s)
	return s
}

var (
	mine   = [6]byte{2, 0, 0, 0, 0, 1}
	theirs = [6]byte{2, 0, 0, 0, 0, 2}
)

// asked is a request on its way to us.
func asked(from netip.AddrPort, payload []byte) frame {
	f := frame{to: mine, from: theirs, source: from, target: server4, payload: payload, hops: 255, service: 3, id: 77}
	if from.Addr().Is6() {
		f.target = server6
	}
	return f
}

// run has the kernel run the program.
func (b *bench) run(in []byte) (action uint32, out []byte) {
	b.t.Helper()
	action, out, err := b.answer.Test(in)
	if err != nil {
		b.t.Fatal(err)
	}
	if action != returned && !bytes.Equal(in, out) {
		b.t.Errorf("a frame that goes on was changed:\n%x\n%x", in, out)
	}
	return action, out
}

// judged holds that f is answered, with what the sockets would answer, or goes on.
func (b *bench) judged(name string, f frame, want bool) {
	b.t.Helper()
	before := host{}.Read()
	b.Renew()
	action, out := b.run(f.bytes())
	after := host{}.Read()
	if !want {
		if action != passed {
			b.t.Errorf("%s: action %d, it is to go on", name, action)
		}
		return
	}
	if action != returned {
		b.t.Errorf("%s: action %d, it is to be answered", name, action)
		return
	}
	size := len(f.bytes())
	reply := frame{
		to: f.from, from: f.to, service: 46 << 2, source: f.target, target: f.source, hops: 64, fragment: 0x4000,
		payload: slices.Clone(out[size-refclock.PacketSize:]),
	}
	if !bytes.Equal(out, reply.bytes()) {
		b.t.Errorf("%s: the envelope is\n%x, want\n%x", name, out, reply.bytes())
	}
	s := b.latest.Load()
	b.same(name, f.payload, reply.payload, s, before, after)
}

// same compares an answer with that of server/ntp.
func (b *bench) same(name string, request, got []byte, s *discipline.Snapshot, before, after hw.Reading) {
	b.t.Helper()
	slow := func(rx hw.Time, tx hw.Reading) []byte {
		out := make([]byte, ntp.MaxAnswer)
		a := b.Responder.Respond(out, ntp.Request{Packet: request, From: client4, Received: rx}, s, tx)
		if a.Verdict != ntp.Answered {
			b.t.Fatalf("%s: %+v", name, a)
		}
		return out[:a.Size]
	}
	early, late := slow(before.Time, before), slow(after.Time, after)
	const stamps = 32
	want := slices.Clone(late)
	copy(want[dispersionAt:], got[dispersionAt:refIDAt])
	if !bytes.Equal(got[:stamps], want[:stamps]) {
		b.t.Errorf("%s: answer\n%x, want\n%x", name, got, want)
	}
	n := func(b []byte, at int) uint64 { return binary.BigEndian.Uint64(b[at:]) }
	if n(got, 32) < n(early, 32) || n(got, 32) >= n(got, 40) || n(got, 40) > n(late, 40) || n(got, 32)&1 != 0 || n(got, 40)&1 != 1 {
		b.t.Errorf("%s: stamps %x %x between %x and %x", name, n(got, 32), n(got, 40), n(early, 32), n(late, 40))
	}
	d := func(b []byte) uint32 { return binary.BigEndian.Uint32(b[dispersionAt:]) }
	if d(got) < d(late) || d(got) > d(late)+16 { // 15.3 µs each: as long as the test was interrupted
		b.t.Errorf("%s: root dispersion %d, that of the sockets is %d", name, d(got), d(late))
	}
}

// hostile reads the corpus of server/ntp.
func hostile(t testing.TB) (all []frame, names []string) {
	t.Helper()
	text, err := os.ReadFile("../ntp/testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.SplitN(line, " ", 4)
		packet, err := hex.DecodeString(strings.TrimPrefix(f[2], "-"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, asked(client4, packet), asked(client6, packet))
		names = append(names, "4: "+f[0]+" "+f[3], "6: "+f[0]+" "+f[3])
	}
	if len(all) < 2*90 {
		t.Fatalf("%d requests", len(all))
	}
	return all, names
}

// isPlain tells in other words than the program's what it is for.
func isPlain(q []byte) bool {
	if len(q) != 48 || !slices.Contains([]byte{1<<3 | 3, 2<<3 | 3, 3<<3 | 3, 4<<3 | 3}, q[0]&0x3f) {
		return false
	}
	origin, receive, transmit := q[24:32], q[32:40], q[40:48]
	maybeInterleaved := !bytes.Equal(origin, make([]byte, 8)) && origin[7]%2 == 0 && !bytes.Equal(receive, transmit)
	return !maybeInterleaved
}

func TestHostileRequestsAreAnsweredAsBySocketsOrGoOn(t *testing.T) {
	b := newBench(t)
	all, names := hostile(t)
	answers := 0
	for i, f := range all {
		plain := isPlain(f.payload)
		if plain && !strings.Contains(names[i], ": answered ") {
			t.Fatalf("%s: it is plain?", names[i])
		}
		b.judged(names[i], f, plain)
		if plain {
			answers++
		}
	}
	if answers < 20 {
		t.Errorf("only %d were plain", answers)
	}
	c := b.Counters()
	if c[0][ntp.Answered] != uint64(answers/2) || c[1][ntp.Answered] != uint64(answers/2) {
		t.Errorf("counted %v", c)
	}
}

func TestEveryFirstByteIsAnsweredAsBySocketsOrGoesOn(t *testing.T) {
	b := newBench(t)
	for first := range 256 {
		q := make([]byte, 48)
		q[0] = byte(first)
		b.judged(fmt.Sprintf("%#x", first), asked(client6, q), isPlain(q))
	}
}

func TestSnapshotsAreAnsweredAsBySockets(t *testing.T) {
	b := newBench(t)
	q := make([]byte, 48)
	q[0] = 4<<3 | 3
	now := host{}.Read()
	cases := map[string]struct {
		change func(*discipline.Snapshot)
		want   bool
	}{
		"a second is to be inserted": {func(s *discipline.Snapshot) { s.Leap = refclock.LeapInsert }, true},
		"a second is to be deleted":  {func(s *discipline.Snapshot) { s.Leap = refclock.LeapDelete }, true},
		"sentences": {func(s *discipline.Snapshot) {
			s.Reference.Source, s.Reference.RefID = refclock.FromSentence, refclock.RefIDOf("NMEA")
		}, true},
		"holdover":                    {func(s *discipline.Snapshot) { s.LastSample = now.Time.Add(-time.Hour) }, true},
		"a wide bound":                {func(s *discipline.Snapshot) { s.Growth.Latency = time.Minute }, true},
		"far off":                     {func(s *discipline.Snapshot) { s.Offset = -1000 * time.Hour }, true},
		"before 1970":                 {func(s *discipline.Snapshot) { s.Offset = -time.Duration(now.Time) - time.Hour - 1 }, true},
		"the next era":                {func(s *discipline.Snapshot) { s.Offset = 20 * 365 * 24 * time.Hour }, true},
		"the zero snapshot":           {func(s *discipline.Snapshot) { *s = discipline.Snapshot{} }, false},
		"acquiring":                   {func(s *discipline.Snapshot) { s.State = discipline.Acquiring }, false},
		"unsynchronized":              {func(s *discipline.Snapshot) { s.State = discipline.Unsynchronized }, false},
		"the bound is over the limit": {func(s *discipline.Snapshot) { s.MaxError = time.Microsecond }, false},
		"the clock was stepped":       {func(s *discipline.Snapshot) { s.Anchor.Time -= hw.Time(3 * time.Millisecond) }, false},
		"a leap second is due":        {func(s *discipline.Snapshot) { s.Armed = hw.Leap{At: now.Time, By: -time.Second} }, false},
	}
	for name, c := range cases {
		s := *b.lock(refclock.LeapNone)
		c.change(&s)
		b.latest.Store(&s)
		b.judged(name, asked(client4, q), c.want)
	}
}

func TestTheLoopRenewsBesideTheServersOwnThread(t *testing.T) {
	b := newBench(t)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- b.Run(ctx) }()
	in := asked(client4, plainRequest()).bytes()
	answers := uint64(0)
	for i := range 2000 {
		b.Renew()
		if action, _ := b.run(in); action == returned {
			answers++
		}
		if i%100 == 0 {
			b.rules.Store(policyOf(ntp.Limit{})) // which pauses it, now and then
		}
		b.Counters()
	}
	if c := b.Counters(); c[0][ntp.Answered] != answers || answers == 0 {
		t.Errorf("%d answers, %d are counted", answers, c[0][ntp.Answered])
	}
	end()
	if err := <-ended; err != nil || b.kernel.loaded() {
		t.Errorf("%v, and the program is there: %v", err, b.kernel.loaded())
	}
	b.Renew() // no one is told that it has ended
	if b.Counters() != nil {
		t.Error("it still counts")
	}
}
