// Package disk looks at whether state can be kept in a folder.
package disk

import (
	"golang.org/x/sys/unix"

	"gpsntpd/server/why"
)

// Of is the condition of the file system that a folder is in, whoever writes there. A
// folder that is not there, or that may not be looked at, keeps nothing for all that is
// known.
func Of(folder string) why.Disk {
	var s unix.Statfs_t
	err := unix.Statfs(folder, &s)
	return word(err, s)
}

func word(err error, s unix.Statfs_t) why.Disk {
	switch {
	case err == unix.ENOENT, err == unix.EACCES:
		return why.DiskUnused
	case err != nil:
		return why.DiskFailed
	case s.Flags&unix.ST_RDONLY != 0:
		return why.DiskReadOnly
	case s.Blocks > 0 && s.Bavail == 0, s.Files > 0 && s.Ffree == 0:
		return why.DiskFull
	}
	return why.DiskOK
}

// Mine is the condition for this process, whose folder it is: where it may not write, or
// where there is none any more, it can keep nothing. "" is none.
func Mine(folder string) why.Disk {
	if folder == "" {
		return why.DiskUnused
	}
	return mine(unix.Access(folder, unix.W_OK), folder)
}

func mine(err error, folder string) why.Disk {
	switch err {
	case nil:
		return Of(folder)
	case unix.EROFS, unix.EACCES, unix.EPERM:
		return why.DiskReadOnly
	}
	return why.DiskFailed
}
