package stdio

import (
	"fmt"
	"math"

	"gpsntpd/discipline/network"
)

// Heard is an exchange with a server: T1 and T4 in ns of the raw clock, T2 and T3 in ns
// of the server's since the run began.
type Heard struct {
	Server                    int
	T1, T2, T3, T4            int64
	RootDelay, RootDispersion float64 // ns
	Stratum, Leap             int
}

// Tick is a second of the raw clock.
type Tick struct {
	K      int64
	Raw    int64   // ns, now
	Beyond float64 // ns that the local clock shows more
}

// NetworkAnswer is one line of output, from second K on.
type NetworkAnswer struct {
	Answer
	State string
	Poll  float64 // s between two exchanges with the server that is heard most; 0: unknown
}

// What is no time of a server's (RFC 5905, sections 7.3 and 11.2).
const (
	mostStratum  = 15
	noLeap       = 3 // not synchronized
	mostDistance = 1.5
)

// When nothing has been heard for this many polls, the clock is in holdover; when it may
// be off by more than that many seconds, it is not synchronized.
const (
	silentPolls = 4
	silentLeast = 10.0
	looseAbove  = 1.0
)

// Network is the way to a clock that hears servers.
type Network struct {
	Estimator network.Estimator
	steering  network.Steering
	k, raw    int64
	served    float64
}

// Served is what would be served as the root distance after the newest second, in s.
func (n *Network) Served() float64 { return n.served }

// NewNetwork returns a port that has heard no one.
func NewNetwork() *Network { return &Network{k: -1} }

// Hear takes an exchange.
func (n *Network) Hear(h Heard) {
	distance := h.RootDelay/2e9 + h.RootDispersion/1e9
	if h.Leap == noLeap || h.Stratum < 1 || h.Stratum > mostStratum || distance > mostDistance {
		return
	}
	n.Estimator.Hear(network.Exchange{Server: h.Server, T1: h.T1, T2: h.T2, T3: h.T3, T4: h.T4, Distance: distance})
}

// Second answers at a second of the raw clock.
func (n *Network) Second(t Tick) (NetworkAnswer, error) {
	switch {
	case t.K <= n.k:
		return NetworkAnswer{}, fmt.Errorf("second %d comes after %d", t.K, n.k)
	case n.k >= 0 && t.Raw <= n.raw:
		return NetworkAnswer{}, fmt.Errorf("the raw clock shows %d after %d", t.Raw, n.raw)
	}
	n.k, n.raw = t.K, t.Raw
	e := n.Estimator.At(t.Raw)
	a := NetworkAnswer{Answer: Answer{Estimate: math.NaN(), Bound: math.NaN()}, State: state(e), Poll: e.Poll}
	if !e.Known {
		return a, nil
	}
	off := float64(-e.Origin)/1e9 + t.Beyond/1e9 - e.Phase
	c := n.steering.Second(off, e)
	a.Frequency, a.Step, a.Estimate = within(-mostRate, c.Frequency*1e9, mostRate), math.Round(c.Step*1e9), off*1e9
	a.Slew = within(-mostRate-a.Frequency, c.Slew*1e9, mostRate-a.Frequency)
	a.Bound = (e.Bound + math.Abs(off+c.Step)) * 1e9
	n.served = e.Distance + math.Abs(off+c.Step)
	return a, nil
}

// state is the word for what is known.
func state(e network.Estimate) string {
	switch {
	case !e.Known:
		return "starting"
	case !e.Settled:
		return "acquiring"
	case e.Bound > looseAbove:
		return "unsynchronized"
	case e.Age > math.Max(silentPolls*e.Poll, silentLeast):
		return "holdover"
	}
	return "client"
}

// String returns the line of output, without its end.
func (a NetworkAnswer) String() string {
	text := a.Answer.numbers() + " " + a.State
	if a.Poll > 0 {
		text += fmt.Sprintf(" %.0f", math.Max(a.Poll, 1))
	}
	return text
}
