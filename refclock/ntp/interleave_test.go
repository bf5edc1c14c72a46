package ntp

import (
	"errors"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// peer is a server that interleaves: it knows when its last answer left.
type peer struct {
	receive refclock.Timestamp // of the last request
	left    refclock.Timestamp
}

const later = 20 * time.Microsecond // an answer leaves after the time in it

func (s *peer) answer(w *world) refclock.Packet {
	p := w.basic()
	if w.asked.Origin != 0 && w.asked.Origin == s.receive {
		p.Origin, p.Transmit = w.asked.Receive, s.left
	}
	s.receive, s.left = p.Receive, refclock.TimestampOf(utc(w.now+hw.Raw(half+held+later)))
	return p
}

func TestInterleavedAnswersTellOfTheExchangeBefore(t *testing.T) {
	o := lan
	o.Interleave = true
	w, s := newWorld(t, o), new(peer)
	for i := range 20 {
		before := w.now
		w.ask()
		x, err := w.take(s.answer(w))
		switch {
		case i == 0:
			if err != nil || x.Sent != w.now {
				t.Fatal("basic:", x, err)
			}
		case i == 1:
			if !errors.Is(err, ErrRefined) {
				t.Fatal("the same exchange once more:", x, err)
			}
		default:
			if err != nil || x.Sent != before || x.Answered.Sub(x.Received) != held+later || x.Delay() != 2*half-later {
				t.Fatalf("%d: %+v, %v", i, x, err)
			}
		}
	}
	if c := w.a.Counts; c.Interleaved != 19 || c.Exchanges != 19 || w.a.Reach() != 0xff {
		t.Errorf("%+v", c)
	}
}

func TestAfterFourLostAnswersItIsAskedWithoutInterleaving(t *testing.T) {
	o := lan
	o.Interleave = true
	w, s := newWorld(t, o), new(peer)
	for range 5 {
		w.ask()
		_, _ = w.take(s.answer(w))
	}
	for i := range 6 {
		w.ask()
		if basic := w.asked.Origin == 0; basic != (i >= basicAfter) {
			t.Errorf("request %d without an answer: basic %t", i, basic)
		}
	}
	w.ask()
	if x, err := w.take(s.answer(w)); err != nil || x.Sent != w.now {
		t.Error(x, err)
	}
}

func TestAServerThatDoesNotInterleaveIsTakenAsItIs(t *testing.T) {
	o := lan
	o.Interleave = true
	w := newWorld(t, o)
	for range 5 {
		w.ask()
		if x, err := w.take(w.basic()); err != nil || x.Sent != w.now {
			t.Error(x, err)
		}
	}
	if w.a.Counts.Interleaved != 0 {
		t.Error(w.a.Counts)
	}
}

func TestAnInterleavedAnswerOfAServerThatHasSteppedIsNone(t *testing.T) {
	o := lan
	o.Interleave = true
	for _, by := range []int64{-1 << 32, 6 << 32, 1 << 62, -1 << 62} {
		w, s := newWorld(t, o), new(peer)
		for range 3 {
			w.ask()
			_, _ = w.take(s.answer(w))
		}
		w.ask()
		p := s.answer(w)
		p.Transmit += refclock.Timestamp(by)
		if x, err := w.take(p); !errors.Is(err, ErrProcessing) || x != (refclock.Exchange{}) {
			t.Errorf("%d: %+v, %v", by, x, err)
		}
	}
}

// FuzzAnswer has no answer without the marks of the request count, and what counts
// be possible.
func FuzzAnswer(f *testing.F) {
	for _, c := range hostile {
		w := newWorld(new(testing.T), lan)
		w.ask()
		p := w.basic()
		c.change(w, &p)
		var b [refclock.PacketSize]byte
		p.Put(b[:])
		f.Add(b[:], true)
		f.Add(b[:20], false)
	}
	f.Fuzz(func(t *testing.T, b []byte, interleave bool) {
		o := lan
		o.Interleave = interleave
		w, s := newWorld(t, o), new(peer)
		w.ask()
		_, _ = w.take(s.answer(w))
		w.ask()
		x, err := w.a.Answer(b, Stamps{w.now, w.now + second/10}, noon)
		if err != nil {
			if r := (*refclock.Reason)(nil); !errors.As(err, &r) || w.a.Counts.Reasons[r] == 0 {
				t.Errorf("%v is no reason that was counted", err)
			}
			return
		}
		p, _ := refclock.ParsePacket(b)
		if p.Origin != w.asked.Transmit && p.Origin != w.asked.Receive {
			t.Errorf("taken without a mark: %+v", p)
		}
		if x.Delay() < 0 || x.Distance() > mostDistance || x.Stratum == 0 || x.Stratum >= maxStratum || x.Leap == refclock.LeapUnknown {
			t.Errorf("taken: %+v", x)
		}
	})
}
