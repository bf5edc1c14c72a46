package main

import "time"

// leaping is a machine that meets a leap second that long after its start.
func (d dice) leaping(wait time.Duration) Case {
	c := d.machine()
	c.before(pick(d, months...), wait)
	c.Leap, c.By = wait, pick(d, 1, 1, 1, -1)
	if c.By < 0 {
		c.Leap -= time.Second // the second before midnight is left out
	}
	c.Name = pick(d, "60", "60", "59", "00")
	return c
}

// ofLeaps are those with a leap second.
var ofLeaps = []class{
	{"leap", "a leap second that is known", func(d dice) Case {
		return struck(d.leaping(d.length(3*time.Minute, time.Hour)))
	}},
	{"leap_start", "a leap second within seconds or minutes of the start", func(d dice) Case {
		return struck(d.leaping(pick(d, d.time(2*time.Second, 10*time.Second), d.length(3*time.Second, 3*time.Minute))))
	}},
	{"leap_dark", "a leap second that is known, after hours without a receiver", func(d dice) Case {
		at, dark := d.time(5*time.Minute, 20*time.Minute), d.length(10*time.Minute, 6*time.Hour)
		wait := at + time.Duration(float64(dark)*d.Float64())
		if d.chance(0.2) { // it is not announced before the last day
			wait = at + 24*time.Hour + d.time(time.Minute, 2*time.Hour)
			dark = wait - at + d.time(10*time.Second, time.Hour)
		}
		return struck(d.leaping(wait), Fault{Kind: pick(d, "unplugged", "nopulse"), At: at, For: dark})
	}},
	{"leap_unknown", "a leap second that no table knows", func(d dice) Case {
		c := d.leaping(d.length(20*time.Second, 40*time.Minute))
		c.Table = pick(d, "expired", "absent")
		return struck(c)
	}},
	{"leap_zda", "a leap second that no table knows, and ZDA before the others", func(d dice) Case {
		c := d.leaping(d.length(time.Minute, 40*time.Minute))
		if c.By < 0 {
			c.By, c.Leap = 1, c.Leap+time.Second
		}
		c.Table, c.Name, c.Talk = "expired", "60", pick(d, "ZDA,RMC", "ZDA,GGA,RMC", "ZDA,RMC,GGA")
		return struck(c)
	}},
	{"leap_hang", "the loop hangs over a leap second", func(d dice) Case {
		wait := d.length(5*time.Minute, 30*time.Minute)
		return struck(d.leaping(wait), Fault{Kind: pick(d, "hang", "stop", "pause"), At: wait - d.length(10*time.Millisecond, 20*time.Second), For: d.length(50*time.Millisecond, 40*time.Second)})
	}},
	{"leap_step", "another program moves the clock about a leap second", func(d dice) Case {
		wait := d.length(5*time.Minute, 30*time.Minute)
		return struck(d.leaping(wait), Fault{Kind: "step", At: wait + d.far(100*time.Millisecond, time.Minute), By: d.far(100*time.Microsecond, 10*time.Second)})
	}},
	{"leap_restart", "gpsntpd is restarted about a leap second", func(d dice) Case {
		wait := d.length(5*time.Minute, 30*time.Minute)
		return struck(d.leaping(wait), Fault{Kind: pick(d, "restart", "powercut"), At: wait - d.length(100*time.Millisecond, time.Minute), For: d.length(100*time.Millisecond, 2*time.Minute)})
	}},
}
