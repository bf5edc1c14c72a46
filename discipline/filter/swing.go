package filter

import "math"

// A crystal that follows a temperature that is not measured does not wander at random: what it does
// in seconds tells too little of what it does in half an hour. So it is also asked how far
// its frequency has gone in longer times. That counts when there are no measurements.
const (
	spans     = 3
	swingOver = 8   // changes over which their mean square is reckoned
	uncommon  = 2.0 // times what the random walk does; less is its
	unheard   = 3.0 // s without a measurement, after which it counts
)

// span is those times, in s.
var span = [spans]float64{64, 256, 1024}

// swings is how far the frequency goes.
type swings struct {
	at, y  [spans]float64 // s by the filter's age, and the frequency then
	square [spans]float64 // mean square of its change in that time
	n      [spans]int
}

// update takes the frequency y of an age, known to variance.
func (s *swings) update(age, y, variance float64) {
	for i, t := range span {
		switch passed := age - s.at[i]; {
		case s.at[i] == 0 || passed > 2*t:
		case passed < t:
			continue
		default:
			d := y - s.y[i]
			s.n[i]++
			s.square[i] += (math.Max(d*d-2*variance, 0)*t/passed - s.square[i]) / float64(min(s.n[i], swingOver))
		}
		s.at[i], s.y[i] = age, y
	}
}

// density is that of a random walk which goes as far, 1/s; 0 where that is the walk that
// is known of anyway.
func (s *swings) density(wander float64) (most float64) {
	for i, t := range span {
		most = math.Max(most, s.square[i]/t)
	}
	if most < uncommon*uncommon*wander*wander {
		return 0
	}
	return most
}
