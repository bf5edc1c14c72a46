package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// kind is a program that disciplines the clock and answers NTP.
type kind struct {
	path   string
	args   []string
	config string // text, in the last of args
	plays  func(*bench) error
	tells  bool // its status, on the control socket

	compared bool // several paths of the pulse are there
	visited  bool // on its page, its metrics and its key exchange
}

const (
	control = "/run/gpsntpd/control.sock"
	state   = "/var/lib/gpsntpd"
)

// What gpsntpd does beside serving the time: nothing, or all that it can.
const (
	bare       = "[web]\nlisten = \"off\"\n[recorder]\nsize = \"0\"\n"
	everything = "[web]\nlisten = \"" + pageDoor + "\"\n[metrics]\nlisten = \"" + metricsDoor + "\"\n" +
		"[nts]\ncertificate = \"" + certificateFile + "\"\nlisten = \"" + exchangeDoor + "\"\n" +
		"[statistics]\ndirectory = \"" + state + "/statistics\"\n"
)

// kinds are the programs under test, by name. chrony can not read NMEA: it gets
// what gpsd would tell it.
func kinds(name string, w wires) (kind, error) {
	switch name {
	case "gpsntpd", "gpsntpd-armhf", "gpsntpd-everything":
		with, visited := bare, name == "gpsntpd-everything"
		if visited {
			with = everything
		}
		return kind{path: "/usr/bin/" + strings.TrimSuffix(name, "-everything"),
			args: []string{"--control", control, "--config", "/etc/gpsntpd/gpsntpd.toml"},
			config: "[receiver]\ndevice = [\"" + port + "\"]\nnot-before = 2026-01-01\n" +
				w.config() + "[server]\nlisten = [\"127.0.0.1:123\"]\n" + with,
			plays: (*bench).playSerial, tells: true, compared: w.compare != "", visited: visited}, nil
	case "chrony2", "chrony4":
		return kind{path: "/usr/sbin/chronyd", args: []string{"-u", "root", "-d", "-f", "/etc/chrony.conf"},
			config: "refclock SOCK " + chronySocket + " refid NMEA offset 0 delay 0.2 noselect\n" +
				"refclock PPS " + w.pulse + " lock NMEA refid PPS poll " + name[len("chrony"):] + "\n" +
				"makestep 0.1 3\nallow 127.0.0.1\n", plays: (*bench).playSocket}, nil
	}
	return kind{}, fmt.Errorf("no such program: %q", name)
}

// config is what the configuration says of the pulse. What its stamps may be late by is
// known, unless other paths are there to find it.
func (w wires) config() string {
	if w.compare == "" {
		return "[pulse]\ndevice = \"" + w.pulse + "\"\nlatency-error = \"0s\"\n"
	}
	return "[pulse]\ndevice = \"" + w.pulse + "\"\ncompare = \"" + w.compare + "\"\nlatency-error = \"30us\"\n"
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
