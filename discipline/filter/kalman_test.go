package filter

import (
	"math"
	"math/rand/v2"
	"testing"
)

// near reports an error unless got is want to within a part of it, or of 1e-30.
func near(t *testing.T, what string, got, want, part float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > part*math.Max(math.Abs(want), 1e-30) {
		t.Errorf("%s: %g, want %g", what, got, want)
	}
}

// dense is a matrix of any size, for what the filter does by hand.
type dense [][]float64

func (a dense) times(b dense) dense {
	c := make(dense, len(a))
	for i := range a {
		c[i] = make([]float64, len(b[0]))
		for j := range b[0] {
			for k := range b {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return c
}

func (a dense) transposed() dense {
	c := make(dense, len(a[0]))
	for i := range c {
		for j := range a {
			c[i] = append(c[i], a[j][i])
		}
	}
	return c
}

func (m *matrix) dense() dense {
	c := make(dense, states)
	for i := range c {
		c[i] = append([]float64{}, m[i][:]...)
	}
	return c
}

// mixture is the mean and the covariance of a mixture of states, by their definition.
func mixture(weights []float64, parts []*kalman) (x vector, p matrix) {
	for n, k := range parts {
		for i := range x {
			x[i] += weights[n] * k.x[i]
		}
	}
	for n, k := range parts {
		for i := range x {
			for j := range x {
				p[i][j] += weights[n] * (k.p[i][j] + (k.x[i]-x[i])*(k.x[j]-x[j]))
			}
		}
	}
	return x, p
}

// made is a filter of any state with a covariance that one may have.
func made(seed uint64) *kalman {
	r := rand.New(rand.NewPCG(seed, 5))
	k := &kalman{model: model{wander: 1e-3, driftWander: 1e-4}}
	a := make(dense, states)
	for i := range a {
		k.x[i] = r.NormFloat64()
		for range states {
			a[i] = append(a[i], r.NormFloat64())
		}
	}
	p := a.times(a.transposed())
	for i := range p {
		copy(k.p[i][:], p[i])
	}
	return k
}

func TestAFilterThatIsMixedHasTheMomentsOfTheMixture(t *testing.T) {
	const share = 0.3
	k, all := made(1), made(2)
	x, p := mixture([]float64{1 - share, share}, []*kalman{k, all})
	k.mix(share, all)
	for i := range x {
		near(t, "mean", k.x[i], x[i], 1e-9)
		for j := range x {
			near(t, "covariance", k.p[i][j], p[i][j], 1e-9)
		}
	}
}

func TestThePoolHasTheMomentsOfTheFilters(t *testing.T) {
	var b bank
	b.start(0, 1, 0, 1)
	var weights []float64
	var parts []*kalman
	for i := range b.filters {
		k := &b.filters[i]
		m := made(uint64(i))
		k.x, k.p = m.x, m.p
		weights, parts = append(weights, k.weight), append(parts, k)
	}
	x, p := mixture(weights, parts)
	b.pool()
	for i := range x {
		near(t, "mean", b.all.x[i], x[i], 1e-9)
		for j := range x {
			near(t, "covariance", b.all.p[i][j], p[i][j], 1e-6)
		}
	}
}

func TestALongPredictionIsThatOfManyShortOnes(t *testing.T) {
	const long, parts = 8.0, 4000
	h := &tempco{shape: [shapes]float64{1, -2, 3, 0.5}}
	k := made(3)
	k.wander, k.driftWander = 0, 0
	euler := *k
	whole := transitionOver(long, h, 0)
	k.predict(&whole)
	const dt = long / parts
	for range parts { // by the differential equations
		rate := euler.x[frequency] + h.effect(&euler.x)
		euler.x[phase] += rate * dt
		euler.x[frequency] += euler.x[drift] * dt
		euler.x[drift] -= euler.x[drift] / driftLasts * dt
	}
	for i, want := range euler.x {
		near(t, "state", k.x[i], want, 1e-2)
	}
}

func TestTheProcessNoiseOfASecondIsThatOfTwoHalves(t *testing.T) {
	for name, m := range map[string]model{"wander": {wander: 1e-9}, "drift": {driftWander: 1e-9}} {
		var whole, halves kalman
		whole.model, halves.model = m, m
		g, half := transitionOver(1, &tempco{}, 0), transitionOver(0.5, &tempco{}, 0)
		whole.predict(&g)
		halves.predict(&half)
		halves.predict(&half)
		for i := range drift + 1 {
			for j := range drift + 1 {
				near(t, name, whole.p[i][j], halves.p[i][j], 5e-3) // a drift decays a little meanwhile
			}
		}
		if whole.p[phase][frequency] <= 0 {
			t.Error(name, "has the phase go against the frequency:", whole.p[phase][frequency])
		}
	}
}

func TestTheNoiseOfTheSensorIsWhiteNoiseOfTheFrequency(t *testing.T) {
	const jitter = 1e-12
	var k kalman
	g := transitionOver(2, &tempco{}, jitter)
	k.predict(&g)
	near(t, "variance of the phase", k.p[phase][phase], 2*jitter, 1e-12)
	near(t, "variance of the frequency", k.p[frequency][frequency], 0, 0)
}

func TestAMeasurementMovesTheStateTowardsIt(t *testing.T) {
	k := made(4)
	before := *k
	const sigma = 0.5
	s2 := k.p[phase][phase] + sigma*sigma
	k.update(verdict{share: 1, late: 2}, sigma)
	for i := range k.x {
		near(t, "state", k.x[i], before.x[i]-before.p[i][phase]/s2*2, 1e-9)
		for j := range k.x {
			near(t, "covariance", k.p[i][j], before.p[i][j]-before.p[i][phase]*before.p[j][phase]/s2, 1e-6)
		}
	}
}

func TestAMeasurementWhoseDelayMayBeAnythingTellsNothing(t *testing.T) {
	k := made(4)
	before := k.p
	const sigma = 0.5
	k.update(verdict{share: 1, doubt: k.p[phase][phase] + sigma*sigma}, sigma)
	for i := range before {
		for j := range before {
			near(t, "covariance", k.p[i][j], before[i][j], 1e-9)
		}
	}
}

func TestAMeasurementThatMayBeAnOutlierMakesTheStateLessSure(t *testing.T) {
	k := made(4)
	before := k.p[phase][phase]
	k.update(verdict{share: 0.5, late: 10 * math.Sqrt(before)}, 0.5)
	if k.p[phase][phase] <= before {
		t.Errorf("variance %g, before %g", k.p[phase][phase], before)
	}
}
