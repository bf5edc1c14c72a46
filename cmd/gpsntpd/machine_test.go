package main

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw"
	"gpsntpd/hw/thermal"
	"gpsntpd/refclock"
)

// unsteered is a configuration that leaves the host's clock alone.
func unsteered() config.Config {
	c := config.Default()
	c.Clock.Steer = false
	return c
}

func TestThePivotOfDatesIsTheFlagTheFileOrTheBuild(t *testing.T) {
	capture := written(t, rmc(april, "A"))
	dated := unsteered()
	dated.Receiver.NotBefore = refclock.UTC(time.Date(2021, 2, 3, 0, 0, 0, 0, time.UTC).UnixNano())
	for _, c := range []struct {
		name    string
		options options
		config  config.Config
		want    string
	}{
		{"real operation", options{}, unsteered(), committed},
		{"the file says", options{}, dated, "2021-02-03"},
		{"the flag says", options{notBefore: "2022-03-04"}, dated, "2022-03-04"},
		{"simulated", options{simulate: true, scenario: "default"}, unsteered(), committed},
		{"replayed", options{replay: capture}, unsteered(), "1999-01-01"},
		{"replayed, whatever the file says", options{replay: capture}, dated, "1999-01-01"},
		{"replayed, the flag says", options{replay: capture, notBefore: "2010-01-01"}, unsteered(), "2010-01-01"},
	} {
		m, err := build(c.options, c.config)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := m.notBefore.Std().Format(time.DateOnly); got != c.want {
			t.Errorf("%s: not before %s, want %s", c.name, got, c.want)
		}
		if err := m.close(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAReplayBeginsASecondBeforeTheCapture(t *testing.T) {
	m, err := build(options{replay: written(t, rmc(april, "A")+rmc(after(1), "A"))}, unsteered())
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	shows := m.clock.Read().Time.Std()
	if shows.Before(april.Add(-2*time.Second)) || shows.After(april.Add(time.Minute)) { // its clock is wrong, and we are slow
		t.Errorf("the clock shows %v", shows)
	}
	if !strings.Contains(m.about, "2 epochs from 2015-04-13 20:26:40 on") {
		t.Error(m.about)
	}
}

func TestWithoutAPulseNoneIsWaitedFor(t *testing.T) {
	c := unsteered()
	if m, err := build(options{}, c); err != nil || m.pulses == nil {
		t.Errorf("%+v, %v", m, err)
	}
	c.Pulse.Device = ""
	if m, err := build(options{}, c); err != nil || m.pulses != nil {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestTheTemperatureSensorIsTheConfiguredOneOrNone(t *testing.T) {
	c := unsteered()
	for name, want := range map[string]hw.Thermometer{
		"auto":     &thermal.Sensor{Name: thermal.Auto},
		"coretemp": &thermal.Sensor{Name: "coretemp"},
		"":         nil,
	} {
		c.Clock.Temperature = name
		if m, err := build(options{}, c); err != nil || !reflect.DeepEqual(m.thermometer, want) {
			t.Errorf("%q: %+v, %v", name, m.thermometer, err)
		}
	}
}

func TestAWrongRequestIsAnErrorOfTheConfiguration(t *testing.T) {
	for want, o := range map[string]options{
		"--not-before": {notBefore: "yesterday"},
		`"stormy"`:     {simulate: true, scenario: "stormy"},
		"no capture":   {replay: written(t, "# remark\n")},
	} {
		_, err := build(o, unsteered())
		if _, ok := errors.AsType[errConfig](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
