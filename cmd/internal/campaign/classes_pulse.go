package main

import "time"

// ofPulses are those whose pulse is not where it should be.
var ofPulses = []class{
	{"health", "nothing goes wrong", func(d dice) Case { return struck(d.machine()) }},
	{"pulse_late_start", "the first pulses are 10 to 450 ms off, all alike", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "late", For: d.length(10*time.Second, 10*time.Minute), By: d.far(10*time.Millisecond, 450*time.Millisecond)})
	}},
	{"pulse_first", "the first 4 to 10 pulses agree, and are 2 µs to 10 ms off", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "late", For: d.time(5*time.Second, 13*time.Second), By: d.far(2*time.Microsecond, 10*time.Millisecond)})
	}},
	{"pulse_late", "later on, regular pulses are 10 to 450 ms off for a while", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "late", At: d.when(), For: d.length(10*time.Second, 20*time.Minute), By: d.far(10*time.Millisecond, 450*time.Millisecond)})
	}},
	{"pulse_late_again", "regular pulses are off now and then", func(d dice) Case {
		c, at := d.machine(), d.when()
		for range 2 + d.IntN(5) {
			f := Fault{Kind: "late", At: at, For: d.length(2*time.Second, 3*time.Minute), By: d.far(5*time.Millisecond, 490*time.Millisecond)}
			c.Faults = append(c.Faults, f)
			at = f.over() + d.length(2*time.Second, 10*time.Minute)
		}
		return struck(c)
	}},
	{"pulse_jump", "the pulse jumps by 20 µs to 2 ms for less than 5 minutes", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "late", At: d.when(), For: d.length(5*time.Second, 290*time.Second), By: d.far(20*time.Microsecond, 2*time.Millisecond)})
	}},
	{"pulse_jump_small", "the pulse jumps by 3 to 7 times its noise", func(d dice) Case {
		c := d.machine()
		by := scale(c.Jitter+c.Delay, d.between(3, 7))
		return struck(c, Fault{Kind: "late", At: d.length(2*time.Minute, 40*time.Minute), For: d.length(5*time.Second, 290*time.Second), By: d.sign(by)})
	}},
	{"pulse_jump_long", "the pulse jumps for more than 5 minutes, or for good", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "late", At: d.when(), For: pick(d, 0, d.time(6*time.Minute, 30*time.Minute)), By: d.far(3*time.Microsecond, 5*time.Millisecond)})
	}},
	{"pulse_jump_idle", "the pulse jumps, and processors sleep deeply now and then", func(d dice) Case {
		c := d.machine()
		c.Shape, c.Delay, c.Share = "idle", 50*time.Microsecond, d.share(0.02, 0.2)
		return struck(c, Fault{Kind: "late", At: d.time(10*time.Minute, 40*time.Minute), For: d.length(20*time.Second, 290*time.Second), By: d.far(20*time.Microsecond, 2*time.Millisecond)})
	}},
	{"pulse_slides", "the pulse moves slowly", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "slide", At: d.when(), For: d.length(time.Minute, 30*time.Minute), X: d.either(1, 300)})
	}},
	{"pulse_rates", "2 or 5 pulses a second, from the start", func(d dice) Case {
		c := d.machine()
		c.Hz, c.Width = pick(d, 2, 5), 20*time.Millisecond
		return struck(c)
	}},
	{"pulse_rate_changes", "2 or 5 pulses a second for a while", func(d dice) Case {
		c := d.machine()
		c.Width = 20 * time.Millisecond
		return struck(c, Fault{Kind: "rate", At: d.when(), For: d.length(10*time.Second, 20*time.Minute), X: pick(d, 2., 5.)})
	}},
	{"both_edges", "both edges of the pulse look alike", func(d dice) Case {
		c := d.machine()
		c.Capture, c.Width = "alike", pick(d, c.Width, d.time(time.Millisecond, 900*time.Millisecond), 500*time.Millisecond)
		return struck(c)
	}},
	{"wrong_edge", "the end of the pulse is taken for the second", func(d dice) Case {
		c := d.machine()
		c.Capture, c.Width = pick(d, "trail", "trailonly"), pick(d, c.Width, d.time(20*time.Millisecond, 900*time.Millisecond))
		c.Latency = pick(d, d.length(20*time.Millisecond, 600*time.Millisecond), d.time(10*time.Millisecond, 10*time.Millisecond+c.Width))
		return struck(c)
	}},
	{"glitches", "edges that are none", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "glitches", At: pick(d, 0, d.when()), For: d.length(time.Minute, 30*time.Minute), X: d.share(0.005, 1)})
	}},
	{"pulse_lost", "no pulse for a while", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "nopulse", At: d.when(), For: d.length(2*time.Second, 2*time.Hour)})
	}},
	{"pulse_gaps", "no pulse now and then", func(d dice) Case {
		c, at := d.machine(), d.when()
		for range 5 + d.IntN(20) {
			f := Fault{Kind: "nopulse", At: at, For: d.length(time.Second, time.Minute)}
			c.Faults = append(c.Faults, f)
			at = f.over() + d.length(time.Second, 2*time.Minute)
		}
		return struck(c)
	}},
	{"ride_crystal", "the crystal changes while a jump of the pulse is ridden through", func(d dice) Case {
		at := d.time(10*time.Minute, 40*time.Minute)
		return struck(d.machine(),
			Fault{Kind: "late", At: at, For: d.length(time.Minute, 290*time.Second), By: d.far(2*time.Microsecond, 100*time.Microsecond)},
			Fault{Kind: "crystal", At: at + d.time(5*time.Second, 50*time.Second), X: d.either(1, 100)})
	}},
	{"crystal_twice", "the clock source changes twice", func(d dice) Case {
		at := d.time(2*time.Minute, 40*time.Minute)
		return struck(d.machine(),
			Fault{Kind: "crystal", At: at, X: d.either(1, 150)},
			Fault{Kind: "crystal", At: at + d.length(2*time.Second, 5*time.Minute), X: d.either(1, 150)})
	}},
	{"crystal_jumps", "the crystal jumps, there and back", func(d dice) Case {
		c, at := d.machine(), d.when()
		for range 1 + d.IntN(6) {
			f := Fault{Kind: "crystal", At: at, For: d.length(time.Second, 10*time.Minute), X: d.either(0.01, 100)}
			c.Faults = append(c.Faults, f)
			at = f.over() + d.length(time.Second, 10*time.Minute)
		}
		return struck(c)
	}},
	{"crystal_far", "a crystal that is up to 900 ppm off", func(d dice) Case {
		c := d.machine()
		c.PPM = d.either(60, pick(d, 480., 900.))
		return struck(c)
	}},
}
