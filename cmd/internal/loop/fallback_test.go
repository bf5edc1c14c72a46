package loop

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/discipline/leap"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
	"gpsntpd/server/why"
)

// server is one of the network as a test has it.
type server struct {
	address     string
	stratum     uint8
	poll        time.Duration
	there, back time.Duration // least
	wait        time.Duration // mean of what comes on top, each way
	off         time.Duration // its time − UTC
	delay       time.Duration // root delay and dispersion that it says
	dispersion  time.Duration
	sibling     bool
	loaded      bool // packets wait in bursts, some for milliseconds
	refid       refclock.RefID
	dead        func(time.Duration) bool
}

// served is a machine with servers around it.
type served struct {
	*machine
	servers []*server
	next    []sim.Truth
	rng     *rand.Rand
	entered []string // states, in turn
}

// among is a machine of scenario s, or one without a receiver, that asks servers.
func among(t *testing.T, s sim.Scenario, seed uint64, servers ...*server) *served {
	t.Helper()
	c := Config{Options: discipline.Options{MaxError: time.Millisecond}, ReceiverOff: absent(s)}
	for i, x := range servers {
		c.Network = append(c.Network, refclock.Peer{Server: i, Name: x.address, State: refclock.PeerStarting, Sibling: x.sibling})
	}
	s.Seed = seed
	m := &served{
		machine: &machine{
			Virtual: newVirtual(s, sim.NewMachine(s, begin), nil, begin, c, terminalBaud), t: t, start: begin,
			states: map[discipline.State]int{}, excused: func(time.Duration) bool { return false },
		},
		servers: servers, rng: rand.New(rand.NewPCG(seed, 17)),
	}
	m.responder.Precision = -20
	m.Leaps = leap.Builtin()
	m.Watch = m.judge
	for i, x := range servers {
		m.next = append(m.next, begin.Add(time.Duration(2+i)*time.Second))
		m.NetworkServer(refclock.Peer{Server: i, Name: x.address, Address: netip.AddrPortFrom(netip.MustParseAddr(x.address), 123), State: hw.OK, Sibling: x.sibling})
	}
	return m
}

// absent reports whether the receiver of s is not there for the whole run.
func absent(s sim.Scenario) bool {
	return len(s.Faults) == 1 && s.Faults[0].Kind == sim.Unplugged && s.Faults[0].At.Duration == 0
}

// play lets d pass, with exchanges when they are due.
func (m *served) play(d time.Duration) {
	m.t.Helper()
	for end := m.World.Now.Add(d); m.World.Now < end; {
		m.Play(time.Second)
		for i, x := range m.servers {
			if m.World.Now >= m.next[i] {
				m.next[i] = m.World.Now.Add(x.poll)
				if x.dead == nil || !x.dead(m.World.Now.Sub(m.start)) {
					m.ask(i, x)
				}
			}
		}
		if word := m.state.String(); len(m.entered) == 0 || m.entered[len(m.entered)-1] != word {
			m.entered = append(m.entered, word)
		}
	}
}

// ask is an exchange with server i whose answer has just come.
func (m *served) ask(i int, x *server) {
	wait := func() time.Duration {
		d := float64(x.wait) * m.rng.ExpFloat64()
		if x.loaded {
			d *= 10 * m.rng.ExpFloat64()
			if m.rng.Float64() < 0.05 {
				d += 1e6 * m.rng.ExpFloat64()
			}
		}
		return time.Duration(d)
	}
	there, back := x.there+wait(), x.back+wait()
	const works = 20 * time.Microsecond
	came := m.World.Now
	left := came.Add(-back)
	heard, raw := left.Add(-works), m.World.Clock.Read().Raw
	m.Exchange(refclock.Exchange{
		Server: i, Sent: raw - hw.Raw(back+works+there), Came: raw, // crystals are off by some ppm, of milliseconds
		Received: refclock.UTC(heard).Add(x.off), Answered: refclock.UTC(left).Add(x.off),
		RootDelay: x.delay, RootDispersion: x.dispersion, Stratum: x.stratum, RefID: x.refid,
	})
}

// near is a stratum 1 of the same room, far one of another country.
func near(last byte) *server {
	return &server{
		address: fmt.Sprint("192.168.1.", last), stratum: 1, poll: 16 * time.Second, there: 60 * time.Microsecond, back: 40 * time.Microsecond,
		wait: 10 * time.Microsecond, off: 2 * time.Microsecond, dispersion: 5 * time.Microsecond,
	}
}

func far(last byte) *server {
	return &server{
		address: fmt.Sprint("198.51.100.", last), stratum: 2, poll: 64 * time.Second, there: 12 * time.Millisecond, back: 8 * time.Millisecond,
		wait: 200 * time.Microsecond, off: -time.Millisecond, delay: 4 * time.Millisecond, dispersion: time.Millisecond,
	}
}

func TestTruthIsInsideTheRootDistanceWhileServersAreFollowedAndAfterwards(t *testing.T) {
	const begins, lasts = 20 * time.Minute, 3 * time.Hour
	for name, servers := range map[string]func() []*server{
		"near":     func() []*server { return []*server{near(1)} },
		"far":      func() []*server { return []*server{far(1)} },
		"two near": func() []*server { return []*server{near(1), near(2)} },
		"all":      func() []*server { return []*server{near(1), far(1), far(2)} },
		"lopsided": func() []*server {
			x := near(1)
			x.there = 2 * time.Millisecond
			return []*server{x}
		},
		"loaded": func() []*server {
			x, y := near(1), near(2)
			x.loaded, y.loaded, y.off, y.dispersion = true, true, -40*time.Microsecond, 50*time.Microsecond
			return []*server{x, y}
		},
	} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprint(name, seed), func(t *testing.T) {
				s := terse(t, "default")
				s.Oscillator.Walk.Sigma = 3e-9
				s.Faults = []sim.Fault{{Kind: sim.Unplugged, At: span(begins), For: span(lasts)}}
				m := among(t, s, seed, servers()...)
				m.play(begins + time.Minute)
				if m.state != discipline.Holdover {
					t.Errorf("%v a minute after the loss", m.state)
				}
				m.play(lasts - 2*time.Minute)
				nearest := slices.ContainsFunc(m.servers, func(x *server) bool { return m.wire.refid == netip.MustParseAddr(x.address).As4() })
				if m.state != discipline.Fallback || m.wire.leap != 0 || m.wire.stratum != m.servers[0].stratum+1 || !nearest {
					t.Errorf("%v, %+v after hours; %s", m.state, m.wire, m.Status().Sentence)
				}
				if e := m.Why(why.English); !strings.HasPrefix(e.Brief, "Following ") || !strings.Contains(e.Brief, ", but the receiver on sim says nothing.") {
					t.Error(e.Brief)
				}
				m.play(time.Minute + 10*time.Second)
				if m.state != discipline.Locked || m.wire.stratum != 1 {
					t.Errorf("%v 10 s after the receiver is back: %s", m.state, m.Status().Sentence)
				}
				m.play(10 * time.Minute)
				if n := m.controller.Counts.Steps; n != 1 {
					t.Errorf("%d steps", n)
				}
				if want := []string{"starting", "acquiring", "locked", "holdover", "fallback", "locked"}; !slices.Equal(m.entered, want) {
					t.Error(m.entered)
				}
			})
		}
	}
}

// withoutReceiver is a machine that has none.
func withoutReceiver(t *testing.T, offset time.Duration) sim.Scenario {
	s := terse(t, "default")
	s.Clock.Offset.Duration = offset
	s.Faults = []sim.Fault{{Kind: sim.Unplugged, For: span(1000 * time.Hour)}}
	return s
}

func TestAHostWithoutAReceiverIsSteppedOnceAndServesByTheNetwork(t *testing.T) {
	for _, offset := range []time.Duration{0, 3 * time.Millisecond, -40 * time.Second, 5 * 365 * 24 * time.Hour} {
		m := among(t, withoutReceiver(t, offset), 1, near(1), far(2))
		m.play(3 * time.Second)
		if m.wire.leap != 3 {
			t.Errorf("%v: served after %v: %+v", offset, m.World.Now.Sub(m.start), m.wire)
		}
		m.play(2 * time.Hour)
		steps := uint64(1)
		if offset == 0 {
			steps = 0
		}
		off := m.World.Clock.Read().Time.Sub(hw.Time(m.World.Now))
		if n := m.controller.Counts.Steps; n != steps || m.state != discipline.Client || m.wire.stratum != 2 || off.Abs() > 50*time.Microsecond {
			t.Errorf("%v: %d steps, %v, %+v; the clock is off by %v; %v", offset, n, m.state, m.wire, off, m.entered)
		}
		if m.entered[len(m.entered)-1] != "client" || len(m.entered) > 3 {
			t.Error(offset, m.entered)
		}
		if e := m.Why(why.English); !strings.HasPrefix(e.Sentence, "Stratum 2: the clock follows ") || strings.Contains(e.Sentence, "receiver") || len(m.Alarms(why.English)) != 0 {
			t.Errorf("%+v %+v", e.Sentence, m.Alarms(why.English))
		}
	}
}

func TestASiblingIsFollowedOnlyWhileItSaysStratum1(t *testing.T) {
	x := near(1)
	x.sibling, x.stratum = true, 2
	m := among(t, withoutReceiver(t, 0), 1, x)
	m.play(10 * time.Minute)
	if m.states[discipline.Client] != 0 || m.wire.leap != 3 {
		t.Errorf("%v, %+v: it follows one that may follow it", m.states, m.wire)
	}
	x.stratum = 1
	m.play(5 * time.Minute)
	if m.wire.leap != 0 || m.wire.stratum != 2 {
		t.Errorf("%+v: it does not follow a sibling of stratum 1", m.wire)
	}
	x.stratum = 15
	x.sibling = false
	m = among(t, withoutReceiver(t, 0), 1, x)
	m.play(5 * time.Minute)
	if m.wire.leap != 3 {
		t.Errorf("%+v behind stratum 15", m.wire)
	}
}

func TestWhenServersVanishTheRootDistanceGrowsWithTheError(t *testing.T) {
	for seed := range uint64(3) {
		gone := func(since time.Duration) bool { return since > 30*time.Minute }
		x, y := near(1), near(2)
		x.dead, y.dead = gone, gone
		m := among(t, withoutReceiver(t, time.Second), seed, x, y)
		m.play(30 * time.Minute)
		before := m.wire.distance
		m.play(2 * time.Hour) // judge fails when the truth is outside
		if m.wire.leap != 0 || m.wire.distance < 10*before {
			t.Errorf("%+v hours later, %v before", m.wire, before)
		}
	}
}

func TestServersThatJumpTogetherAreNotFollowedAgainstTheOscillator(t *testing.T) {
	s := terse(t, "default")
	s.Faults = []sim.Fault{{Kind: sim.Unplugged, At: span(20 * time.Minute), For: span(100 * time.Hour)}}
	servers := []*server{near(1), near(2), near(3)}
	m := among(t, s, 1, servers...)
	m.play(25 * time.Minute)
	for _, x := range servers {
		x.off += time.Second
	}
	m.play(30 * time.Minute) // judge fails when it is served
	if m.controller.Counts.Steps != 1 || m.state == discipline.Fallback {
		t.Error(m.state, m.controller.Counts.Steps)
	}
}

func TestAfterASuspensionTheNetworkIsHeardAfresh(t *testing.T) {
	m := among(t, withoutReceiver(t, time.Second), 1, near(1), near(2))
	m.play(10 * time.Minute)
	m.Suspend(20 * time.Minute)
	m.Play(time.Second)
	if m.wire.leap != 3 {
		t.Errorf("%+v just after", m.wire)
	}
	m.play(5 * time.Minute)
	if m.wire.leap != 0 || m.wire.stratum != 2 || m.controller.Counts.Steps != 2 {
		t.Errorf("%+v later, %d steps, %v", m.wire, m.controller.Counts.Steps, m.entered)
	}
}
