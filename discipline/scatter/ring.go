// Package scatter tells how the pulses of the last hour scatter: their histogram,
// and the Allan deviation of what they say of the clock.
package scatter

import "math"

// Seconds is how many of them are remembered.
const Seconds = 3600

// Ring remembers what the last pulses said, one for each second: what did not
// come is NaN. The zero value is empty.
type Ring struct {
	errors  [Seconds]float32 // of each pulse by the line that the clock was believed to follow, s
	offsets [Seconds]float32 // UTC − local by each pulse, s
	last    int64            // second of the newest; 0 before the first
	count   int              // seconds since the first, Seconds at most
}

// Add takes the pulse of a second since 1970, which must not be before the last.
// One of the same second, or of one before, is passed over.
func (r *Ring) Add(second int64, err, offset float64) {
	gap := second - r.last - 1
	switch {
	case r.last == 0 || gap >= Seconds:
		r.count = 0
	case gap < 0:
		return
	default:
		for range gap {
			r.last++
			r.put(math.NaN(), math.NaN())
		}
	}
	r.last = second
	r.put(err, offset)
}

func (r *Ring) put(err, offset float64) {
	i := r.last % Seconds
	r.errors[i], r.offsets[i] = float32(err), float32(offset)
	r.count = min(r.count+1, Seconds)
}

// Forget empties r: the clock has been moved, or follows another reference.
func (r *Ring) Forget() { r.last, r.count = 0, 0 }

// Errors appends the errors that are remembered to b, oldest first.
func (r *Ring) Errors(b []float32) []float32 { return r.unroll(b, &r.errors) }

// Offsets appends the offsets that are remembered to b, oldest first.
func (r *Ring) Offsets(b []float32) []float32 { return r.unroll(b, &r.offsets) }

func (r *Ring) unroll(b []float32, ring *[Seconds]float32) []float32 {
	if r.count == 0 {
		return b
	}
	end := int(r.last%Seconds) + 1
	if over := r.count - end; over > 0 {
		b = append(b, ring[Seconds-over:]...)
		return append(b, ring[:end]...)
	}
	return append(b, ring[end-r.count:end]...)
}
