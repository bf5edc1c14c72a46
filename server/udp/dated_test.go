package udp

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// drifting is a clock that runs 500 ppm faster than the kernel's.
type drifting struct {
	host
	looks int
}

func (d *drifting) FromKernel(t hw.Time) hw.Time {
	d.looks++
	return t + t/2000 + 1e6
}

func TestStampsThatAreNearAreDatedTogether(t *testing.T) {
	var d dated
	c, twin := new(drifting), new(drifting)
	at := hw.Time(1e15)
	for i := range 1000 {
		at = at.Add(10 * time.Microsecond)
		stamp := at
		if i%3 == 0 {
			stamp = at.Add(-50 * time.Microsecond)
		}
		if off := d.fromKernel(c, stamp).Sub(twin.FromKernel(stamp)); off.Abs() > 100 {
			t.Fatalf("stamp %d: %v off", i, off)
		}
	}
	if c.looks > 120 {
		t.Errorf("%d looks at the clocks for 1000 stamps in 10 ms", c.looks)
	}
}

// counted is the host's clock, or one that someone has set, and how often it was
// read.
type counted struct {
	host
	set   time.Duration
	reads int
}

func (c *counted) Read() hw.Reading {
	c.reads++
	raw := hw.Raw(get(unix.CLOCK_MONOTONIC_RAW)) // first: an interruption makes it no later than it was
	return hw.Reading{Time: hw.Time(get(unix.CLOCK_REALTIME)).Add(c.set), Raw: raw}
}

func (c *counted) FromKernel(t hw.Time) hw.Time { return t.Add(c.set) }

func TestTheRawClockIsNotReadAgainWhileItIsKnown(t *testing.T) {
	var (
		c counted
		d dated
		w watch
	)
	const slack = hw.Raw(time.Microsecond) // how well it is known
	before := get(unix.CLOCK_MONOTONIC_RAW)
	last, spared := w.read(&c, &d), 0
	for range 100_000 {
		reads := c.reads
		r := w.read(&c, &d)
		after := get(unix.CLOCK_MONOTONIC_RAW)
		if r.Raw < last.Raw-slack || r.Raw < hw.Raw(before) || r.Raw > hw.Raw(after)+slack {
			t.Fatalf("%v after %v, between %v and %v", r.Raw, last.Raw, before, after)
		}
		if last = r; c.reads == reads {
			spared++
		}
	}
	if spared < 50_000 {
		t.Errorf("it was not read again in %d of 100000 cases", spared)
	}
}

func TestARawClockThatIsNoLongerKnownIsReadAgain(t *testing.T) {
	for name, change := range map[string]func(*watch){
		"long ago": func(w *watch) {
			w.began, w.stamp = w.began.Add(-known-1), w.stamp.Add(-known-1)
		},
		"the clock was set forward": func(w *watch) { w.stamp = w.stamp.Add(-2 * apart) },
		"the clock was set back":    func(w *watch) { w.stamp = w.stamp.Add(time.Second) },
		"there was a suspension":    func(w *watch) { w.stamp = w.stamp.Add(-time.Hour) },
	} {
		var (
			c counted
			d dated
			w watch
		)
		w.read(&c, &d)
		change(&w)
		if w.read(&c, &d); c.reads != 2 {
			t.Errorf("%s: the clocks were read %d times", name, c.reads)
		}
	}
}

// The discipline tells by the raw clock that someone has set the other one.
func TestAClockThatIsSetIsNotTakenForARawClockThatJumped(t *testing.T) {
	var (
		c counted
		d dated
		w watch
	)
	first := w.read(&c, &d)
	w.began = time.Now() // as if it had just been read
	w.stamp = stampOf(w.began)
	c.set = time.Minute
	d = dated{}
	r := w.read(&c, &d)
	if moved := r.Time.Sub(first.Time) - r.Raw.Sub(first.Raw); (moved - time.Minute).Abs() > time.Second {
		t.Errorf("the clock was set by a minute and seems to be by %v", moved)
	}
}
