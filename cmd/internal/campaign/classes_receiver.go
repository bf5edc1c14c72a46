package main

import "time"

// ofReceivers are those whose sentences are wrong, and name no wrong second.
var ofReceivers = []class{
	{"late_sentences", "sentences come up to 0.95 s after their second", func(d dice) Case {
		c := d.machine()
		c.Latency = d.time(600*time.Millisecond, 950*time.Millisecond)
		c.Spread = d.length(time.Millisecond, (time.Second-c.Latency)/2)
		return struck(c)
	}},
	{"straddling", "sentences come now before, now after the next pulse", func(d dice) Case {
		c := d.machine()
		c.Latency, c.Spread = d.time(900*time.Millisecond, 1100*time.Millisecond), d.length(5*time.Millisecond, 80*time.Millisecond)
		return struck(c)
	}},
	{"slower", "sentences become later, and earlier again", func(d dice) Case {
		c := d.machine()
		return struck(c, Fault{Kind: "slow", At: d.when(), For: d.length(10*time.Second, 30*time.Minute), By: d.time(-c.Latency*9/10, 850*time.Millisecond-c.Latency)})
	}},
	{"beyond", "sentences become more than a second late for a while", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "slow", At: d.when(), For: d.length(10*time.Second, 20*time.Minute), By: d.time(900*time.Millisecond, 2*time.Second)})
	}},
	{"damage", "sentences are damaged", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "damage", At: d.when(), For: d.length(time.Minute, 30*time.Minute), X: d.share(0.001, 1)})
	}},
	{"garbage", "bytes that are no sentences", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "garbage", At: d.when(), For: d.length(time.Second, 10*time.Minute)})
	}},
	{"silence", "no sentences for a while", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "silent", At: d.when(), For: d.length(time.Second, 30*time.Minute)})
	}},
	{"unplugged", "the receiver is unplugged, and plugged in again", func(d dice) Case {
		c, at := d.machine(), d.when()
		for range 1 + d.IntN(4) {
			f := Fault{Kind: "unplugged", At: at, For: d.length(time.Second, 30*time.Minute)}
			c.Faults = append(c.Faults, f)
			at = f.over() + d.length(time.Second, 10*time.Minute)
		}
		return struck(c)
	}},
	{"reboot", "the receiver starts again", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "reboot", At: d.when(), For: d.length(3*time.Second, 15*time.Minute)})
	}},
	{"no_fix", "the receiver has no fix", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "nofix", At: d.when(), For: d.length(time.Second, 90*time.Minute), X: float64(d.IntN(2))})
	}},
	{"no_date", "time of day without a date", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "nodate", At: pick(d, 0, d.when()), For: d.length(time.Second, 90*time.Minute)})
	}},
	{"fast", "5 or 10 epochs a second", func(d dice) Case {
		c := d.machine()
		c.Epochs, c.Baud, c.Digits, c.Talk = pick(d, 5, 10), 115200, pick(d, 2, 3), pick(d, "RMC,GGA", "RMC", "GGA,RMC,ZDA")
		return struck(c)
	}},
	{"epochs_change", "1, 5 or 10 epochs a second, and others for a while", func(d dice) Case {
		c := d.machine()
		c.Baud, c.Digits, c.Talk = 115200, pick(d, 2, 3), pick(d, "RMC", "RMC,GGA", "GGA,RMC,ZDA")
		return struck(c, Fault{Kind: "epochs", At: d.when(), For: d.length(10*time.Second, 20*time.Minute), X: pick(d, 2., 5., 10.)})
	}},
	{"rmc_alone", "RMC and nothing else for a while", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "rmconly", At: d.when(), For: d.length(10*time.Second, 20*time.Minute)})
	}},
	{"overload", "more sentences than the line can carry", func(d dice) Case {
		c := d.machine()
		c.Baud, c.Talk = pick(d, 4800, 9600), pick(d, "RMC,GGA", "GGA,RMC,ZDA", "ZDA,RMC")
		return struck(c, Fault{Kind: "extra", At: pick(d, 0, d.when()), For: d.length(time.Minute, 20*time.Minute), X: float64(4 + d.IntN(30))})
	}},
	{"alone", "sentences without a pulse", func(d dice) Case {
		c := d.machine()
		c.Limit = pick(d, time.Millisecond, 200*time.Millisecond, time.Second)
		return struck(c, Fault{Kind: "nopulse", At: pick(d, 0, d.when()), For: pick(d, 0, d.length(time.Minute, 3*time.Hour))})
	}},
	{"alone_other", "another receiver after a restart, and no pulse", func(d dice) Case {
		c := d.machine()
		at := d.time(3*time.Minute, 20*time.Minute)
		c.Latency, c.Limit = d.time(50*time.Millisecond, 900*time.Millisecond), time.Second
		return struck(c, Fault{Kind: "restart", At: at, For: 20 * time.Second}, Fault{Kind: "nopulse", At: at},
			Fault{Kind: "slow", At: at, By: d.time(50*time.Millisecond, 900*time.Millisecond) - c.Latency})
	}},
}
