package main

import "time"

// nowAndThen has a fault come again and again for two hours.
func (d dice) nowAndThen(c Case, f func() Fault, pause time.Duration) Case {
	for at := d.length(10*time.Second, pause); at < 2*time.Hour; {
		one := f()
		one.At = at
		c.Faults = append(c.Faults, one)
		at = one.over() + d.length(pause/10, pause)
	}
	return struck(c)
}

// quiet is a machine whose stamps are late by nothing but what the class says.
func (d dice) quiet() Case {
	c := d.machine()
	c.Shape, c.Delay, c.Share, c.For = "exponential", 0, 0, 2*time.Hour
	return c
}

// ofLatencies are those whose interrupts are late.
var ofLatencies = []class{
	{"exponential", "interrupts wait, exponentially", func(d dice) Case {
		c := d.quiet()
		c.Delay = d.length(100*time.Nanosecond, 20*time.Microsecond)
		return c
	}},
	{"gamma", "latency with its maximum away from zero", func(d dice) Case {
		c := d.quiet()
		c.Shape, c.Delay = "gamma", d.length(200*time.Nanosecond, 5*time.Microsecond)
		return c
	}},
	{"uniform", "latency that is spread evenly", func(d dice) Case {
		c := d.quiet()
		c.Shape, c.Delay = "uniform", d.length(200*time.Nanosecond, 10*time.Microsecond)
		return c
	}},
	{"bimodal", "most interrupts come at once, some wait for another", func(d dice) Case {
		c := d.quiet()
		c.Shape, c.Delay, c.Share = "bimodal", d.length(200*time.Nanosecond, 5*time.Microsecond), d.share(0.02, 0.6)
		return c
	}},
	{"idle_states", "a share of the interrupts has to wake a processor up", func(d dice) Case {
		c := d.quiet()
		c.Shape, c.Delay, c.Share = "idle", d.length(2*time.Microsecond, 50*time.Microsecond), d.share(0.02, 0.6)
		return c
	}},
	{"constant", "all interrupts are late by the same, and the board is known for that", func(d dice) Case {
		c := d.quiet()
		c.Constant = d.length(time.Microsecond, 100*time.Microsecond)
		c.Known = scale(c.Constant, d.between(1, 3))
		return c
	}},
	{"load_bursts", "load that makes all interrupts late by the same", func(d dice) Case {
		by := d.length(500*time.Nanosecond, 10*time.Microsecond)
		return d.nowAndThen(d.quiet(), func() Fault {
			return Fault{Kind: "load", For: d.length(10*time.Second, 10*time.Minute), By: by}
		}, 20*time.Minute)
	}},
	{"busy_bursts", "load that makes interrupts late, exponentially", func(d dice) Case {
		by := d.length(500*time.Nanosecond, 30*time.Microsecond)
		return d.nowAndThen(d.quiet(), func() Fault {
			return Fault{Kind: "busy", For: d.length(10*time.Second, 10*time.Minute), By: by}
		}, 20*time.Minute)
	}},
	{"tail_bursts", "load with heavy tails", func(d dice) Case {
		by := d.length(time.Microsecond, 30*time.Microsecond)
		return d.nowAndThen(d.quiet(), func() Fault {
			return Fault{Kind: "burst", For: d.length(5*time.Second, 5*time.Minute), By: by}
		}, 20*time.Minute)
	}},
	{"composite", "a Pi 5: exponential, idle states, load, all at once", func(d dice) Case {
		c := d.quiet()
		c.Shape, c.Delay, c.Share, c.Jitter = "bimodal", d.time(500*time.Nanosecond, 2*time.Microsecond), d.share(0.05, 0.4), d.time(50*time.Nanosecond, 200*time.Nanosecond)
		c.Spikes, c.Spike = d.share(0.0005, 0.01), d.length(10*time.Microsecond, 200*time.Microsecond)
		return d.nowAndThen(c, func() Fault {
			return Fault{Kind: pick(d, "load", "busy"), For: d.length(10*time.Second, 5*time.Minute), By: d.length(500*time.Nanosecond, 5*time.Microsecond)}
		}, 30*time.Minute)
	}},
	{"spikes", "pulses that are far off", func(d dice) Case {
		c := d.quiet()
		c.Spikes, c.Spike = d.share(0.001, 0.4), d.length(2*time.Microsecond, 5*time.Millisecond)
		return c
	}},
	{"spikes_in_place", "pulses that are off by the same, for a while", func(d dice) Case {
		by, x := d.far(time.Microsecond, 300*time.Microsecond), d.share(0.02, 0.9)
		return d.nowAndThen(d.quiet(), func() Fault {
			return Fault{Kind: "place", For: d.length(5*time.Second, 10*time.Minute), By: by, X: x}
		}, 20*time.Minute)
	}},
	{"noise_changes", "the noise grows and falls", func(d dice) Case {
		return d.nowAndThen(d.quiet(), func() Fault {
			return Fault{Kind: "noise", For: d.length(10*time.Second, 20*time.Minute), X: d.share(2, 30)}
		}, 20*time.Minute)
	}},
	{"tails", "noise with heavy tails to both sides", func(d dice) Case {
		c := d.quiet()
		c.Tails = true
		return c
	}},
	{"cycle", "the crystal swings, and no sensor tells", func(d dice) Case {
		c := d.quiet()
		c.Sensor, c.Cycle, c.Period = false, d.share(0.01, 0.5), d.length(10*time.Minute, 4*time.Hour)
		return d.nowAndThen(c, func() Fault {
			return Fault{Kind: "nopulse", For: d.length(10*time.Second, 30*time.Minute)}
		}, 40*time.Minute)
	}},
}
