package filter

import "math"

// The crystal's frequency follows its temperature, the sensor's reading follows
// that or is followed by it, late. Whatever the two delays are: the reading
// smoothed over several times spans what the crystal may follow, so one
// coefficient for each is all there is to learn.
const shapes = 4

// smoothing is the times over which readings are smoothed, in s.
var smoothing = [shapes]float64{2, 15, 120, 1000}

const (
	leap      = 6.0    // °C; a reading that jumps by more is of another sensor, or a lie …
	silence   = 30.0   // s without a reading, after which the sensor is gone
	swingFor  = 2e4    // s over which it is learnt how much the temperature swings
	noiseFor  = 300    // readings over which their noise is learnt
	leapTaken = 10     // … until this many in a row say so: then it is the new zero
	perDegree = 100e-9 // what a crystal's frequency may change by with each °C, rms
)

// tempco is the temperature in the shapes that the frequency may follow, each with a
// temperature coefficient of its own.
type tempco struct {
	shape   [shapes]float64 // °C: the smoothed reading above the first one, then how far each smoothing is above the next
	smooth  [shapes]float64 // °C
	zero    float64         // °C, the first reading
	reading float64         // °C, the newest
	known   bool
	noise   float64 // °C², variance of a reading, when they come once a second
	swing   float64 // °C², mean square of the slowest shape …
	seen    float64 // … and for how long it has been seen, s
	silent  float64 // s since the newest reading
	late    float64 // s, which it took to notice that there is none any more, while it has just been noticed
	odd     int     // readings in a row that jumped
	proven  proven
}

// update takes a reading in °C.
func (h *tempco) update(t float64) {
	switch {
	case math.IsNaN(t) || math.IsInf(t, 0):
		return
	case !h.known:
		h.known, h.zero, h.reading = true, t, t
		for i := range h.smooth {
			h.smooth[i] = t
		}
	case math.Abs(t-h.smooth[0]) <= leap:
		h.odd = 0
	case h.odd < leapTaken:
		h.odd++
		return
	default:
		h.proven = proven{}
		d := t - h.reading
		h.zero += d
		h.reading = t
		for i := range h.smooth {
			h.smooth[i] += d
		}
		h.odd = 0
	}
	h.silent = 0
	d := t - h.reading
	if d != 0 {
		h.proven.still = 0
	}
	h.noise += (d*d/2 - h.noise) / noiseFor
	h.reading = t
}

// effect is what temperature does to the frequency of a crystal in the state x.
func (h *tempco) effect(x *vector) (sum float64) {
	for i, u := range h.shape {
		sum += u * x[coefficients+i]
	}
	return sum
}

// extremes are the least and the greatest of some values.
type extremes struct{ least, most float64 }

func (e *extremes) add(v float64) { e.least, e.most = math.Min(e.least, v), math.Max(e.most, v) }

func (e *extremes) span() float64 { return e.most - e.least }

// untrusted reports whether the sensor says nothing any more, or nothing that is to be believed.
func (h *tempco) untrusted() bool {
	return h.silent >= silence || h.proven.doubted || h.proven.stuck()
}

// uncertainty is what is not known of a frequency that follows the readings by c, once
// they have stopped: the density of its random walk, 1/s, for a temperature that
// goes on as it did.
func (h *tempco) uncertainty(c float64) float64 {
	if !h.untrusted() {
		return 0
	}
	return 2 * h.swing / smoothing[shapes-1] * c * c
}

// jitter is what the noise of the readings does to a frequency that follows them
// by c: the variance of its white noise, in s.
func (h *tempco) jitter(c float64) float64 { return h.noise * c * c }

// pass lets dt seconds go by.
func (h *tempco) predict(dt float64) {
	if !h.known {
		return
	}
	for i, tau := range smoothing {
		h.smooth[i] += (h.reading - h.smooth[i]) * -math.Expm1(-dt/tau)
	}
	was := h.untrusted()
	h.silent += dt
	h.proven.still += dt
	if h.late = 0; h.untrusted() && !was {
		h.late = max(h.silent, h.proven.still) - dt
	}
	h.shape[0] = h.smooth[0] - h.zero
	for i := 1; i < shapes; i++ {
		h.shape[i] = h.smooth[i-1] - h.smooth[i]
	}
	if slow := h.shape[shapes-1]; !h.untrusted() {
		h.seen += dt
		h.swing += (slow*slow - h.swing) * -math.Expm1(-dt/min(h.seen, swingFor))
	}
}
