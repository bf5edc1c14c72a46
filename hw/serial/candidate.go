package serial

import (
	"path/filepath"
	"slices"
)

// candidate is a port that the receiver may be on.
type candidate struct {
	path   string // as the operator calls it
	device string // what that leads to now
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
				all = append(all, candidate{path, device})
			}
		}
	}
	return slices.Concat(all[from:], all[:from])
}
