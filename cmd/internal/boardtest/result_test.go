package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const said = `{"state":"locked","offset_seconds":-7.33e-7,"frequency_ppm":-11.764271,"jitter_seconds":0.000002828,"bound_seconds":0.000013322,` +
	`"budget":{"edge_seconds":0.000002},"sample":{"source":"pulse","offset_seconds":0.000002812},` +
	`"receiver":{"satellites_used":14,"latency_seconds":0.123185398,"latitude":51.5},"pulse":{"count":COUNT,"rejected":1}}`

// looks are two of a board, ten seconds apart.
func looks(t *testing.T) []look {
	t.Helper()
	var all []look
	for _, text := range []string{
		"status " + strings.Replace(said, "COUNT", "100", 1) + "\ncelsius 48312\nticks 200 17\nmemory 9000\nload 0.10\nuptime 100.5",
		"status " + strings.Replace(said, "COUNT", "110", 1) + "\ncelsius 49000\nticks 205 17\nmemory 9100\nload 0.12\nuptime 110.5",
		"status \ncelsius\nticks \nmemory \nload 0.5\nuptime 120.5", // it is being restarted
	} {
		var l look
		for line := range strings.SplitSeq(text, "\n") {
			if err := l.line(line); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, l)
	}
	return all
}

func TestTheFileSaysWhatWasSeenAndNotWhere(t *testing.T) {
	r := result{
		Model: "Raspberry Pi 4 Model B Rev 1.4", System: "Debian 13, Linux 6.12, aarch64", Version: "0.1.0", Governor: "ondemand", Pulse: "pps@12.-1 ",
		Date: time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC), Minutes: 1,
		Looks:    looks(t),
		Answers:  []answer{{Stratum: 1, Delay: 300 * time.Microsecond}, {Stratum: 1, Delay: 500 * time.Microsecond}, {Failed: true}, {Stratum: 0, Delay: 400 * time.Microsecond}},
		Findings: []finding{{"antenna_unsaid", "unknown"}},
	}
	text := r.text()
	for _, want := range []string{
		"# Raspberry Pi 4 Model B Rev 1.4\n",
		"| pulse against the clock, without its sign | 2.81 µs | 2.81 µs | 2.81 µs |\n",
		"| clock's offset as estimated, without its sign | 0.733 µs | 0.733 µs | 0.733 µs |\n",
		"| sentences after their second | 123 ms |",
		"| temperature | 48.3 °C | 49.0 °C | 49.0 °C |\n",
		"| processor, of one core | 0.500 % | 0.500 % | 0.500 % |\n",
		"| memory that no file has | 9.22 MB | 9.32 MB | 9.32 MB |\n",
		"| round trip of a request | 400 µs | 500 µs | 500 µs |\n",
		"- locked in 2 of 3 looks, one every 10 s\n",
		"- pulses: 10 in 10 s, 0 of them rejected\n",
		"- requests: 4, of which 1 without an answer; answers of stratum 1: 2, not synchronized: 1\n",
		"- doctor: unknown `antenna_unsaid`\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "51.5") {
		t.Error("the position is in it")
	}
}

func TestABoardThatNeverLocksHasATableToo(t *testing.T) {
	text := result{Model: "x", Looks: []look{{}}}.text()
	if !strings.Contains(text, "| error bound | – | – | – |") || !strings.Contains(text, "pulse none.") || !strings.Contains(text, "locked in 0 of 1 looks") {
		t.Error(text)
	}
}

func TestWhatABoardPrintsInsteadIsNoFigure(t *testing.T) {
	for _, text := range []string{"status {", "celsius hot", "memory ?"} {
		if err := new(look).line(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// fakes is a board that is this host, with programs of ours.
func fakes(t *testing.T, programs map[string]string) board {
	t.Helper()
	folder := t.TempDir()
	programs["ssh"] = `shift; PATH=` + folder + `:$PATH exec sh -c "PATH=` + folder + `:\$PATH; $1"`
	programs["sudo"] = `[ "$1" = -n ] && shift; exec "$@"`
	for name, text := range programs {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return board{ssh: []string{filepath.Join(folder, "ssh")}, host: "me@board"}
}

func TestThePackageOfTheBoardsSystemIsInstalled(t *testing.T) {
	packages, root := t.TempDir(), t.TempDir()
	for _, arch := range []string{"arm64", "armhf"} {
		if err := os.WriteFile(filepath.Join(packages, "gpsntpd_1_"+arch+".deb"), []byte("for "+arch), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b := fakes(t, map[string]string{
		"dpkg":      "echo armhf",
		"env":       `shift; exec "$@"`,
		"apt-get":   `for last; do :; done; cp "$last" ` + root + `/installed; exit $(cat ` + root + `/status)`,
		"systemctl": "exit 0",
	})
	for status, fails := range map[string]bool{"0": false, "100": true} {
		if err := os.WriteFile(filepath.Join(root, "status"), []byte(status), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := b.install(context.Background(), packages); (err != nil) != fails {
			t.Errorf("apt-get exits with %s: %v", status, err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(root, "installed")); err != nil || string(text) != "for armhf" {
		t.Errorf("%q, %v", text, err)
	}
	if err := b.install(context.Background(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "0 packages for armhf") {
		t.Error(err)
	}
}

func TestOfTheDoctorOnlyCodesAreKept(t *testing.T) {
	b := fakes(t, map[string]string{"gpsntpctl": `echo '{"code":"fix_ok","severity":"ok"}'; echo '{"code":"clients_refused","severity":"warning","seen":"192.168.1.9"}'; exit 1`})
	var r result
	if err := b.doctor(context.Background(), &r); err != nil || len(r.Findings) != 1 || r.Findings[0] != (finding{"clients_refused", "warning"}) {
		t.Errorf("%+v, %v", r.Findings, err)
	}
	b = fakes(t, map[string]string{"gpsntpctl": "exit 127"})
	if err := b.doctor(context.Background(), &r); err == nil {
		t.Error("no gpsntpctl, and no error")
	}
}
