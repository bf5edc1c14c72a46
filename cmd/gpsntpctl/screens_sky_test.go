package main

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"gpsntpd/server/control"
)

// fromJSON reads what a daemon would say.
func fromJSON[T any](t *testing.T, path string) (v T) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err := errors.Join(err, json.Unmarshal(text, &v)); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheSkyReadsLikeItsGoldenFileInBothAlphabets(t *testing.T) {
	socket := serve(t, known{sky: fromJSON[control.Satellites](t, "testdata/satellites/mixed.json")})
	for locale, file := range map[string]string{"C.UTF-8": "utf8", "POSIX": "ascii"} {
		t.Setenv("LC_ALL", locale)
		got, err := verb(socket, "satellites")
		if err != nil {
			t.Fatal(err)
		}
		goldenScreen(t, "testdata/satellites/"+file+".golden", got)
	}
	empty, err := verb(serve(t, known{}), "satellites")
	if !strings.Contains(empty, "nothing of the sky") || err != nil {
		t.Error(empty, err)
	}
}

func TestEverySatelliteIsInThePlotWhereItStands(t *testing.T) {
	number := func(n int) *int { return &n }
	for _, c := range []struct {
		elevation, azimuth, row, column int
	}{
		{90, 0, 10, 20}, {0, 0, 0, 20}, {0, 90, 10, 40}, {0, 180, 20, 20}, {0, 270, 10, 0},
		{45, 90, 10, 30}, {-5, 360, 0, 20}, {60, 180, 13, 20},
	} {
		s := newSky([]control.Satellite{{System: "gps", Number: 7, ElevationDegrees: number(c.elevation), AzimuthDegrees: number(c.azimuth)}})
		column := min(max(c.column-1, 0), skyColumns-3)
		if got := string(s[c.row][column : column+3]); got != "G07" {
			t.Errorf("%+v: %q in\n%s", c, got, strings.Join(s.lines(), "\n"))
		}
	}
}

func TestTheScatterOfPulsesReadsLikeItsGoldenFile(t *testing.T) {
	socket := serve(t, known{scatter: fromJSON[control.Scatter](t, "testdata/pulse/hour.json")})
	got, err := verb(socket, "pulse")
	if err != nil {
		t.Fatal(err)
	}
	goldenScreen(t, "testdata/pulse/hour.golden", got)
	none, err := verb(serve(t, known{}), "pulse")
	if !strings.Contains(none, "No pulses yet") || err != nil {
		t.Error(none, err)
	}
}
