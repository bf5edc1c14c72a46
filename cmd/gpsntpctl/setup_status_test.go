package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/setup"
	"gpsntpd/server/why"
)

// units are those of a fresh Raspberry Pi OS with gpsntpd on it.
type units map[string]string

func (u units) Run(_ context.Context, name string, args ...string) (string, error) {
	unit := args[len(args)-1]
	switch args[0] {
	case "is-active":
		if u[unit] == "enabled" {
			return "active", nil
		}
	case "is-enabled":
		return u[unit], nil
	case "enable", "disable":
		if u["stuck"] == unit {
			return "", errors.New(name + " " + strings.Join(args, " ") + ": access denied")
		}
		u[unit] = args[0] + "d"
	}
	return "", nil
}

func TestTheScreenOfSetupInTheDocumentsIsReal(t *testing.T) {
	root := card(t, map[string]string{
		"proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\x00", "proc/device-tree/compatible": "raspberrypi,5-model-b\x00",
		"etc/group": "_gpsntp:x:990:\n", "proc/sys/kernel/random/boot_id": "1\n",
	})
	s := &setup.System{Root: root, Disk: setup.Medium{}, User: "pi", Language: why.English, Commands: units{
		"systemd-timesyncd.service": "enabled", "gpsntpd.service": "enabled", "gpsntpd-setup.service": "disabled",
	}}
	flags := &setupFlags{root: "/"}
	want := flags.text(s.Plan(t.Context(), setup.Choice{HAT: "waveshare-l76k"}), nil, screen.Style{})
	narrow(t, "setup", want)
	if rows := strings.Count(want, "\n"); rows > 24 {
		t.Errorf("%d rows, more than a terminal has:\n%s", rows, want)
	}
	for _, path := range []string{"../../docs/operate.md", "../../docs/operate.zh-CN.md"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "$ gpsntpctl setup --hat waveshare-l76k\n"+want+"```\n") {
			t.Errorf("%s lacks:\n%s", path, want)
		}
	}
}

// full is a disk without room.
type full struct{ setup.Medium }

func (full) Write(string, []byte, fs.FileMode) error { return syscall.ENOSPC }

// changes are the lines of setup --json, each with its four keys first.
func changes(t *testing.T, out string) (all []setupLine) {
	t.Helper()
	for text := range strings.Lines(out) {
		var keys []string
		d := json.NewDecoder(strings.NewReader(text))
		if _, err := d.Token(); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			key, err := d.Token()
			var value any
			if e := errors.Join(err, d.Decode(&value)); e != nil {
				t.Fatal(e)
			}
			keys = append(keys, key.(string))
		}
		if !slices.Equal(keys, []string{"file", "change", "state", "reason"}) {
			t.Errorf("keys %q in %s", keys, text)
		}
		var line setupLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		if line.Change == "" || !slices.Contains([]string{"needed", "done", "undone", "refused"}, line.State) {
			t.Errorf("%s", text)
		}
		if line.State == "refused" && line.Reason == nil {
			t.Errorf("no reason in %s", text)
		}
		all = append(all, line)
	}
	return all
}

// inShort is what setup --json says of a change, in short.
func inShort(t *testing.T, p *setup.Plan) (all []string) {
	t.Helper()
	var b strings.Builder
	if err := writeSetupLines(&b, p); err != nil {
		t.Fatal(err)
	}
	for _, line := range changes(t, b.String()) {
		short := line.State + ": "
		if line.File != nil {
			short += *line.File + ": "
		}
		short += line.Change
		if line.Reason != nil {
			short += ": " + *line.Reason
		}
		all = append(all, short)
	}
	return all
}

func TestEachExitStatusOfSetupAndItsLines(t *testing.T) {
	root := card(t, map[string]string{"proc/sys/kernel/random/boot_id": "first\n"})
	u := units{"gpsntpd.service": "enabled", "gpsntpd-setup.service": "disabled", "systemd-timesyncd.service": "enabled"}
	s := &setup.System{Root: root, Disk: setup.Medium{}, Language: why.English, Commands: u}
	plant := func(name, text string) {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	step := func(flags setupFlags, choice setup.Choice, status int, want ...string) {
		t.Helper()
		flags.root = "/"
		p, err := flags.act(t.Context(), s, choice)
		if got := statusOf(flags.status(p, err)); got != status {
			t.Errorf("status %d, want %d: %v", got, status, err)
		}
		if got := inShort(t, p); !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	hat, config, line := setup.Choice{HAT: "uputronics"}, "/boot/firmware/config.txt: ", "/boot/firmware/cmdline.txt: "
	changed := func(state string) []string {
		return []string{
			state + config + "+ enable_uart=1", state + config + "+ dtoverlay=disable-bt", state + config + "+ dtoverlay=pps-gpio,gpiopin=18",
			state + line + "- console=serial0,115200", state + "systemctl disable systemd-timesyncd.service", state + "systemctl enable gpsntpd-setup.service",
		}
	}
	noPulse := "needed: pps@12.-1: The kernel has no pulse at GPIO 18: pps@12.-1 is missing."
	noPort := "needed: /dev/ttyAMA0: /dev/ttyAMA0 is missing."
	check, apply, undo, resume := setupFlags{}, setupFlags{apply: true}, setupFlags{undo: true}, setupFlags{resume: true}

	step(resume, hat, 0)
	step(undo, hat, 0)
	step(check, setup.Choice{}, setupRefused, "refused: HAT: The receiver has no EEPROM that says which pin the pulse comes in at.")
	step(check, hat, setupNeeded, changed("needed: ")...)
	s.Disk = full{}
	var refused []string
	for _, change := range changed("refused: ") {
		refused = append(refused, change+": "+syscall.ENOSPC.Error())
	}
	step(apply, hat, setupRefused, refused...)
	s.Disk = setup.Medium{}
	step(apply, hat, setupReboot, changed("done: ")...)
	step(check, hat, setupReboot)
	step(apply, hat, setupReboot)
	step(resume, hat, setupReboot)
	plant("proc/sys/kernel/random/boot_id", "second\n")
	step(resume, hat, setupNeeded, noPulse, noPort, "done: systemctl disable gpsntpd-setup.service")
	step(check, hat, setupNeeded, noPulse, noPort)
	plant("dev/ttyAMA0", "")
	plant("sys/class/pps/pps0/name", "pps@12.-1\n")
	step(check, hat, 0)
	step(apply, hat, 0)
	timesyncd := "systemctl disable systemd-timesyncd.service"
	u["systemd-timesyncd.service"], u["stuck"] = "enabled", "systemd-timesyncd.service"
	step(apply, hat, setupRefused, "refused: "+timesyncd+": "+timesyncd+": access denied")
	u["stuck"] = ""
	step(apply, hat, 0, "done: "+timesyncd)
	back := []string{"undone: " + config + "as it was", "undone: " + line + "as it was"}
	enable := "systemctl enable --now systemd-timesyncd.service"
	step(undo, hat, setupReboot, append(back, "undone: "+enable)...)
	step(apply, hat, setupReboot, changed("done: ")...)
	u["stuck"] = "systemd-timesyncd.service"
	step(undo, hat, setupRefused, append(back, "undone: systemctl disable gpsntpd-setup.service", "refused: "+enable+": "+enable+": access denied")...)
	step(undo, hat, 0)
}

func TestSetupWithoutGpsntpdIsForAPersonToMend(t *testing.T) {
	t.Setenv("PATH", "") // no systemctl
	root := card(t, nil)
	for _, flag := range []string{"--apply", "--check"} {
		out, err := verb("", "setup", "--json", "--root", root, "--pin", "18", flag)
		all := changes(t, out)
		last := all[len(all)-1]
		if statusOf(err) != setupNeeded || last.State != "needed" || last.File != nil || last.Change != "systemctl enable gpsntpd.service" || last.Reason == nil || last.Remedy == nil {
			t.Errorf("%s: %v %s", flag, err, out)
		}
	}
	out, err := verb("", "setup", "--root", root, "--pin", "18")
	if statusOf(err) != setupNeeded || !strings.HasSuffix(out, "\nWhat is still needed is for you to do: see above.\n") {
		t.Errorf("%v %s", err, out)
	}
}
