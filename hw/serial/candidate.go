package serial

import (
	"path/filepath"
	"slices"
	"strings"

	"gpsntpd/hw"
	"gpsntpd/hw/holders"
	"gpsntpd/hw/hotplug"
)

// candidate is a port that the receiver may be on.
type candidate struct {
	path   string // as the operator calls it
	device string // what that leads to now
	exact  bool   // no pattern led to it
}

// candidates lists what the patterns match at this moment, each device once,
// beginning after the device current and without it. A pattern that matches
// nothing stands for itself, and so for a device that is missing.
func candidates(patterns []string, current string) []candidate {
	var all []candidate
	from := 0
	for _, pattern := range patterns {
		paths, _ := filepath.Glob(pattern) // a bad pattern is a strange name
		if len(paths) == 0 {
			paths = []string{pattern}
		}
		for _, path := range paths {
			device, err := filepath.EvalSymlinks(path)
			if err != nil {
				device = path
			}
			switch {
			case device == current:
				from = len(all)
			case !slices.ContainsFunc(all, func(c candidate) bool { return c.device == device }):
				all = append(all, candidate{path, device, path == pattern})
			}
		}
	}
	return slices.Concat(all[from:], all[:from])
}

// taken is what the port serves for besides, nil for nothing.
func (c candidate) taken(root holders.Root) *hotplug.Taken {
	if root.Console(c.device) {
		return &hotplug.Taken{For: hw.Console}
	}
	if unit := root.Login(c.device); unit != "" {
		return &hotplug.Taken{For: hw.Login, Holder: unit}
	}
	if strings.HasPrefix(c.device, "/dev/pts/") { // whoever plays the receiver has it open
		return nil
	}
	if programs, err := root.Of(c.device); err == nil && len(programs) > 0 { // one that is missing shows when it is opened
		return &hotplug.Taken{For: hw.Busy, Holder: programs[0].String()}
	}
	return nil
}
