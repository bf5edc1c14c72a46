package loop

// Pulses is what the pulses of the last hour said, one for each second, oldest
// first; NaN where there was none. What is made of it need not be the loop's work.
type Pulses struct {
	Errors  []float32 // by the line that the clock was believed to follow, s
	Offsets []float32 // UTC − local, s
}

// Pulses returns a copy.
func (l *Loop) Pulses() Pulses {
	return Pulses{Errors: l.scatter.Errors(nil), Offsets: l.scatter.Offsets(nil)}
}
