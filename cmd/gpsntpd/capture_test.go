package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gpsntpd/refclock"
)

// pivot of the tests, and the first moment of their captures.
var (
	pivot = refclock.UTC(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	april = time.Date(2015, 4, 13, 20, 26, 40, 0, time.UTC)
)

// sentence adds the checksum and the end of the line.
func sentence(text string) string {
	var sum byte
	for i := range len(text) {
		sum ^= text[i]
	}
	return fmt.Sprintf("$%s*%02X\r\n", text, sum)
}

func gga(t time.Time) string {
	return sentence(t.Format("GPGGA,150405.00") + ",5230.0,N,01324.0,E,1,08,1.1,34.0,M,45.0,M,,")
}

func rmc(t time.Time, status string) string {
	return sentence(t.Format("GPRMC,150405.00,") + status + t.Format(",5230.0,N,01324.0,E,0.0,0.0,020106,,,A"))
}

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "capture.log")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func after(seconds float64) time.Time {
	return april.Add(time.Duration(seconds * float64(time.Second)))
}

func TestEachEpochOfACaptureIsPlayedAtTheMomentThatItNames(t *testing.T) {
	both := func(s float64) string { return rmc(after(s), "A") + gga(after(s)) }
	for _, c := range []struct {
		name  string
		text  string
		first float64   // seconds after april
		at    []float64 // seconds after that
	}{
		{"second by second", both(0) + both(1) + both(2), 0, []float64{0, 1, 2}},
		{"several epochs a second", both(0) + both(0.2) + both(0.4), 0, []float64{0, 0.2, 0.4}},
		{"a gap", both(0) + both(1) + both(61), 0, []float64{0, 1, 61}},
		{"no date at first", gga(after(0)) + gga(after(1)) + both(2), 0, []float64{0, 1, 2}},
		{"no fix at first", rmc(after(0), "V") + rmc(after(1), "V") + both(2), 0, []float64{0, 1, 2}},
		{"a date that is found out at the fix", rmc(after(-9e8), "V") + both(7), 6, []float64{0, 1}},
		{"never a fix", rmc(after(3), "V") + rmc(after(4), "V"), 3, []float64{0, 1}},
		{"a week behind", rmc(after(0).AddDate(0, 0, -7*1024), "A") + rmc(after(1).AddDate(0, 0, -7*1024), "A"), 0, []float64{0, 1}},
	} {
		got, err := readCapture(written(t, c.text), pivot)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if want := after(c.first); !got.first.Std().Equal(want) {
			t.Errorf("%s: begins at %v, want %v", c.name, got.first.Std(), want)
		}
		var at []float64
		for _, b := range got.bursts {
			at = append(at, b.At.Seconds())
		}
		if fmt.Sprint(at) != fmt.Sprint(c.at) {
			t.Errorf("%s: at %v s, want %v s", c.name, at, c.at)
		}
	}
}

func TestAReplayLeavesNothingOutAndAddsNothing(t *testing.T) {
	frame := "\xb5\x62\x01\x07\x04\x00$GP*\x00\x00" // its checksum is wrong
	text := "# a receiver\n" + frame + rmc(after(0), "A") + frame + "\n\n" + gga(after(0)) +
		strings.Repeat("\x00", 5000) + rmc(after(1), "A") + gga(after(1)) + gga(after(1)) + "$GPGSV,cut of"
	for name, text := range map[string]string{
		"everything at once": text,
		"no sentence at all": strings.Repeat("\xb5", 10_000),
		"a single sentence":  strings.TrimSpace(gga(after(0))),
	} {
		got, err := readCapture(written(t, text), pivot)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var played []byte
		for _, b := range got.bursts {
			played = append(played, b.Bytes...)
			if len(b.Bytes) > room+1100 { // a line, or as much noise as is reported at once
				t.Errorf("%s: %d bytes at once", name, len(b.Bytes))
			}
		}
		if !bytes.Equal(played, []byte(text)) {
			t.Errorf("%s: %d bytes of %d are played:\n%q", name, len(played), len(text), played)
		}
	}
}

func TestNothingCannotBePlayed(t *testing.T) {
	for name, path := range map[string]string{
		"nothing in it":      written(t, ""),
		"a remark":           written(t, "# remark\n"),
		"text":               written(t, "Not what a receiver sends.\n\n$ make run\n$GPRMC,1*00\n"+strings.Repeat("words ", 2000)),
		"no such file":       filepath.Join(t.TempDir(), "none"),
		"folder, not a file": t.TempDir(),
	} {
		if c, err := readCapture(path, pivot); err == nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestACaptureIsARegularFileThatIsNotTooLong(t *testing.T) {
	long := filepath.Join(t.TempDir(), "long")
	if err := os.WriteFile(long, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(long, captureBytes+1); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{long, "/dev/zero", t.TempDir()} {
		if _, err := readCapture(path, 0); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
