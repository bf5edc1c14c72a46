package xdp

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
)

// machine is a kernel whose clocks take their time to be read.
type machine struct {
	uptime time.Duration
	looks  int
	takes  func(look int) time.Duration
	steps  map[int]time.Duration // of CLOCK_REALTIME, and CLOCK_TAI with it, right before a look
	moved  time.Duration
}

const booted = time.Hour // the machine has run for so long at noon

func (m *machine) read(clock int32) int64 {
	m.looks++
	m.uptime += m.takes(m.looks)
	m.moved += m.steps[m.looks]
	realtime := noon.Add(m.uptime - booted + m.moved)
	switch clock {
	case unix.CLOCK_MONOTONIC:
		return int64(m.uptime)
	case unix.CLOCK_REALTIME:
		return int64(realtime)
	case unix.CLOCK_TAI:
		return int64(realtime.Add(37 * time.Second))
	}
	return 0
}

// each has every look take d.
func each(d time.Duration) func(int) time.Duration {
	return func(int) time.Duration { return d }
}

func TestTheScalesAreReadTogether(t *testing.T) {
	once := func(look int) time.Duration { // interrupted, now and then
		if look%4 == 1 {
			return time.Millisecond
		}
		return 300 * time.Nanosecond
	}
	for name, c := range map[string]struct {
		takes func(int) time.Duration
		steps map[int]time.Duration
		ok    bool
	}{
		"at once":                        {each(100 * time.Nanosecond), nil, true},
		"slowly":                         {each(9 * time.Microsecond), nil, true},
		"too slowly":                     {each(11 * time.Microsecond), nil, false},
		"interrupted":                    {once, nil, true},
		"stepped before the second look": {each(100 * time.Nanosecond), map[int]time.Duration{5: time.Hour}, true},
		"stepped before the third look":  {each(100 * time.Nanosecond), map[int]time.Duration{6: -time.Hour}, true},
	} {
		m := &machine{uptime: booted, takes: c.takes, steps: c.steps}
		k, ok := clocks(m.read).scales()
		if ok != c.ok {
			t.Errorf("%s: read: %t", name, ok)
		}
		if !ok {
			continue
		}
		if off := k.tai - int64(k.realtime); off != 37e9 {
			t.Errorf("%s: TAI − UTC is %d ns", name, off)
		}
		if want := int64(noon) + 37e9 - int64(booted); k.ahead != want {
			t.Errorf("%s: TAI − CLOCK_MONOTONIC is %d ns off", name, k.ahead-want)
		}
	}
	if _, ok := clocks(func(int32) int64 { return 0 }).scales(); ok {
		t.Error("clocks that cannot be read were")
	}
}

func TestTheKernelsTAIIsWholeSecondsFromUTC(t *testing.T) {
	before := now(unix.CLOCK_REALTIME)
	tai := now(unix.CLOCK_TAI)
	after := now(unix.CLOCK_REALTIME)
	if before == 0 || tai == 0 {
		t.Fatal("the clocks are not read")
	}
	if atMost := (tai - before) / 1e9 * 1e9; tai-atMost > after {
		t.Errorf("TAI − UTC is not whole seconds between %d and %d ns", tai-after, tai-before)
	}
}

func TestThePaceOfAnothersClockIsMeasured(t *testing.T) {
	var p pace
	for i := range 1000 {
		at := int64(i) * int64(renewEvery)
		rate := int64(50) // ppm
		if at > 5e9 {
			rate = -20
		}
		k := instant{hw.Raw(1e12 + at), at + rate*at/1e6}
		if rate < 0 {
			k.monotonic += 70 * 5e9 / 1e6
		}
		f, ok := p.take(k)
		switch since := at % 5e9; {
		case ok != (at >= int64(paceAfter)):
			t.Fatalf("%d ms after the start: %v", at/1e6, ok)
		case since > int64(2*paceOver) && (f-hw.Frequency(rate)*hw.PPM > hw.PPB || hw.Frequency(rate)*hw.PPM-f > hw.PPB):
			t.Fatalf("at %d ms: %v ppm", at/1e6, f.PPM())
		}
	}
	if _, ok := p.take(instant{raw: 1e15}); ok {
		t.Error("after a long time, it is still believed")
	}
}

// own is a clock of our own over an oscillator that runs 50 ppm fast, in the
// terms of the kernel's clock; it is set to run 20 ppm faster still.
type own struct{ kernel clocks }

const (
	oscillator = 50 * hw.PPM
	correction = 20 * hw.PPM
)

func (own) at(monotonic int64) hw.Reading {
	d := time.Duration(monotonic) - booted
	raw := d + oscillator.Over(d)
	return hw.Reading{Time: noon.Add(raw + correction.Over(raw)), Raw: hw.Raw(1e9 + raw)}
}

func (o own) Read() hw.Reading { return o.at(o.kernel(unix.CLOCK_MONOTONIC)) }

func (o own) FromKernel(t hw.Time) hw.Time {
	realtime, monotonic, _ := o.kernel.between(unix.CLOCK_MONOTONIC, unix.CLOCK_REALTIME)
	return o.at(monotonic - realtime + int64(t)).Time
}

func TestAClockOfOurOwnIsServedAtItsPace(t *testing.T) {
	m := &machine{uptime: booted, takes: each(200 * time.Nanosecond)}
	clock := own{m.read}
	s := locked()
	s.Anchor, s.Rate, s.OffsetRate = hw.Reading{Time: noon, Raw: 1e9}, correction, 3*hw.PPM
	x := &Server{
		Options: Options{Clock: clock, Responder: responder}, clocks: m.read,
		current: &ntp.Policy{}, preview: preview{responder: responder},
	}
	var e entry
	for began := m.uptime; e.Begins == 0 && m.uptime < began+2*paceAfter; m.uptime += renewEvery {
		e, _ = x.entry(s)
	}
	if rate := hw.Frequency(float64(e.Rate)/(1<<32)) - (73 * hw.PPM); rate.PPM() < -0.1 || rate.PPM() > 0.1 {
		t.Errorf("the rate is %v ppm off", rate.PPM())
	}
	utc := hw.Time(int64(e.Seconds-refclock.NTPEpoch)*1e9 + int64(e.Fraction))
	local := clock.at(int64(e.Begins) - e.Ahead).Time
	if off := utc.Sub(local.Add(s.OffsetAt(local))); off.Abs() > 100 {
		t.Errorf("UTC is %v off", off)
	}
}
