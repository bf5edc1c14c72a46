package filter

import "math"

const (
	fewest     = 48   // innovations that a fit needs
	doubted    = 64   // innovations without an outlier that are believed to have been before
	leastDelay = 0.05 // of sigma; less can not be told from none
	boldest    = 0.5  // the most that a parameter's logarithm changes by at once
	worse      = 0.02 // loss of likelihood, per innovation, that shows a step as too bold
)

// innovation is how late a measurement was against the prediction, and the
// variance of that prediction.
type innovation struct{ late, variance float64 }

// Parameters of a fit.
const (
	place = iota // where the normal part has its middle, s late of the estimate
	sigma        // its logarithm
	delay        // the same
	mode         // the same
	share        // its logit
	parameters
)

// shaped is what a fit has found.
type shaped struct {
	noise noise
	place float64 // s
}

// fit is a maximum-likelihood fit of the noise, in progress: the scores of one
// pass over the innovations, and their products for the information (Berndt,
// Hall, Hall & Hausman 1974).
type fit struct {
	shaped
	side   float64 // 1; −1: late is early
	before shaped  // the step that led here …
	mean   float64 // … and the likelihood there, per innovation; 0 when there was none
	trust  float64 // the most that a parameter's logarithm changes by now
	mixed  bool    // early and later ones come in any order, and not for a while each
	pass   pass
}

// pass is what has been summed up since the innovations were begun with.
type pass struct {
	score      [parameters]float64
	info       [parameters][parameters]float64
	share      float64
	likelihood float64 // logarithm …
	core       float64 // … and that of the core alone
	later      float64 // how many are later
	changes    int     // from an early one to a later one, and back
	wasLater   bool
}

// begin starts with symmetric noise of the given rms.
func (f *fit) begin(rms float64) {
	*f = fit{trust: boldest, side: f.side}
	f.noise = noise{sigma: rms, outliers: 10 * fewestOutliers}
}

// delay starts with noise of the given rms about middle, half of whose variance is that
// of a delay of this many stages.
func (f *fit) delay(middle, rms float64, stages int) {
	f.begin(rms / math.Sqrt2)
	f.noise.stages, f.noise.delay = stages, f.noise.sigma*math.Sqrt(narrow(stages))
	f.place = middle - f.noise.delay
}

// modes starts with two heaps, of which each has a delay of this many stages, unless that is none.
func (f *fit) modes(h heaps, stages int) {
	f.begin(h.sigma)
	f.place, f.noise.mode, f.noise.share = h.early, h.apart, h.share
	if stages != none {
		f.noise.sigma /= math.Sqrt2
		f.noise.stages, f.noise.delay = stages, f.noise.sigma*math.Sqrt(narrow(stages))
		f.place -= f.noise.delay
	}
}

// free is how many parameters it has.
func (f *fit) free() int {
	if f.noise.mode > 0 {
		return parameters
	}
	return mode
}

// add lets the pass see one innovation, which is in the core or not.
func (f *fit) add(i innovation, core bool) {
	v := f.noise.judge(f.side*i.late-f.place, i.variance)
	r := f.noise.sigma * f.noise.sigma
	s2 := r + i.variance
	g := [parameters]float64{
		place: v.share * v.late / s2,
		sigma: v.share * r / s2 * ((v.late*v.late+v.doubt)/s2 - 1),
		delay: v.share * v.stretch,
		mode:  v.share * v.apart,
		share: v.share * (v.later - f.noise.share),
	}
	p := &f.pass
	for i := range f.free() {
		p.score[i] += g[i]
		for j := range i + 1 {
			p.info[i][j] += g[i] * g[j]
		}
	}
	if f.noise.mode > 0 && v.share > 0.5 {
		p.later += v.later
		if later := v.later > 0.5; later != p.wasLater {
			p.wasLater = later
			p.changes++
		}
	}
	p.share += v.share
	l := math.Log(v.likelihood)
	if p.likelihood += l; core {
		p.core += l
	}
}

// step ends a pass over n innovations: the parameters move to where the scores
// would vanish.
func (f *fit) step(n int, floor float64) {
	p := f.pass
	f.pass = pass{}
	mean := p.likelihood / float64(n)
	if f.mean != 0 && mean < f.mean-worse {
		f.shaped, f.mean = f.before, 0
		f.trust /= 4
		return
	}
	f.before, f.mean = f.shaped, mean
	f.trust = math.Min(2*f.trust, boldest)
	unit := f.noise.rms() // so that all parameters are of one size
	p.score[place] *= unit
	for i := range parameters {
		p.info[i][place] *= unit
		if i == place {
			p.info[i][place] *= unit
		}
		p.info[i][i] += 1 // half a measurement's worth: few of them move little
		for j := range i {
			p.info[j][i] = p.info[i][j]
		}
	}
	d := solve(p.info, p.score)
	for i := range d {
		d[i] = math.Max(-f.trust, math.Min(f.trust, d[i]))
	}
	f.place += d[place] * unit
	f.noise.sigma = math.Max(f.noise.sigma*math.Exp(d[sigma]), floor)
	if f.noise.delay > 0 {
		f.noise.delay = math.Max(f.noise.delay*math.Exp(d[delay]), leastDelay*f.noise.sigma)
	}
	if f.noise.mode > 0 {
		f.noise.mode *= math.Exp(d[mode])
		odds := f.noise.share / (1 - f.noise.share) * math.Exp(d[share])
		f.noise.share = math.Min(math.Max(odds/(1+odds), leastShare), mostShare)
		f.mixed = float64(p.changes) > interleaved*2*p.later*(1-p.later/float64(n))
	}
	f.noise.outliers = math.Min(math.Max((float64(n)-p.share)/float64(n+doubted), fewestOutliers), mostOutliers)
}

// solve returns a⁻¹·b for a positive definite a, by elimination.
func solve(a [parameters][parameters]float64, b [parameters]float64) [parameters]float64 {
	for i := range b {
		for j := i + 1; j < parameters; j++ {
			m := a[j][i] / a[i][i]
			for k := i; k < parameters; k++ {
				a[j][k] -= m * a[i][k]
			}
			b[j] -= m * b[i]
		}
	}
	for i := parameters - 1; i >= 0; i-- {
		for k := i + 1; k < parameters; k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}
