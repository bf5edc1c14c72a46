package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// tracking is what chronyc calls so, with its signs: offsets and frequencies are
// positive when our clock is ahead, and systemTime when it is behind.
type tracking struct {
	refid          string // up to four characters; "" while not synchronized
	stratum        int
	reference      time.Time
	systemTime     float64 // s
	lastOffset     float64 // s
	rmsOffset      float64 // s
	frequency      float64 // ppm
	skew           float64 // ppm
	rootDelay      float64 // s
	rootDispersion float64 // s
	interval       float64 // s
	leap           int
}

// tracked is what tracking is made of.
type tracked struct {
	status control.Status
	hour   control.History
}

func newTracking(f *flags) *cobra.Command {
	csv := false
	c := verbOf[tracked]{
		name:  "tracking",
		short: "Show the clock exactly as chronyc tracking does",
		long: `Show the clock in the words, the layout and with the signs of chronyc tracking, for
scripts that read that; --csv is chronyc -c tracking. Here, unlike everywhere else,
Last offset is positive when our clock is ahead of UTC. System time says slow or
fast, and so does Frequency: it is what the clock would do if no one corrected it.
RMS offset is that of the last hour. Residual freq is 0: what has been measured is
in force at once. Without --lang it is in English, as chronyc is. --json keeps the signs of status, whose fields these
are: an offset is positive when our clock is slow.

Exit status: 0 it answered, 69 it did not.`,
		example: "  gpsntpctl tracking\n  gpsntpctl tracking --csv | cut -d, -f5",
		ask: func(ctx context.Context, c *control.Client, _ why.Language) (a control.Answer[tracked], err error) {
			s, err := c.Status(ctx)
			if err != nil {
				return a, err
			}
			past, err := c.History(ctx, control.Spans[0])
			a.Value = tracked{s.Value, past.Value}
			return a, err
		},
		show: func(x *tracked, p screen.Style) string {
			t := track(&x.status, &x.hour)
			switch {
			case csv:
				return t.csv()
			case f.lang == "": // a program that reads chronyc's words runs in some language, too
				return t.text(screen.Style{})
			}
			return t.text(p)
		},
		json: func(x *tracked, w io.Writer) error {
			t := track(&x.status, &x.hour)
			return writeLines(w, []trackingLine{t.line(&x.status, &x.hour)})
		},
	}.command(f)
	c.Flags().BoolVar(&csv, "csv", false, "print the line of chronyc -c tracking")
	return c
}

// rms is the root of the mean square of what is known; nil when nothing is.
func rms(column []*float64) *float64 {
	sum, n := 0.0, 0
	for _, v := range column {
		if v != nil {
			sum, n = sum+*v**v, n+1
		}
	}
	if n == 0 {
		return nil
	}
	mean := math.Sqrt(sum / float64(n))
	return &mean
}

// track is s, and the hour before it, in chrony's terms.
func track(s *control.Status, hour *control.History) tracking {
	value := func(v *float64) float64 {
		if v == nil {
			return 0
		}
		return *v
	}
	t := tracking{
		stratum: s.Stratum, leap: s.Leap, reference: time.Unix(0, 0),
		systemTime: value(s.OffsetSeconds), rmsOffset: value(rms(hour.OffsetSeconds)),
		frequency: -value(s.FrequencyPPM), skew: value(s.FrequencyBoundPPM),
		rootDelay: s.RootDelaySeconds, rootDispersion: s.RootDispersionSeconds,
	}
	if s.Refid != nil {
		t.refid = *s.Refid
	}
	if s.ReferenceTime != nil {
		t.reference = s.ReferenceTime.Time
	}
	if s.Sample != nil {
		t.lastOffset, t.interval = -s.Sample.OffsetSeconds, 1
	}
	return t
}

// hex is the reference identifier as on the wire.
func (t *tracking) hex() string {
	var wire [4]byte
	copy(wire[:], t.refid)
	return fmt.Sprintf("%08X", wire)
}

// leapStatus are chrony's words for the leap indicator.
var leapStatus = [4]string{"Normal", "Insert second", "Delete second", "Not synchronised"}

func (t *tracking) text(p screen.Style) string {
	var b strings.Builder
	for _, row := range [][2]string{
		{"Reference ID", fmt.Sprintf("%s (%s)", t.hex(), t.refid)},
		{"Stratum", strconv.Itoa(t.stratum)},
		{"Ref time (UTC)", t.reference.UTC().Format("Mon Jan 02 15:04:05 2006")},
		{"System time", p.Say("%.9f seconds %s of NTP time", math.Abs(t.systemTime), p.Say(pace(-t.systemTime)))},
		{"Last offset", p.Say("%+.9f seconds", t.lastOffset)},
		{"RMS offset", p.Say("%.9f seconds", t.rmsOffset)},
		{"Frequency", fmt.Sprintf("%.3f ppm %s", math.Abs(t.frequency), p.Say(pace(t.frequency)))},
		{"Residual freq", "+0.000 ppm"},
		{"Skew", fmt.Sprintf("%.3f ppm", t.skew)},
		{"Root delay", p.Say("%.9f seconds", t.rootDelay)},
		{"Root dispersion", p.Say("%.9f seconds", t.rootDispersion)},
		{"Update interval", p.Say("%.1f seconds", t.interval)},
		{"Leap status", p.Say(leapStatus[t.leap&3])},
	} {
		b.WriteString(screen.Pad(p.Say(row[0]), 15) + " : " + row[1] + "\n")
	}
	return b.String()
}

// pace is chrony's word for a clock that is ahead, or that gains.
func pace(ahead float64) string {
	if ahead > 0 {
		return "fast"
	}
	return "slow"
}

// csv is chronyc's line for programs.
func (t *tracking) csv() string {
	number := func(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }
	return strings.Join([]string{
		t.hex(), t.refid, strconv.Itoa(t.stratum), fmt.Sprintf("%d.%09d", t.reference.Unix(), t.reference.Nanosecond()),
		number(t.systemTime, 9), number(t.lastOffset, 9), number(t.rmsOffset, 9), number(t.frequency, 3), "0.000",
		number(t.skew, 3), number(t.rootDelay, 9), number(t.rootDispersion, 9), number(t.interval, 1), leapStatus[t.leap&3],
	}, ",") + "\n"
}

// trackingLine is tracking --json, with the names and the signs of status.
type trackingLine struct {
	Refid                 *string       `json:"refid"`
	Stratum               int           `json:"stratum"`
	ReferenceTime         *control.Time `json:"reference_time"`
	OffsetSeconds         *float64      `json:"offset_seconds"`
	LastOffsetSeconds     *float64      `json:"last_offset_seconds"`
	RMSOffsetSeconds      *float64      `json:"rms_offset_seconds"`
	FrequencyPPM          *float64      `json:"frequency_ppm"`
	SkewPPM               *float64      `json:"skew_ppm"`
	RootDelaySeconds      float64       `json:"root_delay_seconds"`
	RootDispersionSeconds float64       `json:"root_dispersion_seconds"`
	Leap                  int           `json:"leap"`
}

func (t *tracking) line(s *control.Status, hour *control.History) trackingLine {
	l := trackingLine{
		Refid: s.Refid, Stratum: s.Stratum, ReferenceTime: s.ReferenceTime,
		OffsetSeconds: s.OffsetSeconds, RMSOffsetSeconds: rms(hour.OffsetSeconds),
		FrequencyPPM: s.FrequencyPPM, SkewPPM: s.FrequencyBoundPPM,
		RootDelaySeconds: s.RootDelaySeconds, RootDispersionSeconds: s.RootDispersionSeconds, Leap: s.Leap,
	}
	if s.Sample != nil {
		l.LastOffsetSeconds = &s.Sample.OffsetSeconds
	}
	return l
}
