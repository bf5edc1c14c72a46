package main

import "time"

// rolledOver is what a receiver adds that does not know of a week rollover.
const rolledOver = -1024 * 7 * 24 * time.Hour

// ofSeconds are those whose receiver names wrong seconds.
var ofSeconds = []class{
	{"tai_late", "GPS − UTC is learnt after a while", func(d dice) Case {
		c := d.machine()
		if d.chance(0.4) {
			c.Latency = d.time(600*time.Millisecond, 870*time.Millisecond)
		}
		return struck(c, Fault{Kind: "lie", For: d.length(20*time.Second, 13*time.Minute), By: pick(d, 18*time.Second, 2*time.Second, -2*time.Second, time.Second, -time.Second)})
	}},
	{"lie", "the receiver is whole seconds wrong for a while", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "lie", At: d.when(), For: d.length(2*time.Second, 20*time.Minute), By: d.sign(time.Duration(1+d.IntN(20)) * time.Second)})
	}},
	{"lies", "the receiver is whole seconds wrong, again and again", func(d dice) Case {
		c, at := d.machine(), d.when()
		for range 2 + d.IntN(6) {
			f := Fault{Kind: "lie", At: at, For: d.length(time.Second, 5*time.Minute), By: d.sign(time.Duration(1+d.IntN(3)) * time.Second)}
			c.Faults = append(c.Faults, f)
			at = f.over() + d.length(time.Second, 10*time.Minute)
		}
		return struck(c)
	}},
	{"lie_then_dark", "the receiver is wrong when pulses come back", func(d dice) Case {
		at, dark := d.time(5*time.Minute, 20*time.Minute), d.length(time.Minute, 3*time.Hour)
		return struck(d.machine(), Fault{Kind: "unplugged", At: at, For: dark},
			Fault{Kind: "lie", At: at + dark - time.Second, For: d.length(10*time.Second, 10*time.Minute), By: d.sign(time.Duration(1+d.IntN(3)) * time.Second)})
	}},
	{"reboot_tai", "after it has started again, the receiver has to learn GPS − UTC", func(d dice) Case {
		at, boot := d.when(), d.length(5*time.Second, 10*time.Minute)
		return struck(d.machine(), Fault{Kind: pick(d, "reboot", "powercut"), At: at, For: boot},
			Fault{Kind: "lie", At: at, For: boot + d.length(5*time.Second, 13*time.Minute), By: pick(d, 18*time.Second, 2*time.Second, -time.Second)})
	}},
	{"rollover", "the date is 1024 weeks early for a while", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "rollover", At: pick(d, 0, d.when()), For: d.length(10*time.Second, 20*time.Minute)})
	}},
	{"copies", "sentences are damaged, and come again a second later, whole", func(d dice) Case {
		return struck(d.machine(), Fault{Kind: "copies", At: pick(d, 0, d.when()), For: d.length(time.Minute, 20*time.Minute), By: pick(d, time.Second, d.time(500*time.Millisecond, 3*time.Second)), X: d.share(0.05, 1)})
	}},
	{"sixty", "the receiver calls a midnight 23:59:60", func(d dice) Case {
		c := d.machine()
		wait := d.time(time.Minute, 40*time.Minute)
		c.before(pick(d, months...), wait)
		c.Table = pick(d, "valid", "valid", "expired")
		return struck(c, Fault{Kind: "sixty", At: wait - 500*time.Millisecond, For: time.Second})
	}},
	{"midnight", "midnights of all kinds", func(d dice) Case {
		c := d.machine()
		c.before(pick(d, append(months, "2026-03-06", "2028-02-29", "2027-01-01", "2036-02-07", "2079-12-31", "2038-01-19")...), d.length(20*time.Second, 20*time.Minute))
		return struck(c)
	}},
	{"era", "the era of NTP ends", func(d dice) Case {
		c := d.machine()
		c.Start = time.Date(2036, 2, 7, 6, 28, 16, 0, time.UTC).Add(-d.length(20*time.Second, 20*time.Minute)).Format(layout)
		return struck(c)
	}},
	{"far_clock", "the clock is wrong by years at the start", func(d dice) Case {
		c := d.machine()
		c.Clock = d.far(24*time.Hour, 100*365*24*time.Hour)
		return struck(c)
	}},
}

// months are midnights at which leap seconds can be.
var months = []string{"2026-04-01", "2026-07-01", "2027-01-01", "2028-03-01"}

// before has the machine start that long before midnight.
func (c *Case) before(midnight string, wait time.Duration) {
	t, err := time.Parse(time.DateOnly, midnight)
	if err != nil {
		panic(err) // the dates are ours
	}
	c.Start = t.Add(-wait).Format(layout)
}
