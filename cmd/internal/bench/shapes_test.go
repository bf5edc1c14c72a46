//go:build bench

package bench

import "fmt"

// gamma is a latency that has its maximum away from zero: of shape k, the sum of
// k exponential ones, with that mean (ns) in all.
func gamma(k int, mean float64) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofLatency)
		return func(_ int, s *second) {
			for range k {
				s.late += mean / float64(k) * chance.ExpFloat64()
			}
		}
	}
}

// polled is a latency that is spread evenly from 0 to most (ns).
func polled(most float64) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofLatency)
		return func(_ int, s *second) { s.late += most * chance.Float64() }
	}
}

// idle has a share of the pulses find the processor asleep, and wait ns longer.
func idle(share, wait float64) change {
	return func(seed uint64) func(k int, s *second) {
		chance := source(seed, ofLatency+100)
		return func(_ int, s *second) {
			if chance.Float64() < share {
				s.late += wait * (1 + 0.02*chance.NormFloat64())
			}
		}
	}
}

// shapes are latencies of other shapes than an exponential one, as boards are
// reported to have them.
func shapes() []row {
	var all []row
	add := func(name string, most float64, base func(seed uint64) world, changes ...change) {
		r := steady("shape: "+name, with(base, changes...), bar{rms, most, one})
		r.to = 5 * hour
		all = append(all, r)
	}
	for _, k := range []int{2, 3, 4, 6} {
		for _, jitter := range []float64{50, 150, 300} {
			add(fmt.Sprintf("gamma %d, %gns", k, jitter), 300, white(jitter, 1e-9), gamma(k, 1000))
		}
	}
	for _, most := range []float64{2e3, 20e3} {
		add(fmt.Sprintf("even up to %gus, 150ns", most/1e3), most/10, white(150, 1e-9), polled(most))
	}
	for _, jitter := range []float64{50, 150, 300} {
		base := white(jitter, 1e-9)
		add(fmt.Sprintf("idle 35%% 5us, %gns", jitter), 200, base, idle(0.35, 5e3))
		add(fmt.Sprintf("idle 70%% 5us, %gns", jitter), 200, base, idle(0.70, 5e3))
		add(fmt.Sprintf("bursts of 3us, %gns", jitter), 300, base, bursts(30*minute, always(3e3)))
		add(fmt.Sprintf("seldom bursts of 3us, %gns", jitter), 300, base, bursts(2*hour, always(3e3)))
		add(fmt.Sprintf("Pi 5, %gns", jitter), 300, base, gamma(3, 600), idle(0.2, 5e3), bursts(hour, always(3e3)), latency(0, 0.01, 50e3))
		add(fmt.Sprintf("Pi 5 tails, %gns", jitter), 300, base, latency(400, 0.02, 50e3), idle(0.3, 5.5e3), bursts(hour, usually(2000)))
	}
	return all
}
