package history

import "math"

// entry is one step: 24 bytes of it, since there are 30 000. Values that span many
// powers of ten are kept as logarithms.
type entry struct {
	state      uint8  // discipline.State + 1; 0: a gap
	satellites uint8  // 255: not known
	offset     uint16 // packSigned, s
	bound      uint16 // pack, s
	jitter     uint16 // pack, s
	requests   uint16 // pack, 1/s
	celsius    int16  // 1/256 °C; the least: not known
	frequency  float32

	// What the moments of the step were beside their mean.
	least, median, greatest uint16 // of the offset: packSigned, s
	usual                   uint16 // the median of the bound: pack, s
}

// What logarithms are kept of: from a picosecond on, to more than any error or
// rate that there is.
const (
	least   = 1e-12
	octaves = 56
	fine    = (1<<16 - 2) / octaves // steps of an octave: 0.06 %
	coarse  = (1<<15 - 2) / octaves // of one that has a sign too: 0.12 %
)

// pack returns a value of 0 or more in 16 bits; 0 is not known, 1 is 0.
func pack(v float64) uint16 { return logarithm(v, fine) }

func unpack(p uint16) float64 { return power(p, fine) }

const sign = 1 << 15

// packSigned does the same, with the sign in the highest bit.
func packSigned(v float64) uint16 {
	p := logarithm(math.Abs(v), coarse)
	if v < 0 && p > 1 {
		p |= sign
	}
	return p
}

func unpackSigned(p uint16) float64 {
	v := power(p&^sign, coarse)
	if p&sign != 0 {
		return -v
	}
	return v
}

func logarithm(v float64, steps int) uint16 {
	switch {
	case math.IsNaN(v):
		return 0
	case v <= least:
		return 1
	}
	return uint16(1 + min(math.Round(math.Log2(v/least)*float64(steps)), float64(octaves*steps)))
}

func power(p uint16, steps int) float64 {
	switch p {
	case 0:
		return math.NaN()
	case 1:
		return 0
	}
	return least * math.Exp2(float64(p-1)/float64(steps))
}

const (
	degree  = 256
	nowhere = math.MinInt16
)

func packCelsius(c float64) int16 {
	if math.IsNaN(c) {
		return nowhere
	}
	return int16(min(max(math.Round(c*degree), nowhere+1), math.MaxInt16))
}

func unpackCelsius(p int16) float64 {
	if p == nowhere {
		return math.NaN()
	}
	return float64(p) / degree
}

const uncounted = 255

func packCount(n float64) uint8 {
	if math.IsNaN(n) {
		return uncounted
	}
	return uint8(min(max(math.Round(n), 0), uncounted-1))
}

func unpackCount(p uint8) float64 {
	if p == uncounted {
		return math.NaN()
	}
	return float64(p)
}
