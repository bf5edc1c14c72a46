package discipline

import (
	"strconv"

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
	Operators map[int]string // who runs each server; one that is not named is its own operator
	bench     *witness.Bench
	verdict   witness.Verdict
}

// Hear takes an exchange with a server.
func (p *Panel) Hear(e refclock.Exchange) {
	p.Network.Hear(network.Exchange{
		Server: e.Server, T1: int64(e.Sent), T2: int64(e.Received), T3: int64(e.Answered), T4: int64(e.Came),
		Distance: e.Distance().Seconds(),
	})
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
