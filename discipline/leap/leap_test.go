package leap

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

const (
	made    = "3960835200"
	expires = "3991593600"
)

func date(s string) int64 {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		panic(err)
	}
	return t.Unix()
}

// list writes a list with a right hash.
func list(steps ...string) string {
	digits := made + expires
	text := "# a list\n#$ " + made + "\n#@\t" + expires + "\n"
	for _, s := range steps {
		digits += strings.Join(strings.Fields(s), "")
		text += s + "\t# a comment\n"
	}
	sum := fmt.Sprintf("%x", sha1.Sum([]byte(digits)))
	text += "#h"
	for i := 0; i < 40; i += 8 {
		text += " " + strings.TrimLeft(sum[i:i+8], "0")
	}
	return text + "\n"
}

func TestTheOffsetChangesAtMidnight(t *testing.T) {
	b := Builtin()
	for when, want := range map[string]int{
		"1971-12-31 23:59:59": 0, "1972-01-01 00:00:00": 10, "2016-12-31 23:59:59": 36,
		"2017-01-01 00:00:00": 37, "2030-01-01 00:00:00": 37,
	} {
		if got := b.TAIOffset(date(when)); got != want {
			t.Errorf("%s: %d, want %d", when, got, want)
		}
	}
}

func TestALeapSecondIsAnnouncedUntilItIsMade(t *testing.T) {
	table, err := Parse(list("2272060800 10", "2287785600 11", "2303683200 10"))
	if err != nil {
		t.Fatal(err)
	}
	for when, want := range map[string][2]int64{
		"1972-06-30 23:59:59": {date("1972-07-01 00:00:00"), -1},
		"1972-07-01 00:00:00": {date("1972-12-31 23:59:59"), +1},
		"1973-01-01 00:00:00": {0, 0},
	} {
		if at, by := table.Next(date(when)); at != want[0] || int64(by) != want[1] {
			t.Errorf("%s: %d by %d, want %v", when, at, by, want)
		}
	}
}

func TestABadListIsRefusedWithItsReason(t *testing.T) {
	good := list("2272060800 10", "2287785600 11")
	for text, want := range map[string]error{
		"":                                          ErrEmpty,
		strings.Replace(good, " 11", " 12", 1):      ErrHash,
		strings.Replace(good, "#$", "#", 1):         ErrHash,
		list("2272060800 10", "2272060800 11"):      ErrOrder,
		list("2272060800 10", "2287785600 12"):      ErrOrder,
		"2272060800 10\n":                           ErrDates,
		"#$ " + expires + "\n#@ 1\n2272060800 10\n": ErrDates,
	} {
		if _, err := Parse(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	for _, text := range []string{"#$\n", "x 10\n", "2272060800\n", "2272060800 ten\n", "-1 10\n"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestTheSystemsListAgreesWithOurs(t *testing.T) {
	text, err := os.ReadFile("/usr/share/zoneinfo/leap-seconds.list")
	if errors.Is(err, os.ErrNotExist) {
		t.Log("this system has no list: nothing to compare with")
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	system, err := Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if ours := Builtin(); system.Updated <= ours.Updated && !reflect.DeepEqual(system.steps, ours.steps) {
		t.Errorf("got %v, the system has %v", ours.steps, system.steps)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(list("2272060800 10", "2287785600 11"))
	f.Fuzz(func(t *testing.T, text string) {
		table, err := Parse(text)
		if err == nil && (len(table.steps) == 0 || table.Expires <= table.Updated) {
			t.Errorf("%q is taken as %+v", text, table)
		}
	})
}
