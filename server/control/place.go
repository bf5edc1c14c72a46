package control

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const socketName = "control.sock"

// Environment is what the place of the socket depends on.
type Environment struct {
	Control          string // $GPSNTPD_CONTROL, for the client
	RuntimeDirectory string // $RUNTIME_DIRECTORY, which systemd makes for the daemon
	XDGRuntimeDir    string // $XDG_RUNTIME_DIR, of the user's session
	System           string // the folder in which the client finds the system's daemon
	Temporary        string
	Home             string
	UID              int
}

// Environ returns the environment of this process.
func Environ() Environment {
	return Environment{
		Control:          os.Getenv("GPSNTPD_CONTROL"),
		RuntimeDirectory: os.Getenv("RUNTIME_DIRECTORY"),
		XDGRuntimeDir:    os.Getenv("XDG_RUNTIME_DIR"),
		System:           "/run/gpsntpd",
		Temporary:        "/tmp",
		Home:             os.Getenv("HOME"),
		UID:              os.Getuid(),
	}
}

// own lists the folders that daemon and client look for when no one says
// otherwise, best first.
func (e Environment) own() []string {
	var folders []string
	if e.XDGRuntimeDir != "" {
		folders = append(folders, filepath.Join(e.XDGRuntimeDir, "gpsntpd"))
	}
	folders = append(folders, filepath.Join(e.Temporary, "gpsntpd-"+strconv.Itoa(e.UID)))
	if e.Home != "" { // in /tmp someone else may have been faster
		folders = append(folders, filepath.Join(e.Home, ".gpsntpd"))
	}
	return folders
}

// SocketPath returns where the daemon puts its socket: flag, if given, else
// the first of the usual folders that is ours alone or can be made so. passed is what is
// wrong with those before.
func (e Environment) SocketPath(flag string) (path string, passed, err error) {
	first, _, _ := strings.Cut(e.RuntimeDirectory, ":") // a unit may ask for several
	switch {
	case flag != "":
		return flag, nil, nil
	case first != "":
		return filepath.Join(first, socketName), nil, nil
	}
	for _, folder := range e.own() {
		failure := os.Mkdir(folder, 0o700)
		if os.IsExist(failure) {
			failure = private(folder, e.UID)
			passed = errors.Join(passed, failure)
		}
		if failure == nil {
			return filepath.Join(folder, socketName), passed, nil
		}
		err = errors.Join(err, failure)
	}
	return "", nil, err
}

// place is where the client looks for the socket.
type place struct {
	path  string
	owner int // its folder must belong to that user alone; anyone's for a place that was named by people
}

const anyone = -1

// places lists where the client looks. A place that the operator names is the
// only one: another daemon's answer would be a wrong answer.
func (e Environment) places(flag string) []place {
	if named := cmp.Or(flag, e.Control); named != "" {
		return []place{{named, anyone}}
	}
	places := []place{{filepath.Join(e.System, socketName), anyone}}
	for _, folder := range e.own() {
		places = append(places, place{filepath.Join(folder, socketName), e.UID})
	}
	return places
}

// private refuses a folder unless it is a real directory that uid owns and
// no one else may enter: in /tmp anybody can make one by our name.
func private(folder string, uid int) error {
	f, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	owner := int(f.Sys().(*syscall.Stat_t).Uid)
	if f.Mode()&(fs.ModeType|fs.ModePerm) != fs.ModeDir|0o700 || owner != uid {
		return fmt.Errorf("%s: not used, since it is not a directory of user %d with mode 0700", folder, uid)
	}
	return nil
}
