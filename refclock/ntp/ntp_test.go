package ntp

import (
	"errors"
	"maps"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

const (
	second = hw.Raw(time.Second)
	noon   = refclock.UTC(1_796_126_400e9) // 2026-12-01 12:00
)

// lan is how most tests ask.
var lan = Options{Server: 3, Shortest: 16 * time.Second, Longest: 64 * time.Second}

// world is a server beside its client: the raw clock shows now while the server's
// clock shows noon + now.
type world struct {
	t      *testing.T
	a      *Association
	now    hw.Raw
	chance uint64
	asked  refclock.Packet // the last request, as it came
}

func newWorld(t *testing.T, o Options) *world {
	return &world{t: t, a: New(o, second), now: second, chance: 0x1111}
}

// utc is what the server's clock shows when the raw clock shows r.
func utc(r hw.Raw) refclock.UTC { return noon + refclock.UTC(r) }

// ask sends the request that is due.
func (w *world) ask() {
	w.t.Helper()
	due, ok := w.a.Due()
	if !ok {
		w.t.Fatal("nothing is to be asked")
	}
	w.now = max(w.now, due)
	w.chance += 0x1000
	var b [refclock.MostRequest]byte
	n, err := w.a.Request(b[:], w.now, Chance{Transmit: refclock.Timestamp(w.chance), Receive: refclock.Timestamp(w.chance + 1)})
	if err != nil || n < refclock.PacketSize {
		w.t.Fatal(n, err)
	}
	w.asked, _ = refclock.ParsePacket(b[:n])
}

const (
	half = 100 * time.Microsecond // each way
	held = 30 * time.Microsecond  // by the server
)

// basic is the answer to the last request.
func (w *world) basic() refclock.Packet {
	came := w.now + hw.Raw(half)
	return refclock.Packet{
		Version: 4, Mode: refclock.ServerMode, Stratum: 1, Precision: -23, RefID: refclock.RefIDOf("GPS"), RootDispersion: refclock.ShortOf(time.Millisecond),
		Reference: refclock.TimestampOf(utc(came - second)), Origin: w.asked.Transmit,
		Receive: refclock.TimestampOf(utc(came)), Transmit: refclock.TimestampOf(utc(came + hw.Raw(held))),
	}
}

// take has the client judge an answer.
func (w *world) take(p refclock.Packet) (refclock.Exchange, error) {
	var b [refclock.PacketSize]byte
	p.Put(b[:])
	return w.a.Answer(b[:], Stamps{w.now, w.now + hw.Raw(2*half+held)}, noon)
}

func TestAnExchangeHasTheFourMoments(t *testing.T) {
	w := newWorld(t, lan)
	w.ask()
	x, err := w.take(w.basic())
	came := w.now + hw.Raw(half)
	want := refclock.Exchange{
		Server: 3, Sent: w.now, Received: utc(came), Answered: utc(came + hw.Raw(held)), Came: w.now + hw.Raw(2*half+held),
		RootDispersion: refclock.ShortOf(time.Millisecond).Duration(), Stratum: 1, RefID: refclock.RefIDOf("GPS"),
	}
	if err != nil || x != want || x.Delay() != 2*half {
		t.Errorf("%+v, %v, want %+v", x, err, want)
	}
	if w.a.Reach() != 1 || w.a.Counts.Exchanges != 1 {
		t.Errorf("reach %b, %+v", w.a.Reach(), w.a.Counts)
	}
}

func TestARequestTellsNothingOfTheHost(t *testing.T) {
	w := newWorld(t, lan)
	for range 3 {
		w.ask()
		if want := (refclock.Packet{Version: 4, Mode: refclock.ClientMode, Transmit: refclock.Timestamp(w.chance)}); w.asked != want {
			t.Errorf("%+v", w.asked)
		}
		if _, err := w.take(w.basic()); err != nil {
			t.Error(err)
		}
	}
}

// hostile are answers that must not become an exchange, and why.
var hostile = []struct {
	name   string
	change func(w *world, p *refclock.Packet)
	want   *refclock.Reason
}{
	{"of a client", func(_ *world, p *refclock.Packet) { p.Mode = refclock.ClientMode }, ErrMode},
	{"broadcast", func(_ *world, p *refclock.Packet) { p.Mode = refclock.BroadcastMode }, ErrMode},
	{"symmetric", func(_ *world, p *refclock.Packet) { p.Mode = refclock.SymmetricPassiveMode }, ErrMode},
	{"version 3", func(_ *world, p *refclock.Packet) { p.Version = 3 }, ErrVersion},
	{"another origin", func(_ *world, p *refclock.Packet) { p.Origin++ }, ErrOrigin},
	{"no origin", func(_ *world, p *refclock.Packet) { p.Origin = 0 }, ErrOrigin},
	{"leap 3", func(_ *world, p *refclock.Packet) { p.Leap = refclock.LeapUnknown }, ErrUnsynchronized},
	{"stratum 16", func(_ *world, p *refclock.Packet) { p.Stratum = 16 }, ErrUnsynchronized},
	{"stratum 255", func(_ *world, p *refclock.Packet) { p.Stratum = 255 }, ErrUnsynchronized},
	{"stratum 0 without a code", func(_ *world, p *refclock.Packet) { p.Stratum, p.RefID = 0, refclock.RefID{} }, ErrUnsynchronized},
	{"kiss INIT", func(_ *world, p *refclock.Packet) { p.Stratum, p.RefID = 0, refclock.RefIDOf("INIT") }, ErrUnsynchronized},
	{"kiss RATE", func(_ *world, p *refclock.Packet) { p.Stratum, p.RefID = 0, codeRate }, ErrRate},
	{"kiss DENY", func(_ *world, p *refclock.Packet) { p.Stratum, p.RefID = 0, codeDeny }, ErrDenied},
	{"kiss RSTR", func(_ *world, p *refclock.Packet) { p.Stratum, p.RefID = 0, codeRstr }, ErrDenied},
	{"forged kiss", func(_ *world, p *refclock.Packet) { p.Stratum, p.RefID, p.Origin = 0, codeDeny, 77 }, ErrOrigin},
	{"no receive time", func(_ *world, p *refclock.Packet) { p.Receive = 0 }, ErrUnsynchronized},
	{"no transmit time", func(_ *world, p *refclock.Packet) { p.Transmit = 0 }, ErrUnsynchronized},
	{"left before it came", func(_ *world, p *refclock.Packet) { p.Receive, p.Transmit = p.Transmit, p.Receive }, ErrProcessing},
	{"held for 5 s", func(_ *world, p *refclock.Packet) { p.Receive -= 5 << 32 }, ErrProcessing},
	{"held for longer than it took", func(_ *world, p *refclock.Packet) { p.Receive -= 1 << 32 }, ErrDelay},
	{"root distance of hours", func(_ *world, p *refclock.Packet) { p.RootDispersion = 7200 << 16 }, ErrDistance},
	{"root delay of hours", func(_ *world, p *refclock.Packet) { p.RootDelay = 7200 << 16 }, ErrDistance},
	{"root delay of all ones", func(_ *world, p *refclock.Packet) { p.RootDelay, p.RootDispersion = 1<<32-1, 1<<32-1 }, ErrDistance},
	{"reference in the future", func(_ *world, p *refclock.Packet) { p.Reference = p.Transmit + 2<<32 }, ErrFuture},
	{"reference in the next era", func(_ *world, p *refclock.Packet) { p.Reference = p.Transmit + 1<<62 }, ErrFuture},
	{"our own time", func(_ *world, p *refclock.Packet) { p.Stratum, p.RefID = 2, refclock.RefID{192, 0, 2, 7} }, ErrLoop},
}

func TestAServerAtOurOwnAddressIsNone(t *testing.T) {
	o := lan
	o.RefID = refclock.RefID{192, 0, 2, 7}
	o.IsOwnRefID = func(id refclock.RefID) bool { return id == o.RefID }
	w := newWorld(t, o)
	w.ask()
	if _, err := w.take(w.basic()); !errors.Is(err, ErrLoop) {
		t.Error(err)
	}
}

func TestHostileAnswersYieldNoExchangeAndANamedReason(t *testing.T) {
	o := lan
	o.IsOwnRefID = func(id refclock.RefID) bool { return id == refclock.RefID{192, 0, 2, 7} }
	for _, c := range hostile {
		w := newWorld(t, o)
		w.ask()
		p := w.basic()
		c.change(w, &p)
		x, err := w.take(p)
		if !errors.Is(err, c.want) || x != (refclock.Exchange{}) {
			t.Errorf("%s: %+v, %v", c.name, x, err)
		}
		if !maps.Equal(w.a.Counts.Reasons, map[*refclock.Reason]uint64{c.want: 1}) || w.a.Counts.Exchanges != 0 || w.a.Reach() != 0 {
			t.Errorf("%s: counted %+v", c.name, w.a.Counts)
		}
		if c.want != ErrOrigin && c.want != ErrMode && c.want != ErrVersion {
			continue
		}
		if _, err := w.take(w.basic()); err != nil { // who only guesses does not keep the true answer from us
			t.Errorf("%s: then the true one: %v", c.name, err)
		}
	}
}

func TestAnAnswerCountsOnceAndInTime(t *testing.T) {
	w := newWorld(t, lan)
	w.ask()
	first := w.basic()
	if _, err := w.take(first); err != nil {
		t.Fatal(err)
	}
	if _, err := w.take(first); !errors.Is(err, ErrDuplicate) {
		t.Error("again:", err)
	}
	w.ask()
	if _, err := w.take(first); !errors.Is(err, ErrLate) {
		t.Error("after the next request:", err)
	}
	w.ask()
	if _, err := w.take(first); !errors.Is(err, ErrOrigin) {
		t.Error("replayed:", err)
	}
	if n := w.a.Counts.Reasons[ErrUnanswered]; n != 1 {
		t.Error("unanswered:", n)
	}
}

func TestACutOffAnswerIsNone(t *testing.T) {
	w := newWorld(t, lan)
	w.ask()
	p := w.basic()
	var b [refclock.PacketSize + 8]byte
	p.Put(b[:])
	for _, n := range []int{0, 1, 47, 49, 50} {
		if _, err := w.a.Answer(b[:n], Stamps{w.now, w.now + second}, noon); !errors.Is(err, ErrShort) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestTheEraIsTheOneNearestToUs(t *testing.T) {
	era := refclock.UTC(time.Date(2036, 2, 7, 6, 28, 16, 0, time.UTC).UnixNano())
	for _, near := range []refclock.UTC{era - 30*365*86400e9, era, era + 30*365*86400e9} {
		w := newWorld(t, lan)
		w.ask()
		p := w.basic()
		for _, s := range []*refclock.Timestamp{&p.Receive, &p.Transmit, &p.Reference} {
			*s = refclock.TimestampOf(s.UTC(noon) - noon + era) // crosses the end of the era
		}
		p.Receive = refclock.TimestampOf(era - 10e3)
		p.Transmit = refclock.TimestampOf(era + 10e3)
		p.Reference = refclock.TimestampOf(era - 1e9)
		var b [refclock.PacketSize]byte
		p.Put(b[:])
		x, err := w.a.Answer(b[:], Stamps{w.now, w.now + hw.Raw(2*half+held)}, near)
		if err != nil || x.Received != era-10e3 || x.Answered != era+10e3 {
			t.Errorf("near %v: %v, %v, %v", near.Std(), x.Received.Std(), x.Answered.Std(), err)
		}
	}
}
