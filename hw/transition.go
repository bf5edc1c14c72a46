package hw

// Transition is the direction of an edge, in the kernel's words.
type Transition string

// The transitions. Which of them marks the second depends on the receiver and
// on the wiring; the other one is off by the length of the pulse.
const (
	Assert Transition = "assert"
	Clear  Transition = "clear"
)

// Opposite returns the other transition.
func (t Transition) Opposite() Transition {
	if t == Clear {
		return Assert
	}
	return Clear
}
