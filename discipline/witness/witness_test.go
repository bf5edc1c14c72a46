package witness

import (
	"math"
	"math/rand/v2"
	"testing"
)

// scene is an attack: what the receiver and each server say too much at a moment.
type scene struct {
	name     string
	servers  []string // operators
	receiver func(at float64) float64
	server   func(i int, at float64) float64
	from, to float64
	words    []Word  // that may be said after it was told
	hold     bool    // the receiver must be held off then
	told     float64 // s after the attack within which, 0: never
	off      float64 // that the receiver may be off by then
	cold     bool    // from the start, and nothing may be served then
}

func still(float64) float64            { return 0 }
func stillServer(int, float64) float64 { return 0 }
func drag(rate float64) func(float64) float64 {
	return func(at float64) float64 { return rate * math.Max(at-attack, 0) }
}
func jump(by float64) func(float64) float64 {
	return func(at float64) float64 {
		if at < attack {
			return 0
		}
		return by
	}
}

// liars are the first n servers, that jump by a second when the attack begins.
func liars(n int, by float64) func(int, float64) float64 {
	return func(i int, at float64) float64 {
		if i < n {
			return jump(by)(at)
		}
		return 0
	}
}

const attack = 7200.0

// play judges every second, servers being asked every 64 s.
func (s scene) play(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3))
	b := New()
	phase, rate := 0.0, 20e-6
	n := len(s.servers)
	errors, jumped, heard, newest := make([]float64, n), make([]int, n), make([]int, n), make([]float64, n)
	told := math.NaN()
	began := attack
	if s.cold {
		began = 0
	}
	for at := 0.0; at < s.to; at++ {
		phase += rate
		rate += 1e-9*r.NormFloat64() + 0.5e-6/3600*math.Sin(at/3000)
		var all []Reading
		for i, operator := range s.servers {
			if math.Mod(at, 64) == float64(7*i) { // a filter's error, that changes slowly
				errors[i] += 0.2*(-errors[i]) + 12e-6*r.NormFloat64()
				heard[i]++
				off := s.server(i, at)
				if math.Abs(off-newest[i]) > 0.1 {
					if jumped[i]--; jumped[i] < -5 { // followed after five minutes
						newest[i], jumped[i] = off, 1
					}
				} else {
					newest[i] = off
				}
			}
			all = append(all, Reading{
				ID: i, Operator: operator, Phase: phase + 500e-6 + errors[i] + newest[i], Deviation: 20e-6,
				Distance: 10.5e-3, Heard: heard[i], Jumps: max(jumped[i], 0), Astray: jumped[i] < -1,
			})
		}
		off := s.receiver(at)
		v := b.Judge(at, phase+off+1e-6*r.NormFloat64(), all)
		if at < began || s.cold && at < 600 {
			if v.Hold && !s.cold {
				t.Fatalf("%s: second %.0f, nothing has happened: %+v", s.name, at, v)
			}
			continue
		}
		if math.IsNaN(told) && v.Hold {
			told = at - began
			if !s.hold {
				t.Errorf("%s: %v after %.0f s", s.name, v.Word, told)
				return
			}
			if math.Abs(off) > s.off {
				t.Errorf("%s: %v after %.0f s, the receiver is off by %.3g s", s.name, v.Word, told, off)
			}
		}
		if v.Hold != !math.IsNaN(told) {
			t.Errorf("%s: second %.0f: %+v, held before", s.name, at-began, v)
			return
		}
	}
	v := b.verdict
	if s.hold && !(told <= s.told) {
		t.Errorf("%s: told after %.0f s", s.name, told)
	}
	good := false
	for _, w := range s.words {
		good = good || v.Word == w
	}
	if !good || s.cold && !v.Unsynchronized {
		t.Errorf("%s: at last %+v", s.name, v)
	}
}

func TestEachAttackHasItsVerdict(t *testing.T) {
	one, two, three := []string{"a"}, []string{"a", "b"}, []string{"a", "b", "c"}
	for _, s := range []scene{
		{name: "nothing", servers: three, words: []Word{Confirmed}},
		{name: "no one", words: []Word{Alone}},
		{name: "+1 s, one", servers: one, receiver: jump(1), words: []Word{Contradicted}, hold: true, told: 15, off: 1},
		{name: "+1 s, two", servers: two, receiver: jump(1), words: []Word{Refuted}, hold: true, told: 15, off: 1},
		{name: "-1 s, three", servers: three, receiver: jump(-1), words: []Word{Refuted}, hold: true, told: 15, off: 1},
		{name: "+1 s, two of one operator", servers: []string{"a", "a"}, receiver: jump(1), words: []Word{Contradicted}, hold: true, told: 15, off: 1},
		{name: "1e-7", servers: three, receiver: drag(1e-7), words: []Word{Doubtful, Refuted}, hold: true, told: 5000, off: 0.5e-3},
		{name: "1e-6", servers: three, receiver: drag(1e-6), words: []Word{Doubtful, Refuted}, hold: true, told: 500, off: 0.5e-3},
		{name: "1e-5", servers: three, receiver: drag(1e-5), words: []Word{Doubtful, Refuted}, hold: true, told: 20, off: 0.2e-3},
		{name: "-1e-6, two", servers: two, receiver: drag(-1e-6), words: []Word{Doubtful, Refuted}, hold: true, told: 500, off: 0.5e-3},
		{name: "one lies", servers: three, server: liars(1, 1), words: []Word{Confirmed}},
		{name: "two lie", servers: three, server: liars(2, 1), words: []Word{Confirmed}},
		{name: "all lie", servers: three, server: liars(3, 1), words: []Word{Alone}},
		{name: "all lie by 12 years", servers: three, server: liars(3, -378691200), words: []Word{Alone}},
		{name: "-1024 weeks at the start, one", servers: one, receiver: func(float64) float64 { return -619315200 }, words: []Word{Contradicted}, hold: true, told: 1e3, off: 1e9, cold: true},
		{name: "-1024 weeks at the start, two", servers: two, receiver: func(float64) float64 { return -619315200 }, words: []Word{Refuted}, hold: true, told: 1e3, off: 1e9, cold: true},
		{name: "+18 s at the start", servers: three, receiver: func(float64) float64 { return 18 }, words: []Word{Refuted}, hold: true, told: 1e3, off: 18, cold: true},
		{name: "another route", servers: three, server: liars(1, 2e-3), words: []Word{Confirmed}},
	} {
		if s.receiver == nil {
			s.receiver = still
		}
		if s.server == nil {
			s.server = stillServer
		}
		s.to = attack + 3*3600
		for seed := range uint64(2) {
			s.play(t, seed)
		}
	}
}

func TestASpikeOfThePulseIsHeldBackAloneAndNoDoubt(t *testing.T) {
	b := New()
	for k := range 4000 {
		at := float64(k)
		phase := at * 1e-5
		reading := Reading{Phase: phase, Deviation: 1e-6, Distance: 60e-6, Heard: 2 + k/16}
		one, other := reading, reading
		one.Operator, other.ID, other.Operator = "a", 1, "b"
		spike := k > 1500 && k%200 == 0
		if spike {
			phase -= 60e-6
		}
		v := b.Judge(at, phase, []Reading{one, other})
		if k > 60 && (v.Word != Confirmed || v.Hold != spike) {
			t.Fatalf("second %d: %+v", k, v)
		}
	}
}

func TestTwoSpikesInARowAreNoDoubtEither(t *testing.T) {
	b := New()
	for k := range 4000 {
		at := float64(k)
		phase := at * 1e-5
		reading := Reading{Phase: phase, Deviation: 9e-6, Distance: 60e-6, Heard: 2 + k/16}
		one, other := reading, reading
		one.Operator, other.ID, other.Operator = "a", 1, "b"
		switch {
		case k < 1500:
		case k%200 == 0:
			phase -= 44e-6 // within what the servers are unsure of
		case k%200 == 1:
			phase -= 52e-6
		}
		if v := b.Judge(at, phase, []Reading{one, other}); k > 60 && v.Word != Confirmed {
			t.Fatalf("second %d: %+v", k, v)
		}
	}
}
