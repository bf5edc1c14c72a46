package main

import (
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"gpsntpd/hw/sim"
)

// dice make up cases.
type dice struct{ *rand.Rand }

// between returns a number from a to b.
func (d dice) between(a, b float64) float64 { return a + (b-a)*d.Float64() }

// spread returns a number from a to b whose logarithm is spread evenly.
func (d dice) spread(a, b float64) float64 { return a * math.Pow(b/a, d.Float64()) }

// time and length are the same for times, with three digits.
func (d dice) time(a, b time.Duration) time.Duration {
	return rounded(d.between(float64(a), float64(b)))
}

func (d dice) length(a, b time.Duration) time.Duration {
	return rounded(d.spread(float64(a), float64(b)))
}

func rounded(v float64) time.Duration {
	return time.Duration(math.Round(short(v)))
}

// short rounds v to three digits.
func short(v float64) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64) // never fails
	return v
}

// sign returns v or −v.
func (d dice) sign(v time.Duration) time.Duration {
	if d.IntN(2) == 0 {
		return -v
	}
	return v
}

func (d dice) chance(p float64) bool { return d.Float64() < p }

// pick returns one of some.
func pick[T any](d dice, some ...T) T { return some[d.IntN(len(some))] }

// machine makes up a machine and a receiver that nothing is wrong with.
func (d dice) machine() Case {
	c := Case{Seed: d.Uint64() >> 32, For: time.Hour, Settings: ordinary()}
	c.Start = sim.Truth(time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC).UnixNano() + d.Int64N(1e9) + 1e9*d.Int64N(80000)).Std().Format(layout)
	c.Clock = pick(d, 0, d.sign(d.length(time.Microsecond, 500*time.Millisecond)), d.sign(d.length(time.Second, 1000*time.Hour)))
	c.PPM = short(d.between(-60, 60))
	c.Walk = short(d.spread(1e-10, 5e-9))
	c.Jitter = d.length(30*time.Nanosecond, 3*time.Microsecond)
	c.Saw = pick(d, 0, 20*time.Nanosecond, 50*time.Nanosecond)
	c.Delay = pick(d, 0, d.length(100*time.Nanosecond, 3*time.Microsecond))
	c.Steer = !d.chance(0.25)
	c.Tick = pick(d, 0, time.Millisecond, 4*time.Millisecond, 10*time.Millisecond)
	c.Wake = d.length(5*time.Microsecond, 300*time.Microsecond)
	c.Capture = pick(d, "lead", "both")
	c.Width = pick(d, 100*time.Millisecond, 200*time.Millisecond, 20*time.Millisecond, 100*time.Microsecond)
	d.sentences(&c)
	if d.chance(0.3) {
		c.Sensor, c.Tempco, c.Swing = true, short(d.between(-200, 200)), short(d.between(0, 2))
		c.Lag = pick(d, 0, time.Minute)
	}
	return c
}

// sentences makes up what the receiver says.
func (d dice) sentences(c *Case) {
	c.Talk = pick(d, "RMC,GGA", "RMC", "GGA,RMC", "RMC,GGA,ZDA", "ZDA,RMC", "GGA,GSA,RMC,ZDA", "GNS,RMC,GLL", "RMC,GSV,GSV,GGA", "GGA,ZDA")
	c.Latency = d.length(40*time.Millisecond, 600*time.Millisecond)
	c.Spread = d.length(200*time.Microsecond, 15*time.Millisecond)
	c.Late = pick(d, "normal", "uniform", "exponential", "wander")
	c.Baud = pick(d, 9600, 9600, 38400, 115200)
	c.Digits = pick(d, 0, 2, 3)
}

const layout = "2006-01-02T15:04:05.999999999"
