// Package leaps finds the newest list of leap seconds on a system.
package leaps

import (
	"errors"
	"io/fs"
	"path/filepath"

	"gpsntpd/discipline/leap"
	"gpsntpd/server/regular"
)

// lists is where systems keep the list that the IERS publishes.
var lists = [...]string{
	"/usr/share/zoneinfo/leap-seconds.list",
	"/var/lib/ntp/leap-seconds.list",
	"/etc/ntp.leapseconds",
}

// Newest returns the newest of the built-in list, the system's below root and the
// operator's, which is "" for none, and where it is from. A list of the system's may be
// missing, the operator's may not; refused hears of those that cannot be used.
func Newest(root, configured string, refused func(path string, err error)) (leap.Table, string) {
	newest, source := leap.Builtin(), "built in"
	consider := func(path string) error {
		text, err := regular.Read(filepath.Join("/", root, path), regular.Most)
		if err != nil {
			return err
		}
		t, err := leap.Parse(string(text))
		if err == nil && t.Updated > newest.Updated {
			newest, source = t, path
		}
		return err
	}
	for _, path := range lists {
		if err := consider(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			refused(path, err)
		}
	}
	if configured != "" {
		if err := consider(configured); err != nil {
			refused(configured, err)
		}
	}
	return newest, source
}
