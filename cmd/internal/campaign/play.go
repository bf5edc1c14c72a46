package main

import (
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"
)

// played is what a run has shown.
type played struct {
	class string
	Case
	findings        []finding
	asked, answers  int
	judged, outside int
	excused         map[string]int
	recoveries      []recovery
}

// play plays a case.
func play(c Case) (played, error) {
	w, err := newWorld(c)
	if err != nil {
		return played{}, err
	}
	w.run()
	j := &w.judge
	return played{Case: c, findings: j.findings, asked: j.asked, answers: j.answers, judged: j.judged, outside: j.outside,
		excused: j.excused, recoveries: j.recovers}, nil
}

// has returns the finding of a kind, nil when there is none.
func (p *played) has(kind string) *finding {
	for i := range p.findings {
		if p.findings[i].kind == kind {
			return &p.findings[i]
		}
	}
	return nil
}

// made is case number n of a class under a seed.
func (c class) made(seed uint64, n int) Case {
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.name))
	return c.roll(dice{rand.New(rand.NewPCG(seed, h.Sum64()+uint64(n)))})
}

// campaign plays cases of the classes in turn until they add up to this many
// seconds, on this many processors; each that was played goes to took.
func campaign(of []class, seed uint64, seconds time.Duration, processors int, took func(played)) {
	var mu sync.Mutex // guards what follows
	var group sync.WaitGroup
	number, planned := 0, time.Duration(0)
	next := func() (name string, c Case, ok bool) {
		mu.Lock()
		defer mu.Unlock()
		if planned >= seconds {
			return "", Case{}, false
		}
		k := of[number%len(of)]
		c = k.made(seed, number/len(of))
		number++
		planned += c.For
		return k.name, c, true
	}
	for range processors {
		group.Go(func() {
			for name, c, ok := next(); ok; name, c, ok = next() {
				p, err := play(c)
				if err != nil {
					panic(err) // the classes make up what can be played
				}
				p.class = name
				mu.Lock()
				took(p)
				mu.Unlock()
			}
		})
	}
	group.Wait()
}
