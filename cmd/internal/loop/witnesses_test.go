package loop

import (
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// witnessed is a receiver that is off by some time from a moment on, and n servers that are
// right, each asked every 16 s.
func witnessed(t *testing.T, n int, off func(second int) time.Duration, seconds int, see func(second int, l *Loop)) {
	t.Helper()
	const start = hw.Time(1_796_126_400e9)
	raw := hw.Raw(1e9)
	var peers []refclock.Peer
	for i := range n {
		peers = append(peers, refclock.Peer{Server: i, Name: "a.lan", State: hw.OK})
	}
	l := bare(&raw, start, peers...)
	for k := range seconds {
		raw = hw.Raw(k+2) * 1e9
		for i := range n {
			if k%16 == i {
				at := refclock.UTC(start) + refclock.UTC(raw)
				l.Exchange(refclock.Exchange{Server: i, Sent: raw - 200e3, Received: at - 100e3, Answered: at - 100e3, Came: raw, Stratum: 1})
			}
		}
		l.now = l.Clock.Read()
		ref := refclock.UTC(start) + refclock.UTC(raw)
		l.sample(refclock.Sample{
			At: l.now.Time, Offset: refclock.Offset(ref, l.now.Time) + off(k), Dispersion: 100, Source: refclock.FromPulse,
		})
		see(k, l)
	}
}

func TestAReceiverThatJumpsBeforeWitnessesIsHeldOff(t *testing.T) {
	const jump = 600
	witnessed(t, 2, func(k int) time.Duration {
		if k < jump {
			return 0
		}
		return time.Second
	}, jump+120, func(k int, l *Loop) {
		s := l.Latest.Load()
		off := s.OffsetAt(l.now.Time)
		if k >= 60 && off.Abs() > time.Microsecond {
			t.Fatalf("second %d: served time off by %v", k, off)
		}
		want := discipline.Locked
		if k > jump+15 {
			want = discipline.Holdover
		}
		if state := s.StateAt(l.now.Time); k >= 60 && (k < jump || k > jump+15) && state != want {
			t.Fatalf("second %d: %v, want %v; %+v", k, state, want, l.panel.Verdict())
		}
	})
}

func TestAReceiverThatWitnessesContradictFromTheStartIsNotServed(t *testing.T) {
	for n := 1; n <= 2; n++ {
		witnessed(t, n, func(int) time.Duration { return 18 * time.Second }, 200, func(k int, l *Loop) {
			if s := l.Latest.Load(); k > 40 && s.StateAt(l.now.Time).Synchronized() {
				t.Fatalf("%d, second %d: served; %+v", n, k, l.panel.Verdict())
			}
		})
	}
}
