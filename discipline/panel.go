package discipline

import (
	"math"
	"strconv"
	"time"

	"gpsntpd/discipline/network"
	"gpsntpd/discipline/witness"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Verdict is what witnesses say of the receiver.
type Verdict = witness.Verdict

// Word is the verdict in a word.
type Word = witness.Word

// The words of a verdict.
const (
	Alone        = witness.Alone        // nothing confirms the receiver
	Confirmed    = witness.Confirmed    // to within Verdict.Within
	Doubtful     = witness.Doubtful     // something has moved, and it may be the receiver
	Contradicted = witness.Contradicted // one operator says something else, and nothing tells who is right
	Refuted      = witness.Refuted      // the receiver is wrong
)

// Panel is what is known of the time from others than the receiver: what the servers of
// the network say, and whether they and the oscillator bear the receiver out. The zero
// value has heard no one.
type Panel struct {
	Network   network.Estimator
	Operators map[int]string            // who runs each server; one that is not named is its own operator
	heard     map[int]refclock.Exchange // the newest one of each server
	followed  Network                   // what they said when they last agreed …
	nearest   int                       // … and which of them was nearest then
	bench     *witness.Bench
	verdict   witness.Verdict
}

// Hear takes an exchange with a server.
func (p *Panel) Hear(e refclock.Exchange) {
	if p.heard == nil {
		p.heard = map[int]refclock.Exchange{}
	}
	p.heard[e.Server] = e
	p.Network.Hear(network.Exchange{
		Server: e.Server, T1: int64(e.Sent), T2: int64(e.Received), T3: int64(e.Answered), T4: int64(e.Came),
		Distance: e.Distance().Seconds(),
	})
}

// heardEnough is how many exchanges a server must have been heard in to be followed.
const heardEnough = 4

// mostStratum is that of a server behind which no one can be synchronized (RFC 5905, MAXSTRAT less 1).
const mostStratum = 15

// normal is how many standard deviations of the network's estimate grow with the time.
const normal = 4.65

// Followed returns what the servers say at raw, the number of the one that is nearest, and
// whether there is anything that may be followed. While they are silent, or no majority of
// them agrees, it is what they said before.
func (p *Panel) Followed(raw hw.Raw) (n Network, nearest int, ok bool) {
	e := p.Network.At(int64(raw))
	x := p.heard[e.Nearest]
	if !e.Known || !e.Agreed || e.Heard < heardEnough || math.IsInf(e.Distance, 0) || x.Stratum >= mostStratum {
		return p.followed, p.nearest, p.followed.Raw != 0
	}
	s := func(v float64) time.Duration { return time.Duration(v * 1e9) }
	delay := s(e.Delay) + x.RootDelay
	n = Network{
		Raw: raw, UTC: refclock.UTC(int64(raw) + e.Origin + int64(s(e.Phase))), Rate: hw.Frequency(e.Rate),
		Heard: raw - hw.Raw(s(e.Age)), Poll: s(e.Poll), Servers: e.Servers, Refutes: p.verdict.Word == witness.Refuted,
		Growth: Growth{
			Network: max(ceil(e.Distance-normal*e.Deviation), delay/2),
			Phase:   e.Deviation * e.Deviation, Fresh: e.Deviation * e.Deviation, PhaseRate: e.Cross,
			Rate: e.RateRMS * e.RateRMS, WanderDensity: e.Wander * e.Wander, Sigmas: normal,
		},
		Reference: Reference{Source: refclock.FromNetwork, Stratum: x.Stratum + 1, Delay: delay},
	}
	p.followed, p.nearest = n, e.Nearest
	return n, e.Nearest, true
}

// Leapt says that UTC has made a leap second: the servers have it as well.
func (p *Panel) Leapt(by time.Duration) {
	p.Network.Leapt(int64(by))
	if p.followed.Raw != 0 {
		p.followed.UTC = p.followed.UTC.Add(by)
	}
}

// Afresh forgets what was heard: the raw clock stood still.
func (p *Panel) Afresh() {
	p.Network, p.heard, p.followed, p.bench, p.verdict = network.Estimator{}, nil, Network{}, nil, witness.Verdict{}
}

// Receiver takes what the receiver says: the time when the raw clock showed raw. Its
// sample may steer the clock unless the verdict holds it.
func (p *Panel) Receiver(raw hw.Raw, utc refclock.UTC) Verdict {
	heard := p.readings(raw)
	if p.bench == nil {
		if len(heard) == 0 { // a phase has an origin once a server was heard
			return p.Verdict()
		}
		p.bench = witness.New()
	}
	origin := p.Network.Origin()
	p.verdict = p.bench.Judge(float64(raw)/1e9, float64(int64(utc)-int64(raw)-origin)/1e9, heard)
	return p.verdict
}

// Verdict is the newest one.
func (p *Panel) Verdict() Verdict {
	if p.bench == nil {
		return Verdict{Liar: -1}
	}
	return p.verdict
}

// silentAfter is how many polls without an answer silence a witness, and how long at least.
const (
	silentPolls   = 8
	silentSeconds = 600
)

// readings are the servers that have answered lately.
func (p *Panel) readings(raw hw.Raw) (all []witness.Reading) {
	for _, s := range p.Network.Standings(int64(raw)) {
		if s.Age > max(silentPolls*s.Poll, silentSeconds) {
			continue
		}
		operator := p.Operators[s.Server]
		if operator == "" {
			operator = strconv.Itoa(s.Server)
		}
		all = append(all, witness.Reading{
			ID: s.Server, Operator: operator, Phase: s.Phase, Deviation: s.Deviation, Distance: s.Distance,
			Heard: s.Heard, Jumps: s.Jumps, Astray: s.Astray,
		})
	}
	return all
}
