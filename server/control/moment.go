package control

// Moment is all that the page says in words, of one moment: what is asked for
// piece by piece is of several, between which something may have happened.
type Moment struct {
	Status Status
	Why    Why
	Alarms Alarms
	Leap   Leap
}
