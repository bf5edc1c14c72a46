package main

import "time"

// ofMachines are those where the machine, the program or another one does what
// it should not.
var ofMachines = []class{
	{"hang", "the loop stands still", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "hang", At: d.when(), For: d.length(10*time.Millisecond, 3*time.Minute)})
	}},
	{"hangs", "the loop stands still again and again", func(d dice) Case {
		return d.nowAndThen(d.machine(), func() Fault {
			return Fault{Kind: pick(d, "hang", "stop"), For: d.length(10*time.Millisecond, 20*time.Second)}
		}, 5*time.Minute)
	}},
	{"stop", "the process stands still", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "stop", At: d.when(), For: d.length(10*time.Millisecond, time.Hour)})
	}},
	{"pause", "a virtual machine stands still, with its clocks or without", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "pause", At: d.when(), For: d.length(2*time.Millisecond, 3*time.Minute), X: float64(d.IntN(2))})
	}},
	{"pauses", "a virtual machine stands still again and again", func(d dice) Case {
		x := float64(d.IntN(2))
		return d.nowAndThen(d.machine(), func() Fault {
			return Fault{Kind: "pause", For: d.length(time.Millisecond, 2*time.Second), X: x}
		}, 20*time.Minute)
	}},
	{"suspend", "the machine sleeps", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "suspend", At: d.when(), For: d.length(2*time.Second, 2*time.Hour), X: short(d.between(-1, 1))})
	}},
	{"restart", "gpsntpd is restarted", func(d dice) Case {
		c, at := d.machine(), d.when()
		for range 1 + d.IntN(3) {
			f := Fault{Kind: "restart", At: at, For: d.length(100*time.Millisecond, 20*time.Minute)}
			c.Faults = append(c.Faults, f)
			at = f.over() + d.length(time.Second, 20*time.Minute)
		}
		return struck(c)
	}},
	{"restart_early", "gpsntpd is restarted, and stopped again before it has heard anything", func(d dice) Case {
		at := d.when()
		return struck(d.machine(), Fault{Kind: "restart", At: at, For: 2 * time.Second},
			Fault{Kind: "restart", At: at + 2*time.Second + d.length(10*time.Millisecond, 4*time.Second), For: d.length(time.Second, time.Minute)})
	}},
	{"powercut", "the power is cut", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "powercut", At: d.when(), For: d.length(time.Second, time.Hour), By: d.far(time.Millisecond, 10*time.Hour), X: float64(d.IntN(2))})
	}},
	{"foreign_step", "another program steps the clock", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "step", At: d.when(), By: d.far(12*time.Microsecond, 1000*time.Hour)})
	}},
	{"foreign_steps", "another program steps the clock again and again", func(d dice) Case {
		by := d.far(12*time.Microsecond, 10*time.Second)
		return d.nowAndThen(d.machine(), func() Fault { return Fault{Kind: "step", By: by} }, 5*time.Minute)
	}},
	{"foreign_slew", "another program slews the clock", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "slew", At: d.when(), For: d.length(time.Second, 20*time.Minute), X: d.either(0.1, 500)})
	}},
	{"slew_start", "another program slews the clock during the start", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "slew", For: d.length(10*time.Second, 10*time.Minute), X: d.either(1, 500)})
	}},
	{"rival", "another program sets the frequency", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "rival", At: pick(d, 0, d.when()), For: d.length(10*time.Second, 20*time.Minute), X: d.either(0.1, 400)})
	}},
	{"sensor_lies", "the thermometer lies", func(d dice) Case {
		c := d.machine()
		c.Sensor, c.Tempco, c.Swing = true, d.either(20, 300), short(d.between(0.3, 5))
		return struck(c, Fault{Kind: "sensorlie", At: d.time(10*time.Minute, 2*time.Hour), For: d.length(10*time.Second, 30*time.Minute), X: d.either(1, 60)})
	}},
	{"sensor_lies_dark", "the thermometer lies while there is no pulse", func(d dice) Case {
		c, at, dark := d.machine(), d.time(time.Hour, 3*time.Hour), d.time(5*time.Minute, time.Hour)
		c.Sensor, c.Tempco, c.Swing = true, d.either(20, 300), short(d.between(0.3, 5))
		return struck(c, Fault{Kind: "nopulse", At: at, For: dark},
			Fault{Kind: pick(d, "sensorlie", "sensorlie", "sensorslides", "sensorstuck", "sensordead"), At: at + d.time(time.Second, dark/2), For: d.time(time.Minute, dark), X: d.either(0.2, 60)})
	}},
	{"warm", "a crystal that follows the temperature, and a loss of the pulse", func(d dice) Case {
		c := d.machine()
		c.Sensor, c.Tempco, c.Swing, c.Lag = true, d.either(20, 300), short(d.between(0.3, 5)), pick(d, 0, time.Minute, 5*time.Minute)
		return struck(c, Fault{Kind: "nopulse", At: d.time(30*time.Minute, 3*time.Hour), For: d.length(time.Minute, 90*time.Minute)})
	}},
	{"anything", "three to eight faults of any kind, at any time", func(d dice) Case {
		c := d.machine()
		for range 3 + d.IntN(6) {
			c.Faults = append(c.Faults, d.any())
		}
		return struck(c)
	}},
}

// any is a fault of any kind that the limits do not excuse.
func (d dice) any() Fault {
	f := Fault{At: d.length(10*time.Second, 90*time.Minute), For: d.length(time.Second, 15*time.Minute)}
	f.Kind = pick(d, "nopulse", "late", "spikes", "burst", "busy", "noise", "glitches", "silent", "unplugged", "reboot", "nofix", "nodate",
		"damage", "garbage", "epochs", "extra", "crystal", "sensordead", "hang", "stop", "restart", "powercut", "step", "slew", "rival", "pause", "suspend", "rmconly", "lie")
	switch f.Kind {
	case "late":
		f.For, f.By = min(f.For, 290*time.Second), d.far(10*time.Microsecond, 450*time.Millisecond)
	case "spikes":
		f.By, f.X = d.length(5*time.Microsecond, 5*time.Millisecond), d.share(0.01, 0.4)
	case "burst", "busy":
		f.By = d.length(time.Microsecond, 50*time.Microsecond)
	case "noise":
		f.X = d.share(2, 20)
	case "glitches", "damage":
		f.X = d.share(0.01, 1)
	case "epochs":
		f.X = pick(d, 2., 5., 10.)
	case "extra":
		f.X = float64(1 + d.IntN(20))
	case "crystal":
		f.X = d.either(0.01, 10)
	case "powercut", "step":
		f.By = d.far(20*time.Microsecond, time.Hour)
	case "slew", "rival":
		f.X = d.either(0.1, 400)
	case "lie":
		f.By = d.sign(time.Duration(1+d.IntN(20)) * time.Second)
	}
	if kinds[f.Kind].moment {
		f.For = 0
	}
	return f
}
