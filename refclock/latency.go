package refclock

import "time"

// Latency is what is learnt of how late the sentences are: from the moment
// that they name to the arrival of their first byte.
type Latency struct {
	Mean      time.Duration
	Low, High time.Duration // recent extremes
	Count     int           // epochs that it was learnt from, up to latencyMemory
}

const (
	latencyMemory = 64
	forget        = 256 // extremes return to the mean by this share, an epoch
)

// learn takes the latency l of one more epoch.
func (m *Latency) learn(l time.Duration) {
	if m.Count == 0 {
		m.Mean, m.Low, m.High = l, l, l
	}
	m.Count = min(m.Count+1, latencyMemory)
	m.Mean += (l - m.Mean) / time.Duration(m.Count)
	m.Low = min(l, m.Low+(m.Mean-m.Low)/forget)
	m.High = max(l, m.High-(m.High-m.Mean)/forget)
}

// Margin is how much the arrival may still move before a sentence is taken for
// that of another second: sentences follow the second that they name, by less
// than one second, so it is the distance to the nearer end of that range.
func (m Latency) Margin() time.Duration {
	return min(m.Low, time.Second-m.High)
}

// room is what is asked for at both ends before a second is named. A sentence
// can't be heard before its second, so the lower end needs less than the upper.
type room struct {
	epochs    int
	low, high time.Duration
	spreads   time.Duration // and this many times the spread that was seen: few epochs show little of it
}

// Few epochs do when the arrival is far from both ends; more, when it is near.
var rooms = [...]room{
	{2, 100 * time.Millisecond, 100 * time.Millisecond, 2},
	{3, 25 * time.Millisecond, 100 * time.Millisecond, 2},
	{enoughEpochs, 5 * time.Millisecond, 20 * time.Millisecond, 0},
}

const enoughEpochs = 8

func (r room) enough(m Latency) bool {
	spread := r.spreads * (m.High - m.Low)
	return m.Count >= r.epochs && m.Low >= max(r.low, spread) && time.Second-m.High >= max(r.high, spread)
}

// decide reports whether the latency says which pulse a sentence names.
func (m Latency) decide() error {
	for _, r := range rooms {
		if r.enough(m) {
			return nil
		}
	}
	if m.Count < enoughEpochs {
		return ErrLearning
	}
	return ErrAmbiguous
}
