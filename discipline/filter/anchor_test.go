package filter

import (
	"math/rand/v2"
	"testing"
)

// Load that has gone draws the estimate along again when it comes again, before that shows.
func TestLoadThatWasThereIsInTheBoundForTwoHours(t *testing.T) {
	const noise, load = 300e-9, 1500e-9
	random := rand.New(rand.NewPCG(1, 2))
	var f Filter
	play := func(seconds int, late float64) {
		for range seconds {
			f.Predict(1)
			f.Update(noise*random.NormFloat64()-late, 0)
		}
	}
	play(1200, 0)
	play(180, load)
	play(3600, 0)
	if f.Drawn < load/2 {
		t.Errorf("an hour after it: %v s", f.Drawn)
	}
	play(2*comesAgain, 0)
	if f.Drawn > load/2 {
		t.Errorf("5 hours after it: %v s", f.Drawn)
	}
}
