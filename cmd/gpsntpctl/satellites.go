package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

func newSatellites(f *flags) *cobra.Command {
	return satellitesVerb().command(f)
}

func satellitesVerb() verbOf[control.Satellites] {
	return verbOf[control.Satellites]{
		name:  "satellites",
		short: "Show the sky, and how well each satellite is received",
		long: `Show the sky as the receiver sees it: a plot, north up, the zenith in the middle and
the horizon at its edge, and a line for each satellite with its elevation and azimuth
in degrees and its C/N0, the strength of its best signal over the noise, in dB-Hz.
A + and capitals tell that it is used for the fix. G is GPS, R GLONASS, E Galileo,
C BeiDou, J QZSS, I NavIC, S an augmentation system (SBAS).

Exit status: 0 gpsntpd answered, 69 it did not.`,
		example: "  gpsntpctl satellites\n  gpsntpctl satellites --json | jq '.satellites[] | select(.used)'",
		ask:     asks((*control.Client).Satellites),
		show:    satellitesText,
	}
}

// systems are the satellite systems in the order that they are shown in, with
// the letters of RINEX.
var systems = []struct{ word, name, letter string }{
	{"gps", "GPS", "G"}, {"glonass", "GLONASS", "R"}, {"galileo", "Galileo", "E"}, {"beidou", "BeiDou", "C"},
	{"qzss", "QZSS", "J"}, {"navic", "NavIC", "I"}, {"sbas", "SBAS", "S"}, {"unknown", "unknown", "?"},
}

// system is where a satellite's system stands in systems.
func system(s *control.Satellite) int {
	for i, x := range systems {
		if x.word == s.System {
			return i
		}
	}
	return len(systems) - 1
}

func used(s *control.Satellite) bool { return s.Used != nil && *s.Used }

// label is a satellite's name: small when it is not used for the fix.
func label(s *control.Satellite) string {
	name := fmt.Sprintf("%s%02d", systems[system(s)].letter, s.Number)
	if s.Used != nil && !*s.Used {
		name = strings.ToLower(name)
	}
	return name
}

// satellitesText is the sky beside the table.
func satellitesText(s *control.Satellites, p screen.Style) string {
	if s.Time == nil {
		return p.Say("The receiver has said nothing of the sky yet.") + "\n"
	}
	slices.SortFunc(s.Satellites, func(a, b control.Satellite) int {
		return cmp.Or(cmp.Compare(system(&a), system(&b)), cmp.Compare(a.Number, b.Number))
	})
	if s.Stale {
		return p.Stale("Stale: the receiver told of the sky %s.", s.AgeSeconds, skyText(s, screen.Style{Language: p.Language}))
	}
	return skyText(s, p)
}

func skyText(s *control.Satellites, p screen.Style) string {
	return satelliteSentence(s, p) + "\n" + screen.Beside(newSky(s.Satellites).lines(), satelliteTable(s.Satellites, p), skyColumns)
}

// satelliteSentence counts them.
func satelliteSentence(s *control.Satellites, p screen.Style) string {
	count := make([]int, len(systems))
	for _, x := range s.Satellites {
		if used(&x) {
			count[system(&x)]++
		}
	}
	var parts []string
	for i, n := range count {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, p.Word(systems[i].name)))
		}
	}
	text := p.Say("%s of %s satellites used", screen.Format("%d", s.Used), screen.Format("%d", s.InView))
	if len(parts) > 0 {
		text += p.Say(": %s", p.List(parts...))
	}
	return screen.Cut(p.Say("%s; %s UTC", text, s.Time.UTC().Format(time.TimeOnly)), screen.Columns)
}

// satelliteTable is a line for each, in 37 columns.
func satelliteTable(all []control.Satellite, p screen.Style) []string {
	const row = "%-4s%1s %3s %4s %3s %s"
	lines := []string{strings.TrimRight(screen.Line(row, p.Say("SAT"), "", p.Say("ELE"), p.Say("AZI"), "C/N0", ""), " ")}
	for _, s := range all {
		mark, strength, colour := "", "", p.Fair
		if used(&s) {
			mark, colour = "+", p.Good
		}
		if s.CN0DBHz != nil {
			strength = screen.Bar(min(max(float64(*s.CN0DBHz), 0)/strongest, 1), strengthColumns)
			if colour != "" {
				strength = colour + strength + p.End
			}
		}
		lines = append(lines, fmt.Sprintf(row, label(&s), mark, screen.Format("%d", s.ElevationDegrees),
			screen.Format("%d", s.AzimuthDegrees), screen.Format("%d", s.CN0DBHz), strength))
	}
	return lines
}

// The bar of a satellite's strength.
const (
	strongest       = 55.0 // dB-Hz, what the bar ends at: as good as it gets in the open
	strengthColumns = 17
)
