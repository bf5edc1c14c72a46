package hw

import "testing"

// tries plays attempts of such widths to Together, and returns how many it made and in
// which of them the clocks were read that it returned.
func tries(t *testing.T, widths ...Raw) (made, chosen int) {
	const each = 1_000_000 // ns
	var now Raw
	outer := func() Raw {
		if now%each == 0 {
			return now
		}
		now += widths[made-1] / 2
		defer func() { now = Raw(made) * each }()
		return now
	}
	inner := func() Time {
		now += widths[made] / 2
		made++
		return Time(now)
	}
	raw, within := Together(outer, inner)
	chosen = int(raw / each)
	if want := Raw(chosen)*each + widths[chosen]/2; raw != want || within != Time(want) {
		t.Errorf("%v: got %d and %d, want %d twice", widths, raw, within, want)
	}
	return made, chosen
}

func TestTheNarrowestAttemptCounts(t *testing.T) {
	for _, c := range []struct {
		widths       []Raw
		made, chosen int
	}{
		{[]Raw{900_000, 20_000, 2_000, 50_000}, 4, 2},
		{[]Raw{900, 1, 1, 1}, 1, 0},
		{[]Raw{2_000, 2_100, 1, 1}, 2, 0},             // it takes no less
		{[]Raw{60_000, 2_100, 2_000, 1}, 3, 2},        // the same
		{[]Raw{60_000, 60_000, 2_000, 50_000}, 4, 2},  // both were interrupted
		{[]Raw{60_000, 61_000, 62_000, 59_000}, 4, 3}, // as were all
	} {
		if made, chosen := tries(t, c.widths...); made != c.made || chosen != c.chosen {
			t.Errorf("%v: number %d of %d attempts, want %d of %d", c.widths, chosen, made, c.chosen, c.made)
		}
	}
}
