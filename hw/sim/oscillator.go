package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"gpsntpd/hw"
)

// Crystal says how an oscillator behaves.
type Crystal struct {
	Offset Rate    `toml:"offset"` // constant, positive is fast
	Walk   Walk    `toml:"walk"`   // random walk of the frequency
	Cycles []Cycle `toml:"cycles"` // that no temperature explains
	Jumps  []Jump  `toml:"jumps"`
}

// Cycle is a sinusoid of the frequency.
type Cycle struct {
	Amplitude Rate `toml:"amplitude"`
	Period    Span `toml:"period"`
}

// Jump is a sudden change of the frequency that stays, or until the next one
// takes it back.
type Jump struct {
	At    Span `toml:"at"` // after the start
	By    Rate `toml:"by"`
	Every Span `toml:"every"` // there and back in turn, so often; 0: it stays
}

func (c Crystal) check() error {
	for i, y := range c.Cycles {
		if y.Period.Duration == 0 {
			return fmt.Errorf("cycles, number %d: period is missing", i+1)
		}
	}
	return nil
}

// Oscillator is the raw clock as a function of truth. Its frequency changes at
// each whole second after its start and is constant in between. Any goroutine
// may read it.
type Oscillator struct {
	crystal     Crystal
	coefficient float64 // rate for each degree
	start       Truth

	mu     sync.Mutex
	random *rand.Rand
	walk   float64
	felt   climate
	newest int64            // the greatest second that is known
	knots  [remembered]knot // the last seconds, by second modulo remembered
}

// remembered is how many seconds back the oscillator can be read exactly.
const remembered = 128

// origin is what the raw clock shows at the start: some uptime.
const origin hw.Raw = 1000e9

// knot is the phase at the beginning of a second, and the rate in it. Whole
// and fraction are apart so that a float64 never has to hold a year in
// nanoseconds: the error of a second's addition is below 1e-10 ns.
type knot struct {
	raw  hw.Raw
	frac float64 // ns, 0 ≤ frac < 1
	rate float64
}

// at returns the phase when since has passed in the knot's second.
func (k knot) at(since time.Duration) (hw.Raw, float64) {
	gain := k.frac + k.rate*float64(since)
	whole := math.Floor(gain)
	return k.raw + hw.Raw(since) + hw.Raw(whole), gain - whole
}

// Streams of random numbers: one each, so that a change to one part of a
// scenario leaves the noise of the others as it was.
const (
	oscillatorStream = iota
	pulseStream
	receiverStream
	garbageStream
	sideStream
	tailStream
	sensorStream
	moduleStream
	pathStream
)

// NewOscillator returns the oscillator of s, switched on at start.
func NewOscillator(s Scenario, start Truth) *Oscillator {
	o := &Oscillator{
		crystal:     s.Oscillator,
		coefficient: s.Temperature.Coefficient.PerDegree,
		start:       start,
		random:      s.random(oscillatorStream),
		felt:        climate{Temperature: s.Temperature},
	}
	o.knots[0] = knot{raw: origin, rate: o.rate(0)}
	return o
}

// random returns the random numbers of one stream.
func (s Scenario) random(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(s.Seed, stream)) }

// Raw returns what the raw clock shows at t. It is exact from two minutes
// before the newest t that was asked for; before that, the oldest rate that is
// still known is extended backwards.
func (o *Oscillator) Raw(t Truth) hw.Raw {
	since := t.Sub(o.start)
	o.mu.Lock()
	defer o.mu.Unlock()
	second := max(int64(since/time.Second), o.newest-remembered+1, 0)
	for o.newest < second {
		o.advance()
	}
	raw, _ := o.knots[second%remembered].at(since - time.Duration(second)*time.Second)
	return raw
}

func (o *Oscillator) advance() {
	raw, frac := o.knots[o.newest%remembered].at(time.Second)
	o.newest++
	o.walk += o.crystal.Walk.Sigma * o.random.NormFloat64()
	o.knots[o.newest%remembered] = knot{raw: raw, frac: frac, rate: o.rate(o.newest)}
}

// rate returns the frequency offset in second, which is the one after that of
// the last call; a cycle counts with its value in the middle.
func (o *Oscillator) rate(second int64) float64 {
	c := o.crystal
	rate := float64(c.Offset.Frequency) + o.walk + o.coefficient*o.felt.next()
	for _, y := range c.Cycles {
		rate += float64(y.Amplitude.Frequency) * sine(y.Period, second)
	}
	for _, j := range c.Jumps {
		since := time.Duration(second)*time.Second - j.At.Duration
		if since >= 0 && (j.Every.Duration == 0 || since/j.Every.Duration%2 == 0) {
			rate += float64(j.By.Frequency)
		}
	}
	return rate
}

// sine is that of a cycle in the middle of a second after the start.
func sine(period Span, second int64) float64 {
	return math.Sin(2 * math.Pi * (float64(second) + 0.5) / period.Seconds())
}
