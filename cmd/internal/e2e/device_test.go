//go:build !captures && !interop

package e2e

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"
)

// What receivers say, beside fixed.

func void(now time.Time) string {
	return nmea("GPRMC,%s,V,,,,,,,%s,,,N", now.Format("150405.00"), now.Format("020106"))
}

// noise is as many bytes as 9600 baud have room for in half a second.
func noise(time.Time) string {
	b := make([]byte, 480)
	rand.Read(b) // never fails
	return string(b)
}

// board is a configuration for a serial port and a pulse that do not exist.
func board(t *testing.T, maxError string) (config, port string) {
	t.Helper()
	port = filepath.Join(t.TempDir(), "ttyGPS")
	return file(t, "gpsntpd.toml", `
		[receiver]
		device = %q
		not-before = "2020-01-01"
		[pulse]
		device = %q
		[clock]
		max-error = %q
		`, port, port+".pps", maxError), port
}

func TestADeviceThatIsMissingOrBrokenIsAStateAndNotAnExit(t *testing.T) {
	t.Parallel()
	config, port := board(t, "1ms")
	d := serve(t, "--no-steer", "--config", config)
	d.becomes("starting", "missing", "missing")
	d.claimsNothing()
	r := plug(t, port)
	d.becomes("starting", "silent", "missing")
	for _, c := range []struct {
		condition string
		speak     func(time.Time) string
	}{{"no_date", dateless}, {"no_fix", void}, {"garbage", noise}, {"no_fix", void}} {
		r.says(c.speak)
		d.becomes("starting", c.condition, "missing")
		d.claimsNothing()
	}
	r.pull()
	d.becomes("starting", "missing", "missing")
	d.claimsNothing()
	r = plug(t, port)
	r.says(fixed)
	d.becomes("acquiring", "ok", "missing")
	d.claimsNothing()
	r.pull()
}

func TestSentencesAloneAreServedWhenTheOperatorAllowsTheirError(t *testing.T) {
	t.Parallel()
	config, port := board(t, "2s")
	r := plug(t, port)
	r.says(fixed)
	d := serve(t, "--no-steer", "--config", config)
	d.becomes("locked", "ok", "missing")
	for range 10 {
		truthful(t, interval{}, d.synchronized(d.address(), 4, "NMEA"))
	}
	r.pull()
}
