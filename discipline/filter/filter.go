// Package filter estimates the phase and the frequency of the free-running
// oscillator from noisy measurements of its phase, and learns while it does so
// how noisy they are, how the oscillator wanders, and what temperature does to
// it. All quantities are in seconds and dimensionless rates; time steps are in
// seconds.
package filter

import "math"

// initialFrequency is the uncertainty of a crystal that was never measured, rms.
const initialFrequency = 250e-6

const outlierMemory = 16 // measurements over which the share of outliers is reckoned

// Filter is the estimate. The zero value knows nothing.
type Filter struct {
	Frequency      float64 // what is known of Y before the first measurement …
	FrequencyError float64 // … and its uncertainty, rms; 0 when nothing is

	X, Y          float64 // estimate: s, 1; at the present temperature
	PXX, PXY, PYY float64 // its covariance: s², s, 1
	Wander        float64 // random walk of the frequency over a long time, its drift's part included, per √s
	Swing         float64 // that comes to what the frequency does in longer times, if it is clearly more; else 0, per √s
	Noise         float64 // of a measurement, s rms
	Delay         float64 // mean delay of the measurements that has been found and taken off, s; 0 when they are symmetric

	AcceptedRun  int     // measurements in a row that were believed
	OutlierShare float64 // running share of measurements that were not believed
	// LastOutlier is how far off the last measurements were, in s, when they were
	// too far off to be believed: the error may be that large. 0 when the last
	// one was believed. OutlierRun counts them; while a jump hypothesis stands
	// it is 1.
	LastOutlier float64
	OutlierRun  int
	// FirstOutlier is how far off the newest measurement was, in s, if it is the first that
	// contradicts the estimate: a spike, or a change that has just begun.
	FirstOutlier float64
	Jumps        int     // hypotheses of a jump of the receiver, so far
	Outliers     float64 // share of the measurements that are outliers, in the long run
	// Bias is by how much more than noise the last few measurements lie to one
	// side, in s: a change that has just begun shows so.
	Bias float64

	// Drawn is by how much something has lately drawn the estimate, in s: the crystal
	// or the receiver.
	Drawn float64

	// TempcoError is by how much temperature compensation may have moved the phase wrongly
	// since the last measurement, in s: a sensor that shows what it never did while there
	// were measurements may lie, and may have before.
	TempcoError float64

	// Unseen is how much of the measurements' delay may still be in the estimate, in s.
	Unseen float64

	// Spread is how far the first measurements were apart, in s, and fades as
	// more come: few can not tell which of them were spikes.
	Spread float64

	started     bool
	age         float64 // s since the first measurement
	learnt      int     // measurements that the noise was learnt from
	startup     startup
	recent      recent
	tempco      tempco
	bank        bank
	shape       shape
	effects     extremes             // 1, between which the compensation has been since the last measurement, …
	compensated float64              // … and what that comes to, in s
	surprise    float64              // s; the largest of late, and it fades
	innovations [biasOver]innovation // the newest, a ring by learnt
	suspicion   suspicion
	away        int     // measurements since one was at home
	outliers    float64 // Outliers when the noise last changed
	memory      memory
	swings      swings
	quiet       float64 // s since the last measurement
	jump        jumpHypothesis
}

// Started reports whether there has been a measurement.
func (f *Filter) Started() bool { return f.started }

// Seen is how many measurements there were.
func (f *Filter) Seen() int { return f.recent.n }

// Learnt is how many measurements the noise was learnt from.
func (f *Filter) Learnt() int { return f.learnt }

// Temperature takes the temperature near the oscillator, in °C.
func (f *Filter) Temperature(t float64) { f.tempco.update(t) }

// Predict lets dt seconds pass; dt is not negative.
func (f *Filter) Predict(dt float64) {
	f.tempco.predict(dt)
	if f.started {
		f.predict(dt)
	}
}

func (f *Filter) predict(dt float64) {
	f.age += dt
	compensation := f.tempco.effect(&f.bank.all.x)
	f.effects.add(compensation)
	f.compensated += f.effects.span() * dt
	f.memory.predict(dt, compensation)
	f.bank.predict(dt, &f.tempco)
	if f.quiet += dt; f.quiet > unheard {
		f.bank.all.p[frequency][frequency] += f.swings.density(f.Wander) * dt
		f.tempco.proven.doubt(&f.tempco.shape)
	}
	if f.tempco.proven.doubted {
		f.TempcoError = f.compensated
	}
	f.jump.predict(dt, f.Wander)
	f.publish()
}

// Shift moves the origin of the phase by d seconds.
func (f *Filter) Shift(d float64) {
	f.X -= d
	f.bank.shift(-d, 0)
	f.startup.shift(d)
	f.recent.shift(d)
	f.memory.shift(d)
}

// Update takes the measurement z of the phase, made now; floor is the least
// noise that this kind of measurement can have. It reports false when z is
// taken for an outlier.
func (f *Filter) Update(z, floor float64) bool {
	p := point{f.age, z}
	if !f.started {
		f.start(p, floor)
		f.startup.add(p)
		return true
	}
	if f.startup.n < startupMost {
		if f.startup.add(p); f.startup.n >= startupLeast {
			return f.restart(floor)
		}
	}
	return f.update(p, floor)
}

func (f *Filter) start(p point, floor float64) {
	f.started, f.AcceptedRun = true, 1
	f.recent.add(p, 0)
	rate := f.FrequencyError
	if rate == 0 {
		rate = initialFrequency
	}
	sigma := math.Max(initialNoise, floor)
	f.bank.start(p.z, sigma*sigma, f.Frequency, rate*rate)
	f.shape.begin(sigma)
	f.bank.noise = f.shape.noise()
	f.publish()
}

// update lets the bank learn from p, unless the receiver has jumped.
func (f *Filter) update(p point, floor float64) bool {
	late, one := f.X-p.z, f.early(p)
	f.recent.add(one, late)
	now := f.tempco.effect(&f.bank.all.x)
	f.TempcoError, f.compensated, f.effects, f.quiet = 0, 0, extremes{now, now}, 0
	f.tempco.proven.doubted = false
	if f.jump.on {
		f.updateModes(p, floor)
	}
	if f.jump.on {
		believed := f.updateJump(one)
		f.publish()
		return believed
	}
	limit := f.unexpected()
	other := f.away < gone && f.shape.other(late, agree*f.Noise)
	again := other || f.suspicion.repeats(p.z-f.X, f.Noise)
	f.learn(p, floor)
	f.bank.noise.outliers = math.Max(f.bank.noise.outliers, f.OutlierShare) // they come in bursts
	if !again {
		f.bank.update(p.z)
	}
	believed := !again && f.bank.share > 0.5
	if f.away++; !other { // it says nothing of outliers elsewhere
		f.note(believed)
	}
	if believed {
		f.away = 0
		f.LastOutlier, f.OutlierRun, f.FirstOutlier = 0, 0, 0
		f.surprised(late, limit)
		f.AcceptedRun++
		f.suspicion.clear()
	} else {
		f.markOutlier(p)
		f.publish()
		if !other {
			f.suspect(p, floor)
		}
	}
	f.publish()
	if !f.jump.on {
		f.watch()
	}
	if believed {
		f.memory.last = f.anchor()
		f.tempco.proven.add(&f.tempco.shape)
		f.swung()
	}
	return believed
}

// swung takes note of the frequency, once it is known.
func (f *Filter) swung() {
	if f.learnt > roughMost {
		f.swings.update(f.age, f.bank.all.x[frequency], f.bank.all.p[frequency][frequency])
		f.Swing = math.Sqrt(f.swings.density(f.Wander))
	}
}

// markOutlier counts the measurement p as an outlier.
func (f *Filter) markOutlier(p point) {
	f.LastOutlier = math.Abs(p.z - f.X)
	f.OutlierRun++
	f.markFirst(f.LastOutlier, f.OutlierRun == 1)
	f.AcceptedRun = 0
}

// markFirst notes that an outlier was off by that, if it is the first of a run.
func (f *Filter) markFirst(off float64, first bool) {
	if f.FirstOutlier = 0; first {
		f.FirstOutlier = math.Abs(off)
	}
}

// note reckons the share of measurements that are not believed.
func (f *Filter) note(believed bool) {
	f.OutlierShare -= f.OutlierShare / outlierMemory
	if !believed {
		f.OutlierShare += 1.0 / outlierMemory
	}
}

// publish brings the exported fields up to date.
func (f *Filter) publish() {
	b := &f.bank.all
	h := vector{frequency: 1}
	copy(h[coefficients:], f.tempco.shape[:])
	f.X, f.Y = b.x[phase], dot(&h, &b.x)
	f.PXX, f.PXY, f.PYY = b.p[phase][phase], dot(&h, &b.p[phase]), 0
	for i := range h {
		f.PYY += h[i] * dot(&h, &b.p[i])
	}
	f.Wander = math.Sqrt(b.wander*b.wander + math.Pow(b.driftWander*driftLasts, 2) + f.tempco.uncertainty(b.x[coefficients]))
	f.Noise, f.Delay, f.Unseen = f.bank.noise.rms(), f.bank.noise.delay, f.unseen()
	f.Outliers = f.shape.noise().outliers
	if f.learnt < outliersKnown {
		f.Outliers = math.Max(f.Outliers, f.outliers)
	}
	if r := &f.jump; r.on {
		f.X, f.Y = f.X+r.x[0], f.Y+r.x[1]
		f.PXX, f.PXY, f.PYY = r.p[0][0], r.p[0][1], r.p[1][1]
	}
}
