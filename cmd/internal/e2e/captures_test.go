//go:build captures

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// capture returns the path of a capture of a real receiver.
func capture(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(os.Getenv("GPSNTPD_CAPTURES"), name+".log")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("GPSNTPD_CAPTURES must name the folder of the captures: %v", err)
	}
	return path
}

// What sentences say of the time, as far as these captures need it: read here
// once more and as simply as can be, to judge the daemon by.
var (
	dated = regexp.MustCompile(`(?m)^\$G.RMC,(\d{6})[.\d]*,A,(?:[^,]*,){6}(\d{6}),`)
	timed = regexp.MustCompile(`(?m)^\$G.(?:(?:RMC|GGA|GNS|ZDA),|GLL,(?:[^,]*,){4})(\d{6}(?:\.\d+)?),`)
)

// first is the first moment that a capture names, on the day that its first
// RMC names.
func first(t *testing.T, path string) time.Time {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	date, clock := dated.FindSubmatch(text), timed.FindSubmatch(text)
	if date == nil || clock == nil {
		t.Fatalf("%s: no RMC with a fix", path)
	}
	begin, err := time.Parse("020106 150405", string(date[2])+" "+string(clock[1])) // a fraction may follow the seconds
	if err != nil {
		t.Fatal(err)
	}
	return begin
}

func TestTheTimeOfACaptureIsServedAsItsSentencesSay(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"mt3339", "ublox-8", "quectel-l76k-nmea", "meinberg-gps164", "bu353s4", "gp-320fw-2019-04-06-overflow",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := capture(t, name)
			d := serve(t, "--replay", path)
			d.becomes("locked", "ok", "ok")
			known := d.begun(first(t, path))
			again := time.NewTicker(100 * time.Millisecond)
			defer again.Stop()
			for range 80 {
				known = truthful(t, known, d.synchronized(d.address(), 4, sim))
				<-again.C
			}
			t.Logf("first %v, 80 answers; what they have in common is %v wide", first(t, path), known.high-known.low)
			if status, _, err := runs(t, "gpsntpctl", "query", d.address()); status != 0 {
				t.Errorf("gpsntpctl query: exit status %d, %s", status, err)
			}
		})
	}
}

// These receivers speak UBX alone; their first moments are those that gpsd names.
func TestTheTimeOfABinaryCaptureIsServedAsItsMessagesSay(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]string{
		"u-blox-m8t-time": "2021-02-23T18:04:29Z", "ublox-8-time": "2017-12-01T17:22:36.999887687Z", "ublox-neo-m8t": "2018-10-25T20:55:46Z",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, begin)
			if err != nil {
				t.Fatal(err)
			}
			d := serve(t, "--replay", capture(t, name))
			d.becomes("locked", "ok", "ok")
			known := d.begun(at)
			again := time.NewTicker(100 * time.Millisecond)
			defer again.Stop()
			for range 40 {
				known = truthful(t, known, d.synchronized(d.address(), 4, sim))
				<-again.C
			}
		})
	}
}
