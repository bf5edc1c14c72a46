package filter

import (
	"math/rand/v2"
	"testing"
)

// Load that has gone draws the estimate along again when it comes again, before that shows.
func TestLoadThatWasThereIsInTheBoundForAnHour(t *testing.T) {
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
	play(600, 0)
	if f.Drawn < load/2 {
		t.Errorf("10 minutes after it: %v s", f.Drawn)
	}
	play(2*loadFor, 0)
	if f.Drawn > load/2 {
		t.Errorf("2 hours after it: %v s", f.Drawn)
	}
}
