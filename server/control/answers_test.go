package control

import (
	"context"
	"reflect"
	"testing"
	"time"
)

// seeing is a daemon that sees the same sky for ever.
type seeing struct {
	Daemon
	satellites Satellites
	scatter    Scatter
	log        Log
}

func (s seeing) Satellites(context.Context) (Satellites, error) { return s.satellites, nil }

func (s seeing) Scatter(context.Context) (Scatter, error) { return s.scatter, nil }

func (s seeing) Log(context.Context) (Log, error) { return s.log, nil }

// hears checks that what is asked for arrives as it was said.
func hears[T any](t *testing.T, ask func(context.Context) (Answer[T], error), want T) {
	t.Helper()
	got, err := ask(t.Context())
	if err != nil || !reflect.DeepEqual(got.Value, want) {
		t.Errorf("%+v, %v", got.Value, err)
	}
}

func TestWhatIsSeenArrivesAsItWasSaid(t *testing.T) {
	when := &Time{time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	d := seeing{satellites: Satellites{
		Time: when, Used: new(1), InView: new(2),
		Satellites: []Satellite{
			{System: "gps", Number: 7, ElevationDegrees: new(45), AzimuthDegrees: new(0), CN0DBHz: new(40), Used: new(true)},
			{System: "sbas", Number: 120},
		},
	}, scatter: Scatter{
		Count: 2, MeanSeconds: new(1e-7), JitterSeconds: new(0.0),
		Histogram: []Bar{{FromSeconds: -1e-9, ToSeconds: 0, Count: 2}},
		Allan:     []AllanDeviation{{TauSeconds: 1, Deviation: 1e-9}},
	}, log: Log{{Time: *when, Level: "info", Message: "state", Fields: Fields{{"bound_us", 1.5}}}}}
	path, _ := serve(t, d)
	c := environment(t).Client(path)
	hears(t, c.Satellites, d.satellites)
	hears(t, c.Scatter, d.scatter)
	hears(t, c.Log, d.log)
}
