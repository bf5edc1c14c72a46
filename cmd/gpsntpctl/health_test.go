package main

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gpsntpd/server/control"
)

// condition is a status with what health looks at.
func condition(state string, stratum int, bound float64) control.Status {
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	return control.Status{
		State: state, Stratum: stratum, Sentence: "All is told.", BoundSeconds: &bound, OffsetSeconds: new(-2.1e-7),
		Now: control.Time{Time: now}, Since: control.Time{Time: now.Add(-time.Hour)},
		Receiver: control.Receiver{SatellitesUsed: new(7)},
	}
}

func TestHealthIsOneLineAndAnExitStatus(t *testing.T) {
	locked, holdover := condition("locked", 1, 4e-6), condition("holdover", 1, 4e-5)
	lost := condition("unsynchronized", 0, 2e-3)
	unknown := condition("starting", 0, 0)
	unknown.BoundSeconds, unknown.OffsetSeconds, unknown.Receiver.SatellitesUsed = nil, nil, nil
	for _, c := range []struct {
		status control.Status
		flags  string
		exit   int
		line   string
	}{
		{locked, "", 0, "All is told."},
		{locked, "--max-error 4us", 0, "All is told."},
		{locked, "--max-error 3us", 2, "The error bound is above 3.0 µs. All is told."},
		{locked, "--warn-error 3us", 1, "The error bound is above 3.0 µs. All is told."},
		{locked, "--min-satellites 7", 0, "All is told."},
		{locked, "--min-satellites 8", 1, "Fewer than 8 satellites are used. All is told."},
		{holdover, "", 1, "All is told."},
		{holdover, "--accept-holdover", 0, "All is told."},
		{holdover, "--accept-holdover --max-holdover 59m", 2, "In holdover for more than 59 min. All is told."},
		{holdover, "--max-holdover 61m", 1, "All is told."},
		{holdover, "--accept-holdover --warn-error 10us", 1, "The error bound is above 10 µs. All is told."},
		{lost, "--accept-holdover", 2, "All is told."},
		{unknown, "", 2, "All is told."},
		{locked, "--nagios --warn-error 10us --max-error 1ms", 0,
			"GPSNTPD OK - All is told. | stratum=1 offset=-0.000000210s bound=0.000004000s;0.000010000;0.001000000;0 satellites=7"},
		{holdover, "--nagios", 1, "GPSNTPD WARNING - All is told. | stratum=1 offset=-0.000000210s bound=0.000040000s;;;0 satellites=7"},
		{unknown, "--nagios", 2, "GPSNTPD CRITICAL - All is told. | stratum=0"},
	} {
		got, err := verb(serve(t, known{status: c.status}), append([]string{"health"}, strings.Fields(c.flags)...)...)
		if exit := exitOf(err); exit != c.exit || got != c.line+"\n" {
			t.Errorf("%s %s: %d, %s want %d, %s", c.status.State, c.flags, exit, got, c.exit, c.line)
		}
	}
}

func exitOf(err error) int {
	if f, ok := errors.AsType[failure](err); ok {
		return f.status
	}
	return 0
}

func TestHealthOfNobodyIsThree(t *testing.T) {
	noDaemon := filepath.Join(t.TempDir(), "control.sock")
	for _, flags := range []string{"", "--nagios", "--json"} {
		got, err := verb(noDaemon, append([]string{"health"}, strings.Fields(flags)...)...)
		if exitOf(err) != unreachable || strings.Count(got, "\n") != 1 || !strings.Contains(got, noDaemon) {
			t.Errorf("%s: %v, %s", flags, err, got)
		}
		if flags == "--nagios" && !strings.HasPrefix(got, "GPSNTPD UNKNOWN - ") {
			t.Error(got)
		}
	}
}

func TestHealthInJSONHasAllItsFieldsAlways(t *testing.T) {
	const names = "state exit_status text stratum offset_seconds bound_seconds state_seconds satellites_used"
	noDaemon := filepath.Join(t.TempDir(), "control.sock")
	for _, socket := range []string{serve(t, known{status: condition("locked", 1, 4e-6)}), noDaemon} {
		got, _ := verb(socket, "health", "--json")
		var all map[string]any
		if err := json.Unmarshal([]byte(got), &all); err != nil {
			t.Fatal(err)
		}
		for _, name := range strings.Fields(names) {
			if _, there := all[name]; !there || len(all) != len(strings.Fields(names)) {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
}
