package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// received is what a receiver of our own making sent: it finds its fix in the
// second epoch, one sentence is damaged, and a UBX frame is in between.
func received() string {
	var s strings.Builder
	s.WriteString("# a receiver of our own making; $GPRMC,120000 is no sentence here\n")
	for _, body := range []string{
		"GPTXT,01,01,02,HELLO",
		"GPRMC,235958.00,V,,,,,,,050407,,,N",
		"GPGGA,235958.00,,,,,0,00,,,M,,M,,",
		"GPGGA,235959.00,4800.0,N,01100.0,E,1,04,1.0,500.0,M,40.0,M,,",
		"GPGSA,A,3,01,02,03,04,,,,,,,,,1.0,1.0,1.0",
		"GPGSV,1,1,01,01,45,090,40",
		"GLGSV,1,1,02,65,45,090,40",
		"GPRMC,235959.00,A,4800.0,N,01100.0,E,0.1,,050407,,,A",
		"PUBX,04,235959.00,050407,431999.00,1421,14,0,0,21",
		"GPGGA,000000.00,4800.0,N,01100.0,E,1,05,1.0,500.0,M,40.0,M,,",
		"GPRMC,000000.00,A,4800.0,N,01100.0,E,0.1,,060407,,,A",
	} {
		var sum byte
		for i := range len(body) {
			sum ^= body[i]
		}
		fmt.Fprintf(&s, "$%s*%02X\r\n", body, sum)
	}
	s.WriteString("\xb5\x62\x01\x07\x01\x00$\x2d\x48$GPGGA,000001.00,4800.0,N*00\r\n$GPZ")
	return s.String()
}

const receivedJSON = `{"utc":"2007-04-05T23:59:58.000000000Z","valid":false,"fix":"none","satellites_used":0,"satellites_in_view":null,"sentences":["RMC","GGA"],"leap_seconds":null,"accuracy_seconds":null,"reason":"no_fix"}
{"utc":"2007-04-05T23:59:59.000000000Z","valid":true,"fix":"3d","satellites_used":4,"satellites_in_view":3,"sentences":["GGA","GSA","GSV","RMC"],"leap_seconds":14,"accuracy_seconds":null,"reason":null}
{"utc":"2007-04-06T00:00:00.000000000Z","valid":true,"fix":"3d","satellites_used":5,"satellites_in_view":3,"sentences":["GGA","RMC"],"leap_seconds":null,"accuracy_seconds":null,"reason":null}
`

const receivedTable = `UTC                       FIX    SATS  REASON    SENTENCES
2007-04-05 23:59:58.000Z  none    0/-  no_fix    RMC GGA
2007-04-05 23:59:59.000Z  3d      4/3  -         GGA GSA GSV RMC
2007-04-06 00:00:00.000Z  3d      5/3  -         GGA RMC
3 epochs, 2 valid, 1 no_fix; 3 damaged sentences, 0 bytes skipped
`

// ctl runs the program and returns what it prints and its error's status.
func ctl(in string, args ...string) (string, int) {
	var out bytes.Buffer
	root := newRoot()
	root.SetIn(strings.NewReader(in))
	root.SetOut(&out)
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return out.String(), 0
	}
	if f, ok := err.(failure); ok {
		return out.String(), f.status
	}
	return out.String(), exitUsage
}

func TestDecodePrintsOneLineForEachEpoch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "received.nmea")
	if err := os.WriteFile(path, []byte(received()), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		want string
		args []string
	}{
		{receivedJSON, []string{"decode", "--json", path}},
		{receivedJSON, []string{"decode", "--json", "-"}},
		{receivedTable, []string{"decode", path}},
		{strings.NewReplacer("2007-04-05", "2026-11-19", "2007-04-06", "2026-11-20").Replace(receivedJSON),
			[]string{"decode", "--json", "--not-before", "2026-11-19", path}},
	}
	for _, test := range tests {
		if got, status := ctl(received(), test.args...); got != test.want || status != 0 {
			t.Errorf("%q: status %d\n%s\nwant\n%s", test.args, status, got, test.want)
		}
	}
	for row := range strings.Lines(receivedTable) {
		if len(row) > 81 {
			t.Errorf("wider than 80 columns: %s", row)
		}
	}
}

func TestDecodeTellsByItsStatusWhatItFound(t *testing.T) {
	tests := []struct {
		in   string
		args []string
		want int
	}{
		{"", []string{"decode", "-"}, exitNoneValid},
		{"$GPRMC,,V,,,,,,,,,,N*53\r\n", []string{"decode", "-"}, exitNoneValid},
		{"", []string{"decode"}, exitUsage},
		{"", []string{"decode", "-", "-"}, exitUsage},
		{"", []string{"decode", "--not-before", "soon", "-"}, exitUsage},
		{"", []string{"decode", filepath.Join(t.TempDir(), "missing")}, exitNoInput},
		{"", []string{"decode", t.TempDir()}, exitNoInput},
	}
	for _, test := range tests {
		if _, status := ctl(test.in, test.args...); status != test.want {
			t.Errorf("%q: status %d, want %d", test.args, status, test.want)
		}
	}
}
