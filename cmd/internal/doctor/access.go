package doctor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/why"
)

const user = "_gpsntp" // as whom the unit runs

// configuration reports whether it is right.
func (e *exam) configuration() {
	switch {
	case e.ConfigError == nil && e.exists(config.Path):
		e.say(configOK, config.Path)
	case e.ConfigError != nil && e.text(config.Path) == "" && e.exists(config.Path):
		e.say(configUnread, config.Path)
	case e.ConfigError != nil:
		first, _, _ := strings.Cut(e.ConfigError.Error(), "\n")
		e.say(configBad, config.Path, "error", strings.ReplaceAll(first, e.Root+"/", "/"))
	}
}

// account is a user, and the groups that the unit gives it.
type account struct {
	id     int
	groups []int
}

// account reads it from the files of users and groups; false where it is not there.
func (e *exam) account(name string) (a account, ok bool) {
	for line := range strings.Lines(e.text("/etc/passwd")) { // name:password:id:group:…
		if w := strings.Split(line, ":"); len(w) > 3 && w[0] == name {
			a.id, _ = strconv.Atoi(w[2])
			group, _ := strconv.Atoi(w[3])
			a.groups, ok = append(a.groups, group), true
		}
	}
	for line := range strings.Lines(e.text("/etc/group")) { // name:password:id:members
		w := strings.Split(strings.TrimSpace(line), ":")
		if len(w) == 4 && (slices.Contains(strings.Split(w[3], ","), name) || w[0] == "dialout") { // SupplementaryGroups= of the unit
			group, _ := strconv.Atoi(w[2])
			a.groups = append(a.groups, group)
		}
	}
	return a, ok
}

// may reports whether a user may read and write a device.
func (a account) may(o Owned) bool {
	switch {
	case a.id == o.User:
		return o.Mode&0o600 == 0o600
	case slices.Contains(a.groups, o.Group):
		return o.Mode&0o060 == 0o060
	}
	return o.Mode&0o006 == 0o006
}

// access reports whether the daemon's user may open what it needs.
func (e *exam) access() {
	a, ok := e.account(user)
	switch {
	case !ok && e.Answers: // it runs as someone else
		return
	case !ok:
		e.say(userMissing, user)
		return
	}
	denied := func(code why.Code, path string) bool {
		o, err := e.Owner(path)
		if err != nil || a.may(o) {
			return false
		}
		e.say(code, path, "mode", fmt.Sprintf("%s, %04o", e.group(o.Group), o.Mode), "group", e.group(o.Group))
		return true
	}
	bad := false
	for _, u := range e.uses() {
		if u.state == "" { // a login makes the port its own
			bad = denied(portDenied, e.resolve(u.port)) || bad
		}
	}
	for _, name := range e.glob("/dev/pps*") {
		bad = denied(pulseRefused, name) || bad
	}
	if !bad {
		e.say(accessOK, user)
	}
}

// group is the name of a group.
func (e *exam) group(id int) string {
	for line := range strings.Lines(e.text("/etc/group")) {
		if w := strings.Split(line, ":"); len(w) > 2 && w[2] == strconv.Itoa(id) {
			return w[0]
		}
	}
	return strconv.Itoa(id)
}
