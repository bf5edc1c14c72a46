package loop

import (
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/why"
)

// scene is a receiver that may be off, and servers that are asked every 16 s.
type scene struct {
	servers  int
	receiver func(second int) time.Duration    // how late its time is
	server   func(i, second int) time.Duration // nil: all are right
	answers  func(second int) bool             // nil: always
	seconds  int
}

func (s scene) play(t *testing.T, see func(second int, l *Loop)) {
	t.Helper()
	const start = hw.Time(1_796_126_400e9)
	raw := hw.Raw(1e9)
	var peers []refclock.Peer
	for i := range s.servers {
		peers = append(peers, refclock.Peer{Server: i, Name: "a.lan", State: refclock.PeerStarting})
	}
	l := bare(&raw, start, peers...)
	for k := range s.seconds {
		raw = hw.Raw(k+2) * 1e9
		for i := range s.servers {
			if k%16 == i && (s.answers == nil || s.answers(k)) {
				at := refclock.UTC(start) + refclock.UTC(raw)
				if s.server != nil {
					at += refclock.UTC(s.server(i, k))
				}
				l.Exchange(refclock.Exchange{Server: i, Sent: raw - 200e3, Received: at - 100e3, Answered: at - 100e3, Came: raw, Stratum: 1})
				l.watched[i].Heard, l.watched[i].State = raw, hw.OK
			}
		}
		l.now = l.Clock.Read()
		ref := refclock.UTC(start) + refclock.UTC(raw)
		l.sample(refclock.Sample{
			At: l.now.Time, Offset: refclock.Offset(ref, l.now.Time) + s.receiver(k), Dispersion: 100, Source: refclock.FromPulse,
		})
		see(k, l)
	}
}

// isRight is a receiver that is right, and after is one that is off from a second on.
func isRight(int) time.Duration { return 0 }
func after(second int, off time.Duration) func(int) time.Duration {
	return func(k int) time.Duration {
		if k < second {
			return 0
		}
		return off
	}
}

func TestAReceiverThatJumpsBeforeWitnessesIsHeldOff(t *testing.T) {
	const jump = 600
	scene{servers: 2, receiver: after(jump, time.Second), seconds: jump + 120}.play(t, func(k int, l *Loop) {
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
		scene{servers: n, receiver: after(0, 18*time.Second), seconds: 200}.play(t, func(k int, l *Loop) {
			if s := l.Latest.Load(); k > 40 && s.StateAt(l.now.Time).Synchronized() {
				t.Fatalf("%d, second %d: served; %+v", n, k, l.panel.Verdict())
			}
		})
	}
}

func TestAReceiverIsFollowedAgainWhenWhatContradictedItHasFallenSilent(t *testing.T) {
	const silent = 360
	lies := func(from int) scene {
		return scene{
			servers: 2, receiver: isRight, seconds: 1600,
			server:  func(_, k int) time.Duration { return after(from, 18*time.Second)(k) },
			answers: func(k int) bool { return k < silent },
		}
	}
	var last discipline.Verdict
	see := func(_ int, l *Loop) { last = l.panel.Verdict() }
	lies(300).play(t, see)
	if last.Hold || last.Word != discipline.Alone {
		t.Errorf("confirmed before: %+v", last)
	}
	lies(0).play(t, see)
	if !last.Hold || !last.Unsynchronized {
		t.Errorf("never confirmed: %+v", last)
	}
}

func TestEveryVerdictIsExplained(t *testing.T) {
	for name, c := range map[string]struct {
		scene
		want []why.Code
	}{
		"no one answers": {scene{servers: 2, receiver: isRight, answers: func(int) bool { return false }}, []why.Code{why.WitnessAlone, why.WitnessSilent}},
		"all agree":      {scene{servers: 2, receiver: isRight}, []why.Code{why.WitnessAlone, why.WitnessConfirmed}},
		"one server is wrong": {scene{
			servers: 3, receiver: isRight, server: func(i, _ int) time.Duration { return time.Duration(i/2) * time.Second },
		}, []why.Code{why.WitnessWrong}},
		"a small jump":        {scene{servers: 2, receiver: after(600, 200*time.Microsecond)}, []why.Code{why.WitnessDoubtful}},
		"a second":            {scene{servers: 2, receiver: after(600, time.Second)}, []why.Code{why.WitnessRefuted, why.HoldoverHeld}},
		"eighteen from start": {scene{servers: 1, receiver: after(0, 18*time.Second)}, []why.Code{why.WitnessContradicted, why.NeverConfirmed}},
	} {
		c.seconds = 700
		met := map[why.Code]bool{}
		c.play(t, func(_ int, l *Loop) {
			f := *l.view().facts
			f.Receiver.Word, f.Pulse.Word = hw.OK, hw.OK // which are not played here
			var chain why.Chain
			chain.Set(&f)
			for _, link := range chain.Links() {
				met[link.Code] = true
			}
		})
		for _, code := range c.want {
			if !met[code] {
				t.Errorf("%s: nothing is said of %s", name, code)
			}
		}
	}
}
