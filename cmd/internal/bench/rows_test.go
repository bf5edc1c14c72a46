//go:build bench

package bench

import "fmt"

const (
	minute = 60
	hour   = 3600
	day    = 86400
)

// bar is a limit of a figure, as a multiple of another one.
type bar struct {
	of    figure
	most  float64
	times figure
}

// row is a scenario with what it is judged by.
type row struct {
	name         string
	world        func(seed uint64) world
	jitter, walk float64 // what the told filter is told; 0: there is none
	from, to     int
	loss         int
	seeds        int // at least
	bars         []bar
}

// rows are all scenarios: those of white noise, then those of everything else.
func rows() []row {
	var all []row
	for _, jitter := range []float64{50, 300, 1000, 5000} {
		for _, walk := range []float64{3e-10, 1e-9, 1e-8} {
			all = append(all, noise(jitter, walk)...)
		}
	}
	still := noise(300, 0)[0] // a crystal that does not wander has no limit but time: no bar
	still.bars = nil
	all = append(all, still)
	all = append(all, temperatures()...)
	all = append(all, pulses()...)
	all = append(all, shapes()...)
	return append(all, holdovers()...)
}

// noise is white jitter and a random walk in every variant.
func noise(jitter, walk float64) []row {
	name := fmt.Sprintf("white %gns %g ", jitter, walk)
	w := white(jitter, walk)
	limit := bar{ratio, 1.05, one}
	warm := row{name: name + "warm", world: w, from: hour, to: 3 * hour, bars: []bar{limit}}
	if jitter == 1000 && walk == 1e-9 {
		warm.bars = append(warm.bars, bar{rate, 41, one})
	}
	cold := row{name: name + "cold", world: w, from: 5 * minute, to: 65 * minute, bars: []bar{limit}}
	again := []bar{limit}
	if jitter <= 1000 {
		cold.bars = append(cold.bars, bar{settled, 5, one})
		again = append(again, bar{settled, 2.5, one}) // 5 ms in 15 s, with a crystal that is 100 ppm off to the wrong side
	}
	after := func(word string, loss int) row {
		back := hour + loss
		return row{
			name: name + word, world: with(w, silence(hour, loss)), loss: back,
			from: back + 5*minute, to: back + 65*minute, bars: again,
		}
	}
	all := []row{warm, cold, after("hour", hour), after("day", day)}
	for i := range all {
		all[i].jitter, all[i].walk = jitter, walk
	}
	return all
}

// steady is a row that is judged from 1 h on, for two.
func steady(name string, w func(seed uint64) world, bars ...bar) row {
	return row{name: name, world: w, from: hour, to: 3 * hour, bars: bars}
}

// longer is r for n hours more: events that come every half hour are few.
func longer(r row, n int) row {
	r.to += n * hour
	return r
}

// temperatures: 1 µs and a walk of 1e-9, a crystal of 100 ppb/°C; the sensor is
// read once a second.
func temperatures() []row {
	base := white(1000, 1e-9)
	var all []row
	add := func(name string, w func(seed uint64) world, bars ...bar) {
		all = append(all, longer(steady(name, w, bars...), 4))
	}
	with230, with360, with320 := bar{std, 230, one}, bar{std, 360, one}, bar{std, 320, one}
	hourly := func(t thermal) change {
		t.swing, t.coefficient = 1e-6, 100e-9
		return climate(t, cycle(hour))
	}
	fans := func(t thermal) change {
		t.swing, t.coefficient = 0.5e-6, 100e-9
		return climate(t, fan)
	}
	for _, s := range []float64{0, 60, 600} {
		add(fmt.Sprintf("cycle, crystal lags %gs", s), with(base, hourly(thermal{crystalLag: s})), with230)
	}
	for _, s := range []float64{60, 600} {
		add(fmt.Sprintf("cycle, sensor lags %gs", s), with(base, hourly(thermal{sensorLag: s})), with230)
	}
	add("cycle, no sensor", with(base, hourly(thermal{blind: true})), with360)
	add("fan, with sensor", with(base, fans(thermal{})), with230)
	add("fan, crystal lags 60s", with(base, fans(thermal{crystalLag: 60})), with230)
	add("fan, sensor lags 60s", with(base, fans(thermal{sensorLag: 60})), with230)
	add("fan, no sensor", with(base, fans(thermal{blind: true})), with320)
	add("jumps 0.5ppm", with(base, jumps(0.5e-6)), bar{std, 400, one}, bar{most, 4000, one})
	steadier := white(1000, 3e-10)
	add("sensor swings, crystal does not", with(steadier, climate(thermal{numb: true}, cycle(hour))), bar{std, 210, one})
	add("sensor lies, crystal is steady", with(steadier, lying), bar{std, 210, one})
	add("sensor dies, cycle", with(base, hourly(thermal{}), dead(2*hour)), with360)
	add("sensor lies, cycle", with(base, hourly(thermal{}), lying), with360)
	return all
}

// pulses: what happens between the second and its stamp.
func pulses() []row {
	base := white(300, 1e-9)
	receiver := with(base, faults(20e3, 30, 0), faults(-5e3, 120, 1))
	late := with(white(100, 1e-9), latency(2000, 0.01, 100e3))
	shifting := steady("jitter 300ns, x5 by half hours", with(base, louder(5)))
	shifting.jitter, shifting.walk = 300, 1e-9
	return []row{
		shifting,
		steady("spikes 1% late, 1us", with(white(1000, 1e-9), spikes(0.01, 0)), bar{std, 225, one}),
		steady("spikes 5% both, 300ns", with(base, spikes(0.05, 0.5)), bar{std, 95, one}),
		longer(steady("missing 10%, gaps 5min, 1us", with(white(1000, 1e-9), missing(0.1), losses(30*minute, 5*minute, 5*minute)), bar{std, 760, one}), 4),
		longer(steady("receiver jumps, 300ns", receiver, bar{most, 1500, one}), 2),
		steady("latency 2us, one-sided", late, bar{rms, 260, one}),
		serverRoom("server room", bursts(4*hour, usually(1000)), losses(2*hour, 10, minute), bar{std, 100, one}, bar{p99, 560, one}),
		serverRoom("server room, harsh", bursts(hour, usually(5000)), losses(2*hour, minute, 5*minute)),
	}
}

// serverRoom is half a day with everything in it. The walk is 3e-10; the sensor
// tells the crystal's temperature a minute late. The bars are of a room whose
// bursts and losses are short and rare; in the harsh one even the resolution of
// the sensor costs 3 µs in a loss of 5 minutes.
func serverRoom(name string, bursts, losses change, bars ...bar) row {
	w := with(white(300, 3e-10), latency(200, 0.01, 10e3), spikes(0.005, 0), bursts, climateSum, losses, ticks)
	r := steady(name, w, bars...)
	r.to = 12 * hour
	return r
}

// climateSum is the day, ±0.2 ppm, and the air-conditioning, ±0.1 ppm in 20
// minutes, of which one sensor sees the sum: 100 ppb/°C.
func climateSum(seed uint64) func(k int, s *second) {
	course := func(seed uint64) func(k int) float64 {
		daily, cooling := cycle(day)(seed), cycle(20*minute)(seed+1<<32)
		return func(k int) float64 { return daily(k) + 0.5*cooling(k) }
	}
	return climate(thermal{swing: 0.2e-6, coefficient: 100e-9, sensorLag: minute}, course)(seed)
}

// holdovers are judged at their end; the told filter knows no temperature.
func holdovers() []row {
	daily := func(lag float64) func(seed uint64) world {
		t := thermal{swing: 0.45e-6, coefficient: 50e-9, sensorLag: lag}
		return with(white(1000, 3e-11), climate(t, cycle(day)), silence(2*day, day))
	}
	var all []row
	for _, lag := range []float64{0, 600, 1800} {
		all = append(all, row{
			name: fmt.Sprintf("holdover 24h, sensor lags %gs", lag), world: daily(lag),
			from: 2 * day, to: 3 * day, seeds: 10, bars: []bar{{end, 2e6, one}},
		})
	}
	return append(all, row{
		name: "holdover 1h, walk 3e-10", world: with(white(1000, 3e-10), silence(6*hour, hour)),
		jitter: 1000, walk: 3e-10, from: 6 * hour, to: 7 * hour, seeds: 20, bars: []bar{{end, 1.1, toldEnd}},
	})
}
