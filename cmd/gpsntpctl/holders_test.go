package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/creack/pty"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	"gpsntpd/server/control"
)

// port returns a serial port, and a link to it.
func port(t *testing.T) (tty *os.File, link string) {
	device, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { device.Close() })
	t.Cleanup(func() { tty.Close() })
	link = t.TempDir() + "/serial0"
	if err := os.Symlink(tty.Name(), link); err != nil {
		t.Fatal(err)
	}
	return tty, link
}

// hold lets another process have f open until the test ends.
func hold(t *testing.T, f *os.File) int { return holdBy(t, f, "sh") }

// holdBy does it by the shell, called by that name.
func holdBy(t *testing.T, f *os.File, shell string) int {
	c := exec.Command(shell, "-c", "echo open; read end")
	c.ExtraFiles = []*os.File{f}
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); c.Wait() })
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return c.Process.Pid
}

func TestTheProcessThatHasAPortOpenIsNamedUnderEveryNameOfThePort(t *testing.T) {
	tty, link := port(t)
	if found, err := holders(link); len(found) != 0 || err != nil {
		t.Errorf("before: %v, %v", found, err)
	}
	pid := hold(t, tty)
	for _, path := range []string{tty.Name(), link} {
		found, err := holders(path)
		if err != nil || len(found) != 1 || found[0].PID != pid || found[0].Command != "sh" || found[0].Device != path {
			t.Errorf("%s: %+v, %v, want process %d", path, found, err, pid)
		}
	}
}

func TestHoldersAreSaidToPeopleAndToPrograms(t *testing.T) {
	tty, link := port(t)
	for device, want := range map[string]int{link: 0, link + "none": exitNoInput} {
		for _, args := range [][]string{{"holders", device}, {"holders", "--json", device}} {
			if status := run(args); status != want {
				t.Errorf("%v: exit status %d, want %d", args, status, want)
			}
		}
	}
	if got := holdersText(link, nil, screen.Style{}); got != link+": no program has it open.\n" {
		t.Errorf("got %q", got)
	}
	hold(t, tty)
	found, err := holders(link)
	if err != nil {
		t.Fatal(err)
	}
	var again holder
	if err := json.Unmarshal(holdersJSON(found), &again); err != nil || again != found[0] {
		t.Errorf("got %+v, %v, want %+v", again, err, found[0])
	}
}

func TestTheAdviceFitsTheProgramAndALineOfATerminal(t *testing.T) {
	for command, want := range map[string]string{
		"gpsd":   "Stop it: sudo systemctl disable --now gpsd.socket gpsd.service",
		"agetty": "Stop it: sudo systemctl disable --now serial-getty@ttyAMA0.service",
		"cat":    "Stop it, or have gpsntpd use another port: receiver.device.",
	} {
		got := advice(command, "/dev/ttyAMA0", screen.Style{})
		if got != want {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
		for line := range strings.Lines(holdersText("/dev/ttyAMA0", []holder{{PID: 4194304, Command: command, Advice: got}}, screen.Style{})) {
			if len(line) > screen.Columns {
				t.Errorf("%q has more than %d columns", line, screen.Columns)
			}
		}
	}
}

func TestStatusAsksForHoldersOfABusyPortOnly(t *testing.T) {
	tty, link := port(t)
	hold(t, tty)
	for state, want := range map[hw.State]bool{hw.Busy: root(), hw.OK: false, hw.Denied: false} {
		got := heldBy(&control.Receiver{Device: link, State: state}, screen.Style{})
		if strings.Contains(got, link+" is held by sh, process ") != want {
			t.Errorf("%s: %q", state, got)
		}
	}
}
