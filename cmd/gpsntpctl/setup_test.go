package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gpsntpd/hw/board"
)

// card is the system of a Raspberry Pi 4, or of another board, that does not run.
func card(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	all := map[string]string{
		"proc/device-tree/model":                 "Raspberry Pi 4 Model B Rev 1.5\x00",
		"proc/device-tree/compatible":            "raspberrypi,4-model-b\x00brcm,bcm2711\x00",
		"boot/firmware/config.txt":               "dtparam=audio=on\n[all]\n",
		"boot/firmware/cmdline.txt":              "console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootwait\n",
		"boot/firmware/overlays/pps-gpio.dtbo":   "",
		"boot/firmware/overlays/disable-bt.dtbo": "",
	}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// systemctl is one of a system on which gpsntpd is enabled.
func systemctl(t *testing.T) {
	t.Helper()
	folder := t.TempDir()
	text := "#!/bin/sh\ncase \"$*\" in *is-enabled\\ gpsntpd.service) echo enabled;; *) echo not-found; exit 4;; esac\n"
	if err := os.WriteFile(filepath.Join(folder, "systemctl"), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
}

func TestSetupSaysWhatItWouldDoDoesItAndTakesItBackInBothLanguages(t *testing.T) {
	systemctl(t)
	for _, l := range []string{"en", "zh"} {
		root := card(t, nil)
		for _, step := range []struct {
			name   string
			args   []string
			status int
		}{
			{"unsaid", nil, setupRefused},
			{"check", []string{"--hat", "uputronics"}, setupNeeded},
			{"apply", []string{"--hat", "uputronics", "--apply"}, 0},
			{"again", []string{"--hat", "uputronics"}, 0},
			{"undo", []string{"--undo"}, 0},
			{"nothing", []string{"--undo"}, 0},
		} {
			var got string
			var err error
			t.Run(step.name, func(t *testing.T) {
				t.Chdir(root) // so that its name is not on the screen
				got, err = verb("", append([]string{"setup", "--lang", l, "--root", "."}, step.args...)...)
			})
			if status := statusOf(err); status != step.status {
				t.Errorf("%s: status %d, want %d: %v", step.name, status, step.status, err)
			}
			narrow(t, "setup "+step.name, got)
			golden(t, "testdata/setup/"+step.name+"."+l+".golden", got)
		}
	}
}

// statusOf is how the program would end.
func statusOf(err error) int {
	if err == nil {
		return 0
	}
	f, ok := err.(failure)
	if !ok {
		return exitUsage
	}
	return f.status
}

func TestSetupRefusesWhatDoesNotExist(t *testing.T) {
	root := card(t, nil)
	for _, args := range [][]string{
		{"--hat", "foo"}, {"--board", "foo"}, {"--pin", "foo"}, {"--pin", "28"}, {"--pin", "14"}, {"--pin", "-1"},
		{"--apply", "--undo"}, {"--root", filepath.Join(root, "boot/firmware/config.txt")}, {"--root", filepath.Join(root, "none")}, {"more"},
	} {
		if out, err := verb("", append([]string{"setup", "--root", root}, args...)...); statusOf(err) != exitUsage || err.Error() == "" {
			t.Errorf("%q: %v %s", args, err, out)
		}
	}
}

func TestEveryBoardAndEveryHATCanBeNamed(t *testing.T) {
	t.Setenv("PATH", "")
	root := card(t, map[string]string{"proc/device-tree/compatible": "unknown,board\x00", "proc/device-tree/hat/product": "PoE+ HAT\x00"})
	for _, b := range boardNames() {
		for _, h := range hatNames() {
			if h == board.Elsewhere { // nothing is edited
				continue
			}
			out, err := verb("", "setup", "--json", "--root", root, "--board", b, "--hat", h)
			all := changes(t, out)
			for _, a := range all {
				if statusOf(err) != setupNeeded || *a.Model != b || *a.HAT != h || a.State != "needed" {
					t.Errorf("%s, %s: %v %s", b, h, err, out)
				}
			}
			if len(all) == 0 {
				t.Errorf("%s, %s: no change: %v", b, h, err)
			}
		}
	}
}

func TestWhatAHATSaysDoesNotSteerTheTerminal(t *testing.T) {
	t.Setenv("PATH", "")
	root := card(t, map[string]string{
		"proc/device-tree/hat/product": attack, "proc/device-tree/model": attack,
		"boot/firmware/config.txt": "enable_uart=0\ndtoverlay=pps-gpio,gpiopin=" + strings.ReplaceAll(attack, "\n", "") + "\ndtoverlay=w1-gpio,gpiopin=4" + strings.ReplaceAll(attack, "\n", ""),
	})
	for _, args := range [][]string{nil, {"--pin", "4"}, {"--json"}, {"--json", "--pin", "4"}} {
		out, _ := verb("", append([]string{"setup", "--root", root}, args...)...)
		if out == "" || strings.ContainsAny(out, "\x1b\a\u009b\u202e\r") {
			t.Errorf("%q: %q", args, out)
		}
	}
}

func TestOneSetupAtATime(t *testing.T) {
	root := card(t, map[string]string{"var/lib/other": ""})
	release, err := alone(filepath.Join(root, "var/lib"))
	if err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"--apply", "--undo", "--resume"} {
		if out, err := verb("", "setup", "--root", root, "--pin", "18", flag); statusOf(err) != setupRefused || out != "" {
			t.Errorf("%s: %v %s", flag, err, out)
		}
	}
	release()
	systemctl(t)
	if _, err := verb("", "setup", "--root", root, "--pin", "18", "--apply"); err != nil {
		t.Error(err)
	}
}
