package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// leapList is where systems keep the list of leap seconds.
const leapList = "/usr/share/zoneinfo/leap-seconds.list"

// announce writes a list with the leap second that simgps' parameters ask for,
// in seconds since 1900. In 2017 TAI − UTC became 37 s.
func announce(parameters string) error {
	var at, leap int64
	for p := range strings.SplitSeq(parameters, ",") {
		name, value, _ := strings.Cut(p, "=")
		switch name {
		case "leap_at":
			at, _ = strconv.ParseInt(value, 10, 64)
		case "leap":
			leap, _ = strconv.ParseInt(value, 10, 64)
		}
	}
	if leap == 0 {
		return nil
	}
	const from1900to1970, in2017, year int64 = 2_208_988_800, 3_692_217_600, 365 * 86400
	at += from1900to1970
	text := fmt.Sprintf("#$ %d\n#@ %d\n%d 37\n%d %d\n", at-year/4, at+year, in2017, at, 37+leap)
	if err := os.MkdirAll(filepath.Dir(leapList), 0o755); err != nil {
		return err
	}
	return os.WriteFile(leapList, []byte(text), 0o644)
}
