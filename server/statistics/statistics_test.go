package statistics

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/server/control"
)

func locked(now time.Time) *control.Status {
	return &control.Status{
		State: "locked", Now: control.Time{Time: now}, Stratum: 1, Leap: 0,
		OffsetSeconds: new(6.019e-6), FrequencyPPM: new(-11.80319), FrequencyBoundPPM: new(0.0421), JitterSeconds: new(9.8e-7),
		WanderPerRootSecond: new(1.338e-8), BoundSeconds: new(3.9e-6), RootDispersionSeconds: 3.0517578125e-05,
		Temperature: control.Temperature{Celsius: new(45.25)},
		Sample:      &control.Sample{Source: "pulse", OffsetSeconds: -1.605e-6, DispersionSeconds: 1e-7, AgeSeconds: 0.3},
	}
}

var noon = time.Date(2026, 11, 29, 12, 34, 56, 31_000_000, time.UTC)

func TestLinesAreAsNtpdAndChronyDocumentThem(t *testing.T) {
	s := locked(noon)
	sentence := *s.Sample
	sentence.Source = "sentence"
	alone := *s
	alone.Sample, alone.Leap = &sentence, 3
	for got, want := range map[string]string{
		Temperature(s):                 "1795955696 ZONE0 45.250\n",
		Temperature(&control.Status{}): "",
		Loop(s):                        "61373 45296.031 0.000006019 -11.803190 0.000000980 0.013380 4\n",
		Peer(s):                        "61373 45296.031 127.127.22.0 9714 -0.000001605 0.000000000 0.000000100 0.000000980\n",
		Peer(&alone):                   "61373 45296.031 127.127.20.0 9614 -0.000001605 0.000000000 0.000000100 0.000000980\n",
		Clock(s):                       "61373 45296.031 127.127.20.0 $GPZDA,123456.00,29,11,2026,00,00*6C\n",
		Tracking(s):                    "2026-11-29 12:34:56 PPS              1     11.803      0.042  1.605e-06 N  1  9.800e-07  6.019e-06  0.000e+00  3.052e-05  3.900e-06\n",
		Tracking(&alone):               "2026-11-29 12:34:56 NMEA             1     11.803      0.042  1.605e-06 ?  1  9.800e-07  6.019e-06  0.000e+00  3.052e-05  3.900e-06\n",
	} {
		if got != want {
			t.Errorf("\n%qwant\n%q", got, want)
		}
	}
	if got := stamp(time.Date(2000, 1, 1, 23, 59, 59, 999_900_000, time.UTC)); got != "51545 0.000" {
		t.Error(got)
	}
}

// The columns, as old scripts take them apart.
var columns = map[string]*regexp.Regexp{
	"loopstats":    regexp.MustCompile(`^\d{5} \d+\.\d{3} -?\d+\.\d{9} -?\d+\.\d{6} \d+\.\d{9} \d+\.\d{6} \d+$`),
	"peerstats":    regexp.MustCompile(`^\d{5} \d+\.\d{3} [\d.]+ [0-9a-f]{4} -?\d+\.\d{9} -?\d+\.\d{9} \d+\.\d{9} \d+\.\d{9}$`),
	"clockstats":   regexp.MustCompile(`^\d{5} \d+\.\d{3} [\d.]+ \$GPZDA,\d{6}\.00,\d\d,\d\d,\d{4},00,00\*[0-9A-F]{2}$`),
	"temps":        regexp.MustCompile(`^\d{10} \S+ -?\d+\.\d{3}$`),
	"tracking.log": regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+ +1 +\S+ +\S+ +\S+ N  1 +\S+ +\S+ +\S+ +\S+ +\S+$`),
}

func TestEachDayHasItsFilesAndThePlainNameIsThatOfToday(t *testing.T) {
	f := Files{Folder: filepath.Join(t.TempDir(), "deep", "stats"), Days: 3}
	for day := range 6 {
		for line := range 40 {
			if err := f.Write(locked(noon.AddDate(0, 0, day).Add(time.Duration(line) * Every))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	var want []string
	for _, k := range kinds() {
		if !k.alone {
			want = append(want, k.name)
		}
		want = append(want, k.name+".20261202", k.name+".20261203", k.name+".20261204")
	}
	slices.Sort(want)
	var names []string
	all, err := os.ReadDir(f.Folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("%v", names)
	}
	for name, form := range columns {
		dated, err2 := os.ReadFile(filepath.Join(f.Folder, name+".20261204"))
		text, err := os.ReadFile(filepath.Join(f.Folder, name))
		if name == "temps" {
			text, err = dated, nil
		}
		if err != nil || err2 != nil || string(text) != string(dated) {
			t.Errorf("%s: %v, %v", name, err, err2)
		}
		lines, banners := 0, 0
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case strings.Contains(line, "===") || line == trackingBanner:
				banners++
			case form.MatchString(line):
				lines++
			default:
				t.Errorf("%s: %q", name, line)
			}
		}
		if lines != 40 || name == "tracking.log" && banners != 6 || name != "tracking.log" && banners != 0 {
			t.Errorf("%s: %d lines, %d of a banner", name, lines, banners)
		}
	}
}

func TestARestartGoesOnWithTheFileOfTheDay(t *testing.T) {
	folder := t.TempDir()
	for range 2 {
		f := Files{Folder: folder, Days: 1}
		if err := f.Write(locked(noon)); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "loopstats"))
	if n := strings.Count(string(text), "\n"); err != nil || n != 2 {
		t.Errorf("%d lines, %v", n, err)
	}
}

func TestAFileOfSomebodyElseIsLeftAlone(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"peerstats", "loopstats.old", "loopstats.20200101.gz", "clockstats.2020"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("theirs\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := Files{Folder: folder, Days: 1}
	if err := f.Write(locked(noon)); err == nil || !strings.Contains(err.Error(), "someone else's") {
		t.Error(err)
	}
	for _, name := range []string{"peerstats", "loopstats.old", "loopstats.20200101.gz", "clockstats.2020"} {
		if text, err := os.ReadFile(filepath.Join(folder, name)); string(text) != "theirs\n" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if err := os.Remove(filepath.Join(folder, "peerstats")); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(locked(noon)); err != nil {
		t.Errorf("once it is gone: %v", err)
	}
	f.Close()
}

func TestOnlyWhatIsNewIsWritten(t *testing.T) {
	s := locked(noon)
	if !Fresh(s) {
		t.Error("a sample of just now is not new")
	}
	if s.Sample.AgeSeconds = 17; Fresh(s) {
		t.Error("it is written again")
	}
	if s.Sample = nil; Fresh(s) {
		t.Error("there is none")
	}
}

func TestFilesAreDeletedByCountAndNeverByADateThatIsNotSure(t *testing.T) {
	sure := true
	f := Files{Folder: t.TempDir(), Days: 3, Sure: func() bool { return sure }}
	write := func(days ...int) (there string) {
		for _, day := range days {
			if err := f.Write(locked(noon.AddDate(0, 0, day))); err != nil {
				t.Fatal(err)
			}
		}
		all, err := filepath.Glob(filepath.Join(f.Folder, "loopstats.*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range all {
			there += " " + strings.TrimPrefix(filepath.Ext(name), ".")
		}
		return there
	}
	const three = " 20261129 20261130 20261201"
	if got := write(0, 1, 2); got != three {
		t.Error(got)
	}
	sure = false
	if got := write(7300); got != three+" 20461124" { // a date that no one vouches for
		t.Error("after a jump:", got)
	}
	if got := write(2); got != three+" 20461124" {
		t.Error("and back:", got)
	}
	sure = true
	if got := write(3); got != " 20261201 20261202 20461124" { // the oldest go, that of today stays
		t.Error("the next day:", got)
	}
	f.Days = 1
	if got := write(4); got != " 20261203" {
		t.Error("one day:", got)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
