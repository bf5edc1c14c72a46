package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/discipline"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
)

// Exit statuses of health; those of Nagios's plugins are the same.
const (
	healthy     = 0
	degraded    = 1 // holdover, or worse than the limits for a warning
	unhealthy   = 2 // not synchronized, or worse than the other limits
	unreachable = 3
)

// limits are what health asks for beyond the state. 0 asks for nothing.
type limits struct {
	warnError, maxError time.Duration // of the bound
	maxHoldover         time.Duration
	satellites          int
	acceptHoldover      bool
}

// health is the answer of health in JSON.
type health struct {
	State        string   `json:"state"`
	ExitStatus   int      `json:"exit_status"`
	Text         string   `json:"text"`
	Stratum      *int     `json:"stratum"`
	Offset       *float64 `json:"offset_seconds"`
	Bound        *float64 `json:"bound_seconds"`
	StateSeconds *float64 `json:"state_seconds"` // since it has been in that state
	Satellites   *int     `json:"satellites_used"`
}

func newHealth(f *flags) *cobra.Command {
	var m limits
	nagios := false
	c := &cobra.Command{
		Use:   "health",
		Short: "Tell a watchdog in one line whether the time is good",
		Long: "Health is the one hook for keepalived, BIRD, Nagios and the like: a line of text\n" +
			"and an exit status. docs/health.md has configurations to copy.\n" +
			"Exit status: 0 locked, 1 holdover or fallback, or beyond a limit for warnings, 2 not\n" +
			"synchronized, or beyond another limit, 3 gpsntpd does not answer.",
		Example: "  gpsntpctl health\n  gpsntpctl health --accept-holdover --max-error 100us\n  gpsntpctl health --nagios --warn-error 10us --max-error 1ms",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if min(m.warnError, m.maxError, m.maxHoldover) < 0 || m.satellites < 0 {
				return errors.New("limits must not be negative")
			}
			a, err := statusIn(c.Context(), control.Environ().Client(f.control), f.language())
			h := health{State: stateUnreachable, ExitStatus: unreachable}
			if err != nil {
				h.Text = err.Error()
			} else {
				h = m.judge(&a.Value, f.style(c))
			}
			text := h.Text
			switch {
			case f.json:
				line, err := json.Marshal(h)
				if err != nil {
					return err
				}
				text = string(line)
			case nagios:
				text = h.nagios(m)
			}
			if err := write(c.OutOrStdout(), []byte(text+"\n")); err != nil || h.ExitStatus == healthy {
				return err
			}
			return failure{status: h.ExitStatus}
		},
	}
	c.Flags().BoolVar(&nagios, "nagios", false, "print as a plugin of Nagios does, with performance data")
	c.Flags().DurationVar(&m.warnError, "warn-error", 0, "status 1 when the error bound is above `TIME`, such as 10us")
	c.Flags().DurationVar(&m.maxError, "max-error", 0, "status 2 when the error bound is above `TIME` (default: the daemon's own limit)")
	c.Flags().DurationVar(&m.maxHoldover, "max-holdover", 0, "status 2 after `TIME` in holdover (default: as long as the daemon serves)")
	c.Flags().IntVar(&m.satellites, "min-satellites", 0, "status 1 when fewer than `N` satellites are used")
	c.Flags().BoolVar(&m.acceptHoldover, "accept-holdover", false, "status 0 in holdover, too: the time is still within its bound")
	return c
}

// judge says what s is worth by m.
func (m limits) judge(s *control.Status, p screen.Style) health {
	since := s.Now.Sub(s.Since.Time)
	h := health{
		State: s.State, Text: s.Sentence, Stratum: &s.Stratum, Offset: s.OffsetSeconds, Bound: s.BoundSeconds,
		StateSeconds: new(since.Seconds()), Satellites: s.Receiver.SatellitesUsed,
	}
	beyond := func(limit time.Duration) bool {
		return limit > 0 && (s.BoundSeconds == nil || screen.Seconds(*s.BoundSeconds) > limit)
	}
	holdover := s.State == discipline.Holdover.String()
	fallback := s.State == discipline.Fallback.String()
	limit := func(status int, form string, args ...any) {
		h.ExitStatus = status
		h.Text = p.Language.Join(p.Say(form, args...), s.Sentence)
	}
	switch {
	case s.Stratum == 0:
		h.ExitStatus = unhealthy
	case beyond(m.maxError):
		limit(unhealthy, "The error bound is above %s.", human.Bound(m.maxError))
	case holdover && m.maxHoldover > 0 && since > m.maxHoldover:
		limit(unhealthy, "In holdover for more than %s.", p.Duration(m.maxHoldover))
	case (holdover || fallback) && !m.acceptHoldover:
		h.ExitStatus = degraded
	case beyond(m.warnError):
		limit(degraded, "The error bound is above %s.", human.Bound(m.warnError))
	case m.satellites > 0 && (h.Satellites == nil || *h.Satellites < m.satellites):
		limit(degraded, "Fewer than %d satellites are used.", m.satellites)
	}
	return h
}

var nagiosWords = [...]string{healthy: "OK", degraded: "WARNING", unhealthy: "CRITICAL", unreachable: "UNKNOWN"}

// nagios is h as a line of a plugin: 'label'=value[unit];warn;crit;min;max.
func (h health) nagios(m limits) string {
	line := fmt.Sprintf("GPSNTPD %s - %s", nagiosWords[h.ExitStatus], h.Text)
	if h.Stratum == nil {
		return line
	}
	threshold := func(d time.Duration) string {
		if d == 0 {
			return ""
		}
		return fmt.Sprintf("%.9f", d.Seconds())
	}
	line += fmt.Sprintf(" | stratum=%d", *h.Stratum)
	if h.Offset != nil {
		line += fmt.Sprintf(" offset=%.9fs", *h.Offset)
	}
	if h.Bound != nil {
		line += fmt.Sprintf(" bound=%.9fs;%s;%s;0", *h.Bound, threshold(m.warnError), threshold(m.maxError))
	}
	if h.Satellites != nil {
		line += fmt.Sprintf(" satellites=%d", *h.Satellites)
	}
	return line
}
