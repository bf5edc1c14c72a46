package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// step is one thing that must be so.
type step struct {
	title string
	// script is what is typed, by sh. It must succeed and print what form describes.
	script string
	form   string
	// within repeats it until that is so, for as long.
	within time.Duration
	// reboots is true when the machine starts again, and the next step follows.
	reboots bool
}

// report is what the host is told of a step.
type report struct {
	Step    string  `json:"step"`
	Seconds float64 `json:"seconds"`
	Said    string  `json:"said"`
	Failed  string  `json:"failed,omitempty"`
	End     bool    `json:"end,omitempty"`
}

// progress is where the number of the next step is kept over a reboot.
const progress = "/root/step"

// steps runs what is left of the story, then switches the machine off.
func steps() error {
	port, err := filepath.Glob("/dev/vport*")
	if err != nil || len(port) != 1 {
		return fmt.Errorf("no port for reports: %v %v", port, err)
	}
	out, err := os.OpenFile(port[0], os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	tell := json.NewEncoder(out)
	said, _ := os.ReadFile(progress) // not there at first
	first, _ := strconv.Atoi(string(said))
	for i, s := range story[first:] {
		s.script, s.form = strings.ReplaceAll(s.script, "DAEMON", daemon()), strings.ReplaceAll(s.form, "DAEMON", daemon())
		if err := os.WriteFile(progress, []byte(strconv.Itoa(first+i+1)), 0o600); err != nil {
			return err
		}
		unix.Sync()
		r := s.do()
		if err := tell.Encode(r); err != nil {
			return err
		}
		if s.reboots && r.Failed == "" {
			return nil
		}
	}
	tell.Encode(report{End: true})
	unix.Sync()
	return unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
}

// daemon is the unit of the time daemon that the system came with.
func daemon() string {
	if _, err := os.Stat("/usr/sbin/chronyd"); err == nil {
		return "chrony"
	}
	return "systemd-timesyncd"
}

// do does a step.
func (s step) do() report {
	began := monotonic()
	r := report{Step: s.title}
	form := regexp.MustCompile(s.form)
	for {
		out, err := run(s.script, max(s.within, 5*time.Minute))
		r.Said, r.Failed = out, ""
		switch {
		case err != nil:
			r.Failed = err.Error()
		case !form.MatchString(out):
			r.Failed = "does not say " + s.form
		}
		if r.Failed == "" || monotonic()-began >= s.within {
			break
		}
		time.Sleep(time.Second)
	}
	r.Seconds = (monotonic() - began).Seconds()
	return r
}

// monotonic is the time since the machine started, whoever sets the clock.
func monotonic() time.Duration {
	var t unix.Timespec
	unix.ClockGettime(unix.CLOCK_BOOTTIME, &t) // it cannot fail
	return time.Duration(t.Nano())
}

// run runs a script as root's shell would, and returns all that it prints.
func run(script string, limit time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, "/bin/bash", "-o", "pipefail", "-c", script)
	c.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8",
		"DEBIAN_FRONTEND=noninteractive", "SYSTEMD_COLORS=0", "SYSTEMD_PAGER=cat", "TERM=dumb"}
	c.WaitDelay = 5 * time.Second
	out, err := c.CombinedOutput()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = fmt.Errorf("not done after %v", limit)
	}
	text := strings.ReplaceAll(string(out), "\r\n", "\n") // apt gives dpkg a terminal
	return strings.TrimSpace(text), err
}
