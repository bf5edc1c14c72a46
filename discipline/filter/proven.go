package filter

// Measurements prove what temperature does to the frequency: at the temperatures that there
// were meanwhile, and when those change as fast as they did. Without measurements a sensor that
// shows anything else may lie.
const (
	beyond   = 0.25 // of the range of temperatures; as much beyond either end is as good as proven
	faster   = 0.5  // the same for the range of changes of the temperature
	stillFor = 2.0  // times the longest time in which readings were the same, after which a sensor is stuck
)

// proven is what the sensor showed while there were measurements.
type proven struct {
	begun    bool
	doubted  bool             // it has shown anything else since
	shape    [shapes]extremes // °C
	still    float64          // s, since when the reading is the same …
	stillest float64          // … and the longest that was
}

// add takes note of the temperature at a measurement that was believed.
func (p *proven) add(shape *[shapes]float64) {
	for i, u := range shape {
		if !p.begun {
			p.shape[i] = extremes{u, u}
		}
		p.shape[i].add(u)
	}
	p.begun = true
	p.stillest = max(p.stillest, p.still)
}

// doubt asks whether the temperature, and how it changes, is near what it was.
func (p *proven) doubt(shape *[shapes]float64) {
	p.doubted = p.doubted || !p.holds(shape)
}

func (p *proven) holds(shape *[shapes]float64) bool {
	for i, u := range shape {
		e, near := &p.shape[i], faster
		if i == 0 {
			near = beyond
		}
		if margin := near * e.span(); u < e.least-margin || u > e.most+margin {
			return false
		}
	}
	return p.begun
}

// stuck reports whether the reading has been the same for longer than it ever was.
func (p *proven) stuck() bool { return p.still > max(stillFor*p.stillest, silence) }
