package thermal

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"gpsntpd/hw/hotplug"
)

// nearest lists what Auto may be, nearest to the oscillator first. It names what
// is taken, not what is not: no disk, battery or wireless card ever is.
var nearest = []string{
	"xo*therm*",    // the crystal's own (Qualcomm)
	"cpu*thermal*", // a system on chip, which drives the crystal beside it: every Raspberry Pi
	"soc*thermal*", // others
	"package*thermal",
	"imx_thermal*",
	"pch_*",        // a PC's chipset, the same
	"nct6*/SYSTIN", // its board
	"x86_pkg_temp", // its processor: further away, and hasty
	"coretemp",
	"k10temp",
	"acpitz", // what its firmware says: often a constant
}

// source is a file with a temperature in it.
type source struct {
	path  string
	names []string // that it goes by, the one that says most first
}

// find returns the source called name, or matched by it. Numbers of zones and
// chips move when the kernel finds them in another order, so nothing goes by
// them. A source counts only when it yields a reading: some zones never do.
func find(sys, name string) (source, error) {
	var none error = &hotplug.Error{Path: name, Call: "find", Err: unix.ENODEV}
	patterns := []string{name}
	if name == Auto {
		none = fmt.Errorf("no temperature sensor near the oscillator: %w", unix.ENODEV)
		patterns = nearest
	}
	var refused error
	all := sources(sys)
	for _, pattern := range patterns {
		for _, s := range all {
			if !slices.ContainsFunc(s.names, func(name string) bool { return matches(pattern, name) }) {
				continue
			}
			_, err := s.read()
			if err == nil {
				return s, nil
			}
			refused = cmp.Or(refused, err)
		}
	}
	return source{}, cmp.Or(refused, none)
}

func matches(pattern, name string) bool {
	matched, _ := path.Match(pattern, name) // a name that is no pattern is still a name
	return matched || pattern == name
}

// sources lists all sensors of the kernel's, zones first: a zone may be shown as
// a hwmon chip once more.
func sources(sys string) (all []source) {
	zones, _ := filepath.Glob(filepath.Join(sys, "class/thermal/thermal_zone*/temp"))
	for _, path := range zones {
		all = append(all, source{path, []string{text(filepath.Dir(path), "type")}})
	}
	inputs, _ := filepath.Glob(filepath.Join(sys, "class/hwmon/hwmon*/temp*_input"))
	for _, path := range inputs {
		folder, file := filepath.Split(path)
		chip, channel := text(folder, "name"), strings.TrimSuffix(file, "_input")
		names := []string{chip + "/" + channel, chip}
		if label := text(folder, channel+"_label"); label != "" {
			names = slices.Insert(names, 0, chip+"/"+label)
		}
		all = append(all, source{path, names})
	}
	return all
}

// text returns what an attribute says, "" when there is none.
func text(folder, attribute string) string {
	b, _ := os.ReadFile(filepath.Join(folder, attribute))
	return strings.TrimSpace(string(b))
}
