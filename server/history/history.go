// Package history remembers how things were: each second of the last hour, each
// ten seconds of the last day, each five minutes of the last 60 days. It takes
// three quarters of a megabyte when it is full, and no more.
package history

import (
	"math"
	"slices"
	"sync"

	"gpsntpd/discipline"
)

// Moment is how things are at one moment. What is not known is NaN.
type Moment struct {
	State      discipline.State
	Offset     float64 // UTC − local, s
	Bound      float64 // s
	Frequency  float64 // ppm
	Jitter     float64 // s
	Celsius    float64
	Satellites float64 // used
	Requests   float64 // per second
}

// History is the memory. New makes one; any goroutine may use it.
type History struct {
	mu     sync.Mutex
	levels [3]level
}

// level is the memory of one step of time.
type level struct {
	span    string
	step    int64   // s
	entries []entry // a ring: that of step n is at n modulo its length
	last    int64   // the newest step; 0 before the first
	open    sums    // of the newest
}

// New returns a history that remembers nothing yet.
func New() *History {
	return &History{levels: [3]level{newLevel("1h", 1, 3600), newLevel("24h", 10, 8640), newLevel("60d", 300, 17280)}}
}

func newLevel(span string, step int64, entries int) level {
	return level{
		span: span, step: step, entries: make([]entry, entries),
		open: sums{offsets: make([]float64, 0, step), bounds: make([]float64, 0, step)},
	}
}

// Clock tells what is to be made of the time of a moment.
type Clock uint8

// The kinds of clock.
const (
	Unset Clock = iota // it may show anything
	Set                // it shows UTC, give or take a second
)

// mostAhead is how many steps ahead of the newest the time of an unset clock may
// be: a board without a clock of its own may start anywhere.
const mostAhead = 3600

// Add takes how things are in a second since 1970. When a set clock shows less
// than before, it had been wrong then: what was remembered for later is forgotten.
func (h *History) Add(second int64, c Clock, m Moment) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.levels {
		h.levels[i].add(second/h.levels[i].step, c, m)
	}
}

func (l *level) add(n int64, c Clock, m Moment) {
	if c == Unset && l.last != 0 && (n < l.last || n > l.last+mostAhead) {
		return
	}
	if n != l.last {
		l.move(n)
	}
	l.open.add(m)
	*l.at(n) = l.open.entry()
}

// move makes n the newest step, and what lies between it and the one before, or
// after it, a gap.
func (l *level) move(n int64) {
	length := int64(len(l.entries))
	from, to := l.last+1, n
	if n < l.last {
		from, to = n, l.last
	}
	for i := max(from, to-length+1); i <= to && l.last != 0; i++ {
		*l.at(i) = entry{}
	}
	l.last, l.open = n, sums{offsets: l.open.offsets[:0], bounds: l.open.bounds[:0]}
}

func (l *level) at(n int64) *entry {
	length := int64(len(l.entries))
	return &l.entries[((n%length)+length)%length]
}

// oldest returns the first step that is remembered.
func (l *level) oldest() int64 {
	n := l.last - int64(len(l.entries)) + 1
	for n < l.last && l.at(n).state == 0 {
		n++
	}
	return n
}

// sums are those of the moments of a step.
type sums struct {
	state  uint8 // as in an entry
	bound  float64
	means  [6]float64 // offset, frequency, jitter, Celsius, satellites, requests
	counts [6]int

	offsets, bounds []float64 // sorted
}

func (s *sums) add(m Moment) {
	if s.state == 0 {
		s.bound = math.NaN()
	}
	if state := uint8(m.State) + 1; s.state == 0 || badness(state) > badness(s.state) {
		s.state = state
	}
	if !(m.Bound <= s.bound) {
		s.bound = m.Bound
	}
	s.offsets, s.bounds = sorted(s.offsets, m.Offset), sorted(s.bounds, m.Bound)
	for i, v := range [...]float64{m.Offset, m.Frequency, m.Jitter, m.Celsius, m.Satellites, m.Requests} {
		if !math.IsNaN(v) {
			s.counts[i]++
			s.means[i] += (v - s.means[i]) / float64(s.counts[i])
		}
	}
}

// sorted adds v, unless it is not known, or there are as many as a step has seconds: the
// clock may stand still.
func sorted(all []float64, v float64) []float64 {
	if math.IsNaN(v) || len(all) == cap(all) {
		return all
	}
	i, _ := slices.BinarySearch(all, v)
	return slices.Insert(all, i, v)
}

// quantile is the value that a part of all are less than; NaN of none.
func quantile(all []float64, part float64) float64 {
	if len(all) == 0 {
		return math.NaN()
	}
	return all[int(math.Round(part*float64(len(all)-1)))]
}

// badness orders the states of an entry.
func badness(state uint8) int {
	switch discipline.State(state - 1) {
	case discipline.Locked, discipline.Client:
		return 0
	case discipline.Holdover, discipline.Fallback:
		return 1
	case discipline.Acquiring:
		return 2
	case discipline.Starting:
		return 3
	}
	return 4
}

func (s *sums) mean(i int) float64 {
	if s.counts[i] == 0 {
		return math.NaN()
	}
	return s.means[i]
}

func (s *sums) entry() entry {
	return entry{
		state:  s.state,
		offset: packSigned(s.mean(0)), bound: pack(s.bound), frequency: float32(s.mean(1)), jitter: pack(s.mean(2)),
		celsius: packCelsius(s.mean(3)), satellites: packCount(s.mean(4)), requests: pack(s.mean(5)),
		least: packSigned(quantile(s.offsets, 0)), median: packSigned(quantile(s.offsets, 0.5)), greatest: packSigned(quantile(s.offsets, 1)),
		usual: pack(quantile(s.bounds, 0.5)),
	}
}
