//go:build captures

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// rollover is the period of the ten-bit GPS week number: times are compared
// modulo it, since each program repairs it by its own rule.
const rollover = 1024 * 7 * 24 * time.Hour

// nearby is how far apart two times of one moment are at most, in milliseconds: receivers
// name their epochs to the nanosecond, and gpsd rounds some of them.
const nearby = 10

// opinion maps each moment, in milliseconds modulo the rollover, to whether it
// is valid.
type opinion map[int64]bool

func (o opinion) add(t time.Time, valid bool) {
	key := t.UnixMilli() % rollover.Milliseconds()
	o[key] = o[key] || valid
}

// valid returns the moments that are valid.
func (o opinion) valid() []int64 {
	var keys []int64
	for k, valid := range o {
		if valid {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// TestDecodeAgreesWithTheSecondOpinion compares the epochs that decode finds
// valid with the times that gpsd gave the same bytes.
func TestDecodeAgreesWithTheSecondOpinion(t *testing.T) {
	folder := os.Getenv("GPSNTPD_CAPTURES")
	logs, _ := filepath.Glob(filepath.Join(folder, "*.log"))
	if len(logs) == 0 {
		t.Fatalf("no captures in GPSNTPD_CAPTURES=%q", folder)
	}
	fmt.Printf("%-34s %5s %5s %6s %7s %5s %5s\n", "capture", "gpsd", "ours", "common", "missing", "extra", "wrong")
	for _, log := range logs {
		compare(t, log)
	}
}

func compare(t *testing.T, log string) {
	name := strings.TrimSuffix(filepath.Base(log), ".log")
	theirs := second(t, log+".chk")
	ours, reasons := decoded(t, log)
	ours, reasons = near(ours, theirs), near(reasons, theirs)
	common, missing, extra, wrong := 0, map[string]int{}, map[string]int{}, 0
	for _, k := range theirs.valid() {
		switch valid, known := ours[k]; {
		case valid:
			common++
		case known:
			missing[reasons[k]]++
		default:
			missing["no message names it with a sound checksum"]++
		}
	}
	for _, k := range ours.valid() {
		if valid, known := theirs[k]; !valid {
			if why := whyExtra(k, known, theirs.valid()); why != "" {
				extra[why]++
			} else {
				wrong++
			}
		}
	}
	total := func(m map[string]int) (n int) {
		for v := range maps.Values(m) {
			n += v
		}
		return n
	}
	fmt.Printf("%-34s %5d %5d %6d %7d %5d %5d\n", name, len(theirs.valid()), len(ours.valid()),
		common, total(missing), total(extra), wrong)
	for why, n := range missing {
		fmt.Printf("    missing %d: %s\n", n, why)
	}
	for why, n := range extra {
		fmt.Printf("    extra %d: %s\n", n, why)
	}
	if n := len(theirs.valid()); wrong > 0 || common*100 < n*97 {
		t.Errorf("%s: %d of %d epochs, %d wrong", name, common, n, wrong)
	}
}

// near names the moments of ours as theirs are named.
func near[M ~map[int64]V, V any](ours M, theirs opinion) M {
	all := M{}
	for k, v := range ours {
		for d := range int64(nearby + 1) {
			if _, ok := theirs[k+d]; ok {
				k += d
				break
			}
			if _, ok := theirs[k-d]; ok {
				k -= d
				break
			}
		}
		all[k] = v
	}
	return all
}

// whyExtra says why the second opinion, which may know the moment k, does not
// have it among its valid ones; "" when there is no excuse.
func whyExtra(k int64, known bool, theirs []int64) string {
	i, _ := slices.BinarySearch(theirs, k)
	near := time.Minute.Milliseconds()
	switch {
	case known:
		return "gpsd reports the time without a fix"
	case len(theirs) == 0:
		return ""
	case i == 0 && theirs[0]-k < near:
		return "before the first report of gpsd, which is learning where a cycle ends"
	case i == len(theirs) && k-theirs[i-1] < near:
		return "after the last report of gpsd, for which this cycle did not end"
	case i > 0 && i < len(theirs) && theirs[i]-theirs[i-1] < near && (k-theirs[i-1])%100 == 0:
		return "gpsd skipped a cycle between two that it reports"
	}
	return ""
}

// second reads the times of gpsd's reports.
func second(t *testing.T, path string) opinion {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o := opinion{}
	for line := range bytes.Lines(b) {
		var tpv struct {
			Class string
			Mode  int
			Time  time.Time
		}
		if json.Unmarshal(line, &tpv) == nil && tpv.Class == "TPV" && !tpv.Time.IsZero() {
			o.add(tpv.Time, tpv.Mode >= 2)
		}
	}
	return o
}

// decoded runs the verb and reads what it prints.
func decoded(t *testing.T, log string) (opinion, map[int64]string) {
	var out bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetArgs([]string{"decode", "--json", log})
	if err := root.Execute(); err != nil && err.(failure).status != exitNoneValid {
		t.Fatalf("%s: %v", log, err)
	}
	o, reasons := opinion{}, map[int64]string{}
	lines := bufio.NewScanner(&out)
	for lines.Scan() {
		var e struct {
			UTC    *time.Time
			Valid  bool
			Reason string
		}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v: %s", log, err, lines.Text())
		}
		if e.UTC != nil {
			o.add(*e.UTC, e.Valid)
			reasons[e.UTC.UnixMilli()%rollover.Milliseconds()] = e.Reason
		}
	}
	return o, reasons
}
