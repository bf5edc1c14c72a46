package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// stateUnreachable is the state of a daemon that does not answer.
const stateUnreachable = "unreachable"

// whyUnreachable explains, as the daemon would, why it does not answer.
func whyUnreachable(ctx context.Context, flag string, err error, l why.Language) control.Why {
	f := why.Facts{Socket: "/run/gpsntpd/control.sock"}
	var none control.UnreachableError
	switch {
	case flag != "":
		f.Socket = flag
	case os.Getenv("GPSNTPD_CONTROL") != "":
		f.Socket = os.Getenv("GPSNTPD_CONTROL")
	case errors.As(err, &none):
		f.Socket = strings.Join(none.Places, map[why.Language]string{why.English: " or ", why.Chinese: " 或 "}[l])
	}
	return whyUnreachableBy(cause(err, askSystemd(ctx)), f.Socket, l)
}

// whyUnreachableBy is whyUnreachable for a cause that is known.
func whyUnreachableBy(code why.Code, socket string, l why.Language) control.Why {
	text, remedy := (&why.Facts{Socket: socket}).Tell(code, l)
	return control.Why{
		State: stateUnreachable, Language: string(l), Sentence: text, Remedy: remedy,
		Links: []control.Link{{
			Part: string(why.PartDaemon), Code: string(code), Condition: string(why.Bad), Text: text, Remedy: remedy,
		}},
	}
}

// unreachable ends a verb that gpsntpd does not answer, in the language of the screens.
func (f *flags) unreachable(ctx context.Context, err error) error {
	if l := f.language(); l == why.Chinese && explicable(err) {
		w := whyUnreachable(ctx, f.control, err, l)
		err = errors.New(w.Sentence + "\n→ " + w.Remedy)
	}
	return failure{exitUnreachable, err}
}

// explicable reports whether err is that of a daemon which does not answer, and
// not one of which the error says all.
func explicable(err error) bool {
	_, none := errors.AsType[control.UnreachableError](err)
	return none || errors.Is(err, control.ErrHung) || errors.Is(err, control.ErrUnanswered) || errors.Is(err, fs.ErrPermission)
}

// unit is what systemd says of gpsntpd.service: properties by their names. Nil
// where there is no systemd.
type unit map[string]string

const systemdTimeout = 2 * time.Second

// askSystemd asks systemd, where it runs.
func askSystemd(ctx context.Context) unit {
	if _, err := os.Stat("/run/systemd/system"); err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, systemdTimeout)
	defer cancel()
	text, err := exec.CommandContext(ctx, "systemctl", "show", "gpsntpd.service",
		"--property=LoadState,ActiveState,SubState,Result,ExecMainStatus,StatusErrno").Output()
	if err != nil {
		return nil
	}
	return parseUnit(string(text))
}

// parseUnit reads lines of NAME=VALUE.
func parseUnit(text string) unit {
	u := unit{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			u[name] = value
		}
	}
	return u
}

// cause is why the daemon does not answer: by the error of the attempt, and
// what systemd says.
func cause(err error, u unit) why.Code {
	var none control.UnreachableError
	stale := errors.As(err, &none) && none.Stale
	switch {
	case errors.Is(err, control.ErrHung), errors.Is(err, control.ErrUnanswered):
		return why.DaemonHung
	case errors.Is(err, fs.ErrPermission):
		return why.DaemonDenied
	case u["LoadState"] == "loaded":
		return u.cause(stale)
	case stale:
		return why.DaemonStale
	case u != nil:
		return why.DaemonAbsent
	}
	return why.DaemonSilent
}

// What gpsntpd leaves with systemd when it fails: its exit status, and the
// errno of the kernel that did not let it steer, or serve its port.
const (
	configurationStatus = "78"
	usageStatus         = "64"
	notPermitted        = "1"  // EPERM
	denied              = "13" // EACCES
	inUse               = "98" // EADDRINUSE
)

func (u unit) cause(stale bool) why.Code {
	switch u["ActiveState"] {
	case "active", "reloading":
		if stale {
			return why.DaemonStale
		}
		return why.DaemonElsewhere
	case "activating":
		if u["SubState"] != "auto-restart" {
			return why.DaemonStarting
		}
	}
	switch {
	case u["ExecMainStatus"] == configurationStatus, u["ExecMainStatus"] == usageStatus:
		return why.DaemonConfiguration
	case u["StatusErrno"] == notPermitted:
		return why.DaemonRefused
	case u["StatusErrno"] == denied:
		return why.DaemonPortDenied
	case u["StatusErrno"] == inUse:
		return why.DaemonPortTaken
	case u["Result"] != "success" && u["Result"] != "":
		return why.DaemonFailed
	case stale:
		return why.DaemonStale
	}
	return why.DaemonStopped
}
