package loop

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/control"
)

func TestTheTemperatureIsToldWhileTheSensorShowsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Config{Clock: slow(), Latest: &discipline.Latest{}, Log: zerolog.Nop()})
		temperatures, sensor, commands := make(chan hw.Temperature), make(chan hw.Device), make(chan func())
		ctx, end := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- l.Run(ctx, Inputs{Temperatures: temperatures, Thermometer: sensor, Commands: commands})
		}()
		says := func(device string, state hw.State, celsius float64) {
			t.Helper()
			answer := make(chan control.Temperature, 1)
			commands <- func() { answer <- l.Status().Temperature }
			got := <-answer
			known := got.Celsius != nil
			if got.Device != device || got.State != state || known != (state == hw.OK) || known && *got.Celsius != celsius {
				t.Errorf("%+v, want %s, %s, %v", got, device, state, celsius)
			}
		}
		says("", "missing", 0)
		sensor <- hw.Device{Path: "cpu-thermal", State: hw.Open}
		says("cpu-thermal", "silent", 0)
		for range 10 {
			temperatures <- 51.2
			<-time.After(time.Second)
		}
		temperatures <- 51.23456
		says("cpu-thermal", "ok", 51.235)
		<-time.After(sensorSilent + tickEvery)
		says("cpu-thermal", "silent", 0)
		temperatures <- -3
		says("cpu-thermal", "ok", -3)
		sensor <- hw.Device{Path: "cpu-thermal", State: hw.Failed, Err: unix.EIO}
		says("cpu-thermal", "failed", 0)
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestWithoutASensorNoneIsWaitedFor(t *testing.T) {
	l := New(Config{Clock: slow(), Latest: &discipline.Latest{}, Log: zerolog.Nop(), SensorOff: true})
	if s := l.Status().Temperature; s != (control.Temperature{State: "off"}) {
		t.Errorf("%+v", s)
	}
}
