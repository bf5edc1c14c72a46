//go:build captures

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/cmd/internal/protocols"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// astray is the captures of which less than 95 % need agree, and why.
var astray = map[string]string{
	"navika-100-fix":            "gpsd overlooks satellite 15, which each GSA names last",
	"ublox-zed-f9t-ubx_nmea_l5": "gpsd has joined strengths from UBX messages, which we do not read here",
}

// about is how far apart a report of ours and one of gpsd may be: neither ends
// its cycle at the same sentence in all receivers, and some send the sky every
// fifth second only.
const about = 6 * time.Second

// gpsdSystems are gpsd's numbers of the systems.
var gpsdSystems = []refclock.System{
	refclock.GPS, refclock.SBAS, refclock.Galileo, refclock.BeiDou, refclock.OtherSystem, refclock.QZSS, refclock.GLONASS, refclock.NavIC,
}

// skyReport is what gpsd says of the sky, or of the time.
type skyReport struct {
	Class      string
	Time       time.Time
	Satellites []theirs
}

// theirs is a signal of a satellite in one.
type theirs struct {
	GNSSID, SVID int
	El, Az, SS   *float64
	Used         bool
}

// heavens is our view of the sky, epoch by epoch.
type heavens struct {
	at   []int64 // milliseconds modulo the rollover
	seen [][]refclock.Satellite
}

// agreement counts how often we agree.
type agreement struct{ satellites, there, place, strength, used int }

// TestTheSkyAgreesWithTheSecondOpinion compares azimuth, elevation, strength and
// use of each satellite with what gpsd made of the same bytes.
func TestTheSkyAgreesWithTheSecondOpinion(t *testing.T) {
	logs, _ := filepath.Glob(filepath.Join(os.Getenv("GPSNTPD_CAPTURES"), "*.log"))
	if len(logs) == 0 {
		t.Fatal("no captures")
	}
	fmt.Printf("%-34s %10s %7s %7s %8s %7s\n", "capture", "satellites", "there %", "place %", "signal %", "used %")
	for _, log := range logs {
		name := strings.TrimSuffix(filepath.Base(log), ".log")
		a := ours(t, log).against(t, log+".chk")
		if a.satellites == 0 {
			continue
		}
		share := func(n int) float64 { return float64(n) * 100 / float64(a.satellites) }
		fmt.Printf("%-34s %10d %7.1f %7.1f %8.1f %7.1f  %s\n", name, a.satellites,
			share(a.there), share(a.place), share(a.strength), share(a.used), astray[name])
		for _, n := range []int{a.there, a.place, a.strength, a.used} {
			if share(n) < 95 && astray[name] == "" {
				t.Errorf("%s: %.1f %% agree", name, share(n))
			}
		}
	}
}

// ours decodes a capture.
func ours(t *testing.T, log string) (h heavens) {
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	d := protocols.NewDecoder(refclock.UTC(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()))
	add := func(r refclock.Report) {
		if r.Ended == nil || r.Ended.Fix.UTC == 0 {
			return
		}
		sky, _ := d.Satellites()
		h.at = append(h.at, r.Ended.Fix.UTC.Std().UnixMilli()%rollover.Milliseconds())
		h.seen = append(h.seen, sky)
	}
	var framer hw.Framer
	for _, l := range append(slices.Clone(framer.Feed(text, 0)), framer.Flush()...) {
		add(d.Frame(l))
	}
	for r := d.Flush(); r.Ended != nil; r = d.Flush() {
		add(r)
	}
	return h
}

// against compares h with the reports in chk.
func (h heavens) against(t *testing.T, chk string) (a agreement) {
	text, err := os.ReadFile(chk)
	if err != nil {
		t.Fatal(err)
	}
	var reports []skyReport
	var now time.Time
	for line := range bytes.Lines(text) {
		var r skyReport
		if json.Unmarshal(line, &r) != nil || r.Class != "SKY" && r.Class != "TPV" {
			continue
		}
		if r.Time.IsZero() {
			r.Time = now
		}
		if now.IsZero() { // of those before it, none says when it is
			for i := range reports {
				reports[i].Time = r.Time
			}
		}
		now = r.Time
		reports = append(reports, r)
	}
	for _, r := range reports {
		near := h.near(r.Time.UnixMilli() % rollover.Milliseconds())
		for id, s := range r.merged() {
			a.add(id, s, near)
		}
	}
	return a
}

// merged joins what gpsd says of each signal of a satellite.
func (r skyReport) merged() map[[2]int]theirs {
	all := map[[2]int]theirs{}
	for _, s := range r.Satellites {
		id := [2]int{s.GNSSID, s.SVID}
		o, again := all[id]
		switch {
		case !again:
			o = s
		case o.SS == nil || s.SS != nil && *s.SS > *o.SS:
			o.SS = s.SS
		}
		o.Used = o.Used || s.Used
		all[id] = o
	}
	return all
}

// add counts how far one satellite of theirs is like one of ours.
func (a *agreement) add(id [2]int, s theirs, near []refclock.Satellite) {
	var there, place, strength, used bool
	for _, o := range near {
		if o.System != gpsdSystems[id[0]] || o.Number != id[1] {
			continue
		}
		there = true
		place = place || same(s.El, o.Elevation) && same(s.Az, o.Azimuth)
		strength = strength || same(s.SS, o.CN0)
		used = used || s.Used == o.Used
	}
	a.satellites++
	for n, yes := range map[*int]bool{&a.there: there, &a.place: place, &a.strength: strength, &a.used: used} {
		if yes {
			*n++
		}
	}
}

// near returns the satellites of all epochs about a moment.
func (h heavens) near(at int64) (all []refclock.Satellite) {
	for i, k := range h.at {
		if d := k - at; max(d, -d) <= about.Milliseconds() {
			all = append(all, h.seen[i]...)
		}
	}
	return all
}

func same(theirs *float64, ours int) bool {
	if theirs == nil || *theirs == 0 && ours == refclock.Unsaid {
		return ours == refclock.Unsaid
	}
	d := int(*theirs) - ours
	return d >= -1 && d <= 1
}
