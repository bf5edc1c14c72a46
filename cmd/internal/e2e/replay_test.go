//go:build !captures && !interop

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// recording is what a receiver says in this many seconds from begin on, and what
// else there is in a capture.
func recording(t *testing.T, begin time.Time, seconds int, speak func(time.Time) string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# a receiver of our own\r\n")
	for i := range seconds {
		b.WriteString(speak(begin.Add(time.Duration(i) * time.Second)))
	}
	return file(t, "receiver.log", "%s", b.String())
}

var april = time.Date(2015, 4, 13, 20, 26, 40, 0, time.UTC)

func TestAReplayServesTheTimeOfTheCapture(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]time.Time{
		"as it was recorded":               april,
		"by a receiver 1024 weeks behind":  april.AddDate(0, 0, -7*1024),
		"with a fraction in every time":    april.Add(20 * time.Millisecond),
		"across midnight and the new year": time.Date(2015, 12, 31, 23, 59, 58, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := serve(t, "--replay", recording(t, first, 30, fixed))
			d.becomes("locked", "ok", "ok")
			if first.Year() < 1999 {
				first = april
			}
			known := d.begun(first)
			for range 20 {
				known = truthful(t, known, d.synchronized(d.address(), 4, sim))
			}
		})
	}
}

func TestACaptureWithoutAFixIsNeverServed(t *testing.T) {
	t.Parallel()
	d := serve(t, "--replay", recording(t, april, 30, void))
	until(t, func() error {
		s := d.becomes("starting", "no_fix", "ok")
		if !strings.Contains(s.Sentence, "has no fix") {
			t.Error(s.Sentence)
		}
		d.claimsNothing()
		if s.Pulse.Count < 8 {
			return fmt.Errorf("%d pulses", s.Pulse.Count)
		}
		return nil
	})
}

func TestACaptureThatEndsLeavesHoldover(t *testing.T) {
	t.Parallel()
	d := serve(t, "--replay", recording(t, april, 20, fixed))
	d.becomes("locked", "ok", "ok")
	known := d.begun(april)
	s := d.becomes("holdover", "silent", "silent")
	if s.Leap != 0 || s.Stratum != 1 {
		t.Errorf("%+v", s)
	}
	truthful(t, known, d.synchronized(d.address(), 4, sim))
}
