package main

import (
	"fmt"
	"strings"
	"time"

	"gpsntpd/discipline/leap"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

// before1970 is the beginning of NTP's time in front of ours, s.
const before1970 = 2_208_988_800

// table is the list of leap seconds that gpsntpd has. All of those before the
// start are in it, at other dates than in this world; no one asks for them.
func (w *world) table() leap.Table {
	if w.Table == "absent" {
		return leap.Builtin()
	}
	var b strings.Builder
	at := func(t time.Time) int64 { return t.Unix() + before1970 }
	start, expires := w.start.Std(), w.start.Std().AddDate(1, 0, 0)
	if w.Table == "expired" {
		expires = start.AddDate(0, -1, 0)
	}
	fmt.Fprintf(&b, "#$ %d\n#@ %d\n", at(start.AddDate(-1, 0, 0)), at(expires))
	for i := range 28 {
		fmt.Fprintf(&b, "%d %d\n", at(time.Date(1972+i, 1, 1, 0, 0, 0, 0, time.UTC)), 10+i)
	}
	if w.Leap > 0 && w.Table == "valid" {
		midnight := w.calendar.leap
		if w.By < 0 {
			midnight = midnight.Add(time.Second)
		}
		fmt.Fprintf(&b, "%d %d\n", at(midnight.Std()), 37+w.By)
	}
	t, err := leap.Parse(b.String())
	if err != nil {
		panic(err) // the text is ours
	}
	return t
}

// thermometer shows what the crystal feels.
type thermometer struct {
	*world
	probe *sim.Probe
	last  hw.Temperature
}

func newThermometer(w *world) thermometer {
	s := w.oscillator()
	s.Sensor.Present, s.Sensor.Lag.Duration = w.Sensor, w.Lag
	s.Sensor.Noise.Temperature, s.Sensor.Resolution.Temperature = 0.03, 0.05
	s.Temperature.Mean.Temperature = 45
	return thermometer{world: w, probe: sim.NewProbe(s)}
}

func (h *thermometer) reads(t time.Duration) (hw.Temperature, bool) {
	shown := h.probe.Read()
	if f := h.find("sensorlie", t); f != nil {
		shown += hw.Temperature(f.X)
	}
	if f := h.find("sensorslides", t); f != nil {
		shown += hw.Temperature(f.X * (t - f.At).Hours())
	}
	if h.is("sensorstuck", t) {
		shown = h.last
	}
	h.last = shown
	return shown, !h.is("sensordead", t)
}
