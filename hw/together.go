package hw

// Together reads two clocks at one moment: inner between two looks at outer,
// in the narrowest of a few attempts, so that being descheduled in between
// does not tear them apart. The first result is the middle of those looks.
func Together[A, B ~int64](outer func() A, inner func() B) (A, B) {
	const (
		attempts = 4
		narrow   = 1000 // ns; not worth another attempt
		usual    = 5000 // ns; two of about the same width up to this are what it takes here, and not two interruptions
	)
	var (
		middle A
		within B
		best   A = 1<<63 - 1
	)
	for range attempts {
		before := outer()
		read := inner()
		width := outer() - before
		alike := width <= usual && width > best/4*3 && width < best/4*5
		if width >= 0 && width < best {
			middle, within, best = before+width/2, read, width
		}
		if best <= narrow || alike {
			break
		}
	}
	return middle, within
}
