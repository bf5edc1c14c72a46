package filter

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestOutliersAreLateRatherThanEarly(t *testing.T) {
	if late, early := stray(3, 1), stray(-3, 1); late <= early {
		t.Errorf("density %g late, %g early", late, early)
	}
	sum := 0.0
	for nu := -anywhere * 2.0; nu < anywhere*2; nu += 0.01 {
		if nu < -anywhere || nu > anywhere {
			sum += (stray(nu, 1) - 0.5/anywhere) * 0.01 // half of them have an end
		} else {
			sum += stray(nu, 1) * 0.01
		}
	}
	if sum < 0.9 || sum > 1.6 {
		t.Errorf("all together %g", sum)
	}
}

func TestAMeasurementOfEitherModeHasTheMomentsOfBoth(t *testing.T) {
	n := noise{sigma: 0.8, mode: 3, share: 0.4}
	const p = 0.36
	s := math.Sqrt(p + n.sigma*n.sigma)
	for _, nu := range []float64{-1, 0.5, 1.2, 1.5, 2, 4} {
		e, l := (1-n.share)*density(nu/s)/s, n.share*density((nu-n.mode)/s)/s
		c := l / (e + l)
		mean := nu - c*n.mode
		v := n.judge(nu, p)
		near(t, "likelihood", v.likelihood, e+l, 1e-9)
		near(t, "late", v.late, mean, 1e-9)
		near(t, "doubt", v.doubt, (1-c)*(nu-mean)*(nu-mean)+c*(nu-n.mode-mean)*(nu-n.mode-mean), 1e-6)
		near(t, "later", v.later, c, 1e-9)
		n.mode *= 1.0001
		slope := math.Log(n.judge(nu, p).likelihood/v.likelihood) / math.Log(1.0001)
		n.mode /= 1.0001
		if math.Abs(slope-v.apart) > 1e-2 {
			t.Errorf("at %g: slope by the mode %g, by difference %g", nu, v.apart, slope)
		}
	}
}

func TestTheNoiseIsFoundWhateverTheGapsAre(t *testing.T) {
	for name, gaps := range map[string][]float64{"even": {1}, "uneven": {1, 3}, "wide": {1, 20}} {
		r, rng, at := recent{}, rand.New(rand.NewPCG(3, 3)), 0.0
		mean := 0.0
		for i := range 20 * recentMost {
			at += gaps[i%len(gaps)]
			r.add(point{at, 20e-6*at + 1e-6*rng.NormFloat64()}, 0)
			if i%recentMost == recentMost-1 {
				mean += r.noise(recentMost) / 20
			}
		}
		near(t, name, mean, 1e-6, 0.1)
	}
}

func TestAFitFindsWhereTheNoiseIsAndHowMuch(t *testing.T) {
	for _, side := range []float64{1, -1} {
		f := fit{side: side}
		f.begin(1e-6)
		rng := rand.New(rand.NewPCG(4, 4))
		var all []innovation
		for range 500 {
			all = append(all, innovation{side * (0.7e-6 + 0.3e-6*rng.NormFloat64()), 0})
		}
		for range 20 {
			for _, i := range all {
				f.add(i, true)
			}
			f.step(len(all), 1e-9)
		}
		near(t, "place", f.place, 0.7e-6, 0.1)
		near(t, "sigma", f.noise.sigma, 0.3e-6, 0.15)
	}
}

func TestTheScoresAreTheSlopesOfTheLikelihood(t *testing.T) {
	base := fit{side: 1}
	base.modes(heaps{early: 0.2, apart: 4, sigma: 1, share: 0.3}, 2)
	base.noise.outliers = 1e-9 // of which the density of a stray depends on sigma too
	likelihood := func(f fit, i innovation) float64 {
		f.pass = pass{}
		f.add(i, true)
		return f.pass.likelihood
	}
	moved := [parameters]func(f *fit, d float64){
		place: func(f *fit, d float64) { f.place += d },
		sigma: func(f *fit, d float64) { f.noise.sigma *= math.Exp(d) },
		delay: func(f *fit, d float64) { f.noise.delay *= math.Exp(d) },
		mode:  func(f *fit, d float64) { f.noise.mode *= math.Exp(d) },
		share: func(f *fit, d float64) {
			odds := f.noise.share / (1 - f.noise.share) * math.Exp(d)
			f.noise.share = odds / (1 + odds)
		},
	}
	for _, late := range []float64{-1, 0.5, 2, 4.5, 6} {
		i := innovation{late, 0.2}
		f := base
		f.add(i, true)
		for j, move := range moved {
			const d = 1e-4
			up, down := base, base
			move(&up, d)
			move(&down, -d)
			slope := (likelihood(up, i) - likelihood(down, i)) / (2 * d)
			if math.Abs(slope-f.pass.score[j]) > 0.01+0.02*math.Abs(slope) {
				t.Errorf("late by %g, parameter %d: score %g, slope %g", late, j, f.pass.score[j], slope)
			}
		}
	}
}
