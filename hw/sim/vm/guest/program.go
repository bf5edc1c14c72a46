package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw/sim/vm/trace"
)

// kind is a program that disciplines the clock and answers NTP.
type kind struct {
	path   string
	args   []string
	config string // text, in the last of args
	plays  func(*bench) error
	tells  bool // its status, on the control socket
}

const (
	control = "/run/gpsntpd/control.sock"
	state   = "/var/lib/gpsntpd"
)

// bare leaves nothing but the time server, whose memory and work are judged.
const bare = "[web]\nlisten = \"off\"\n[recorder]\nsize = \"0\"\n"

// kinds are the programs under test, by name. chrony can not read NMEA: it gets
// what gpsd would tell it.
func kinds(name, pps string) (kind, error) {
	switch name {
	case "gpsntpd", "gpsntpd-armhf":
		return kind{"/usr/bin/" + name, []string{"--control", control, "--config", "/etc/gpsntpd/gpsntpd.toml"},
			"[receiver]\ndevice = [\"" + port + "\"]\nnot-before = 2026-01-01\n" +
				"[pulse]\ndevice = \"" + pps + "\"\nlatency-error = \"0s\"\n[server]\nlisten = [\"127.0.0.1:123\"]\n" + bare, (*bench).playSerial, true}, nil
	case "chrony2", "chrony4":
		return kind{"/usr/sbin/chronyd", []string{"-u", "root", "-d", "-f", "/etc/chrony.conf"},
			"refclock SOCK " + chronySocket + " refid NMEA offset 0 delay 0.2 noselect\n" +
				"refclock PPS " + pps + " lock NMEA refid PPS poll " + name[len("chrony"):] + "\n" +
				"makestep 0.1 3\nallow 127.0.0.1\n", (*bench).playSocket, false}, nil
	}
	return kind{}, fmt.Errorf("no such program: %q", name)
}

// program is a kind that runs.
type program struct {
	kind
	running *os.Process
	started time.Time
	say     func(string)
}

// start starts the program, again after it was killed.
func (p *program) start() error {
	config := p.args[len(p.args)-1]
	for _, folder := range []string{filepath.Dir(config), "/run/gpsntpd", "/run/chrony"} {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return err
		}
	}
	if err := os.WriteFile(config, []byte(p.config), 0o644); err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer w.Close()
	c := exec.Command(p.path, p.args...)
	c.Stdout, c.Stderr = w, w
	c.Env = append(os.Environ(), "STATE_DIRECTORY="+state)
	if err := c.Start(); err != nil {
		return err
	}
	p.running, p.started = c.Process, time.Now()
	go lines(r, p.say)
	go func() { p.say(fmt.Sprint("ended: ", c.Wait())) }()
	return nil
}

// kill ends the program as a crash would.
func (p *program) kill() error { return p.running.Kill() }

// usage is what the program has taken so far.
func (p *program) usage() (u trace.Usage) {
	dir := fmt.Sprintf("/proc/%d/", p.running.Pid)
	if stat, err := os.ReadFile(dir + "stat"); err == nil {
		const userHz = 100 // of the fields utime and stime, the 14th and 15th
		f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		user, _ := strconv.Atoi(f[11])
		system, _ := strconv.Atoi(f[12])
		u.CPU = float64(user+system) / userHz
	}
	if statm, err := os.ReadFile(dir + "statm"); err == nil {
		pages, _ := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64)
		u.RSS = pages * int64(unix.Getpagesize())
	}
	return u
}
