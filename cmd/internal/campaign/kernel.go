package main

import (
	"math"
	"time"

	"gpsntpd/hw"
)

// kernel is the host's clock as adjtimex(2) steers it: a straight line over the
// raw clock, whose rate changes at a tick, and which makes an armed leap second
// at the first tick after its midnight. It implements hw.Steerable.
type kernel struct {
	*world
	raw  hw.Raw  // the line begins here …
	time hw.Time // … with this …
	frac float64 // … and this many ns more

	frequency hw.Frequency // asked for …
	inForce   hw.Frequency // … and in force …
	from      hw.Raw       // … until then
	foreign   hw.Frequency // that another program adds by adjtime or the length of the tick
	armed     time.Duration
	midnight  hw.Time // of the armed leap second
	claimed   bool    // synchronized
}

const aDay = hw.Time(24 * time.Hour)

// rate is by how much the clock is faster than the raw clock.
func (k *kernel) rate() float64 { return float64(k.inForce + k.foreign) }

// at moves the beginning of the line to raw, and returns what the clock shows.
func (k *kernel) at(raw hw.Raw) hw.Time {
	if k.inForce != k.frequency && raw >= k.from {
		k.move(k.from)
		k.inForce = k.frequency
	}
	k.move(raw)
	if k.armed != 0 && k.time >= k.midnight && k.midnight != 0 {
		late := k.time.Sub(k.midnight)
		if k.Tick > 0 && late < time.Duration(raw)%k.Tick { // no tick since
			return k.time
		}
		k.time, k.armed = k.time.Add(k.armed), 0
	}
	return k.time
}

func (k *kernel) move(raw hw.Raw) {
	d := raw.Sub(k.raw)
	gain := k.frac + k.rate()*float64(d)
	whole := math.Floor(gain)
	k.raw, k.time, k.frac = raw, k.time.Add(d+time.Duration(whole)), gain-whole
}

// Read implements hw.Clock.
func (k *kernel) Read() hw.Reading {
	raw := k.rawAt(k.now)
	return hw.Reading{Time: k.at(raw), Raw: raw, Asleep: k.slept}
}

// shows is what the clock shows now.
func (k *kernel) shows() hw.Time { return k.at(k.rawAt(k.now)) }

// FromKernel implements hw.Clock.
func (k *kernel) FromKernel(t hw.Time) hw.Time { return t }

// Frequency implements hw.Steerable.
func (k *kernel) Frequency() (hw.Frequency, bool) { return k.frequency, k.claimed }

// SetFrequency implements hw.Steerable. The kernel takes 2^-16 ppm.
func (k *kernel) SetFrequency(f hw.Frequency) error {
	raw := k.rawAt(k.now)
	k.at(raw)
	k.frequency = hw.Frequency(math.Round(f.PPM()*65536)/65536) * hw.PPM
	if k.Tick == 0 {
		k.inForce = k.frequency
		return nil
	}
	k.from = raw - raw%hw.Raw(k.Tick) + hw.Raw(k.Tick)
	return nil
}

// Step implements hw.Steerable.
func (k *kernel) Step(d time.Duration) error {
	k.shows()
	k.time = k.time.Add(d)
	if k.armed != 0 {
		return k.Arm(hw.Leap{By: k.armed})
	}
	return nil
}

// Arm implements hw.Steerable: the kernel makes a leap second at its next
// midnight, whichever that is; one that is left out a second before.
func (k *kernel) Arm(l hw.Leap) error {
	k.armed = l.By
	k.midnight = (k.shows()/aDay + 1) * aDay
	if l.By > 0 {
		k.midnight -= hw.Time(time.Second)
	}
	return nil
}

// Claim implements hw.Steerable.
func (k *kernel) Claim(c hw.Claim) error {
	k.claimed = c.Synchronized
	return nil
}
