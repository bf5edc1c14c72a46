package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/server/control"
)

// exitNotRead says that the kernel did not let its clock be read.
const exitNotRead = 1

func newKernel(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "kernel",
		Short: "Show the kernel's clock: every field of adjtimex",
		Long: "Kernel reads the kernel's clock discipline and changes nothing. It asks the\n" +
			"kernel of this host, not gpsntpd, and needs no privileges.\n" +
			"Exit status: 0, or 1 if the kernel refuses.",
		Example: "  gpsntpctl kernel\n  gpsntpctl kernel --json | jq .tai_offset_seconds",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := clock.ReadKernel()
			if err != nil {
				return failure{exitNotRead, err}
			}
			text := []byte(kernelText(&s, f.style(c)))
			if f.json {
				if text, err = kernelJSON(&s); err != nil {
					return err
				}
			}
			return write(c.OutOrStdout(), text)
		},
	}
}

// leapStateWords is what the states of the kernel's clock mean.
var leapStateWords = map[clock.LeapState]string{
	unix.TIME_OK:    "no leap second",
	unix.TIME_INS:   "a second is inserted at the end of the day",
	unix.TIME_DEL:   "a second is deleted at the end of the day",
	unix.TIME_OOP:   "this is the inserted second",
	unix.TIME_WAIT:  "the leap second is over",
	unix.TIME_ERROR: "not synchronized",
}

// kernelText is s for people.
func kernelText(s *clock.KernelStatus, p screen.Style) string {
	t := screen.Table{Style: p}
	t.Title("Clock")
	t.Row("state", t.List(s.State.String(), screen.Or(t.Say(leapStateWords[s.State]))))
	t.Row("status", fmt.Sprintf("0x%04x %s", int(s.Status), strings.Join(s.Status.Names(), " ")))
	t.Row("UTC", s.Realtime.Std().Format(nanoseconds))
	t.Row("TAI", taiText(s, t.Style))
	t.Row("offset", microseconds(s.Offset))
	t.Row("frequency", screen.PPM(s.Frequency.PPM()))
	t.Row("max error", microseconds(s.MaxError))
	t.Row("est error", microseconds(s.EstError))
	t.Row("constant", fmt.Sprint(s.Constant))
	t.Row("precision", microseconds(s.Precision))
	t.Row("tolerance", screen.PPM(s.Tolerance.PPM()))
	t.Row("tick", microseconds(s.Tick))
	t.Section("PPS")
	x := &s.PPS
	t.Row("frequency", screen.PPM(x.Frequency.PPM()))
	t.Row("jitter", t.Say("%s, exceeded %d times", microseconds(x.Jitter), x.JitterExceeded))
	t.Row("stability", t.Say("%s, exceeded %d times", screen.PPM(x.Stability.PPM()), x.StabilityExceeded))
	t.Row("interval", t.Duration(x.Interval))
	t.Row("calibrated", t.Say("%d times, %d errors", x.Calibrations, x.CalibrationErrors))
	return t.String()
}

// nanoseconds is a layout without a zone: TAI is in none.
const nanoseconds = "2006-01-02 15:04:05.000000000"

// taiText says when CLOCK_TAI only repeats UTC, which it does until a program
// tells the kernel how far TAI is ahead.
func taiText(s *clock.KernelStatus, p screen.Style) string {
	if s.TAIOffset == 0 {
		return p.Say("not set: CLOCK_TAI shows UTC")
	}
	return fmt.Sprintf("%s, %+d s", s.TAI.Std().Format(nanoseconds), s.TAIOffset)
}

// microseconds is d in the unit of most of the kernel's fields, exactly.
func microseconds(d time.Duration) string {
	return strings.Replace(fmt.Sprintf("%.3f µs", float64(d)/1e3), "-", "−", 1)
}

// kernelLine is kernel --json. Frequencies are positive when the correction
// makes the clock faster.
type kernelLine struct {
	State            string       `json:"state"`
	Status           []string     `json:"status"`
	Time             control.Time `json:"time"`
	TAIOffsetSeconds *int         `json:"tai_offset_seconds"` // null while CLOCK_TAI shows UTC
	OffsetSeconds    float64      `json:"offset_seconds"`
	FrequencyPPM     float64      `json:"frequency_ppm"`
	MaxErrorSeconds  float64      `json:"max_error_seconds"`
	EstErrorSeconds  float64      `json:"est_error_seconds"`
	Constant         int64        `json:"constant"`
	PrecisionSeconds float64      `json:"precision_seconds"`
	TolerancePPM     float64      `json:"tolerance_ppm"`
	TickSeconds      float64      `json:"tick_seconds"`
	PPS              kernelPPS    `json:"pps"`
}

type kernelPPS struct {
	FrequencyPPM      float64 `json:"frequency_ppm"`
	JitterSeconds     float64 `json:"jitter_seconds"`
	JitterExceeded    int64   `json:"jitter_exceeded"`
	StabilityPPM      float64 `json:"stability_ppm"`
	StabilityExceeded int64   `json:"stability_exceeded"`
	IntervalSeconds   float64 `json:"interval_seconds"`
	Calibrations      int64   `json:"calibrations"`
	CalibrationErrors int64   `json:"calibration_errors"`
}

func kernelJSON(s *clock.KernelStatus) ([]byte, error) {
	l := kernelLine{
		State: s.State.String(), Status: s.Status.Names(), Time: control.Time{Time: s.Realtime.Std()},
		OffsetSeconds: s.Offset.Seconds(), FrequencyPPM: inPPM(s.Frequency),
		MaxErrorSeconds: s.MaxError.Seconds(), EstErrorSeconds: s.EstError.Seconds(),
		Constant: s.Constant, PrecisionSeconds: s.Precision.Seconds(),
		TolerancePPM: inPPM(s.Tolerance), TickSeconds: s.Tick.Seconds(),
		PPS: kernelPPS{
			FrequencyPPM: inPPM(s.PPS.Frequency), JitterSeconds: s.PPS.Jitter.Seconds(), JitterExceeded: s.PPS.JitterExceeded,
			StabilityPPM: inPPM(s.PPS.Stability), StabilityExceeded: s.PPS.StabilityExceeded,
			IntervalSeconds: s.PPS.Interval.Seconds(),
			Calibrations:    s.PPS.Calibrations, CalibrationErrors: s.PPS.CalibrationErrors,
		},
	}
	if s.TAIOffset != 0 {
		l.TAIOffsetSeconds = &s.TAIOffset
	}
	line, err := json.Marshal(l)
	return append(line, '\n'), err
}

// inPPM leaves out what the kernel's unit of 2^-16 ppm does not resolve.
func inPPM(f hw.Frequency) float64 { return math.Round(f.PPM()*1e6) / 1e6 }
