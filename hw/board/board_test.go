package board

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw"
)

// machine is a folder with these files of the kernel.
func machine(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestABoardIsKnownByItsDeviceTreeOrItsFirmware(t *testing.T) {
	pi := ReadBelow(machine(t, map[string]string{
		"proc/device-tree/model":      "Raspberry Pi 5 Model B Rev 1.0\x00",
		"proc/device-tree/compatible": "raspberrypi,5-model-b\x00brcm,bcm2712\x00",
	}))
	if pi.Model != "Raspberry Pi 5 Model B Rev 1.0" || !pi.Is("brcm,bcm2712") || pi.Is("brcm,bcm2711") || len(pi.Compatible) != 2 {
		t.Errorf("%q", pi)
	}
	pc := ReadBelow(machine(t, map[string]string{
		"sys/class/dmi/id/sys_vendor": "Dell Inc.\n", "sys/class/dmi/id/product_name": "OptiPlex 3050\n",
	}))
	if pc.Model != "Dell Inc. OptiPlex 3050" || len(pc.Compatible) != 0 {
		t.Errorf("%q", pc)
	}
	if b := ReadBelow(t.TempDir()); b.Model != "" || b.Is("") {
		t.Errorf("of nothing: %q", b)
	}
}

func TestEveryPathOnEveryBoardHasALatencyThatIsClaimed(t *testing.T) {
	pi5, pi4, other := Board{Compatible: []string{"raspberrypi,5-model-b", "brcm,bcm2712"}}, Board{Compatible: []string{"raspberrypi,4-model-b", "brcm,bcm2711"}}, Board{}
	pin := hw.Device{Path: "/dev/pps0", Name: "pps@12.-1"}
	for _, test := range []struct {
		name  string
		board Board
		hw.Device
		want time.Duration
	}{
		{"Pi 5", pi5, pin, 13 * time.Microsecond},
		{"Pi 4", pi4, pin, 2 * time.Microsecond},
		{"Pi 4, by its older name", pi4, hw.Device{Name: "pps.-1"}, 2 * time.Microsecond},
		{"Pi 4, by its path", pi4, hw.Device{Name: "soc:pps@4.-1"}, 2 * time.Microsecond},
		{"an unknown board's pin", other, pin, 50 * time.Microsecond},
		{"a PC's serial port", other, hw.Device{Name: "serial0", Port: "/dev/ttyS0"}, 250 * time.Microsecond},
		{"a serial port of a Pi", pi5, hw.Device{Name: "ttyAMA0", Port: "/dev/ttyAMA0"}, 250 * time.Microsecond},
		{"USB", pi5, hw.Device{Name: "usbserial0", Port: "/dev/ttyUSB0"}, 1250 * time.Microsecond},
		{"a modem on USB", other, hw.Device{Port: "/dev/ttyACM0"}, 1250 * time.Microsecond},
		{"a timer", other, hw.Device{Name: "ktimer"}, 250 * time.Microsecond},
		{"nothing is said", pi5, hw.Device{}, 250 * time.Microsecond},
	} {
		if got := test.board.EdgeLatency(test.Device); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	for _, p := range []path{gpio, uart, usb, unknown} {
		least := time.Duration(0)
		for _, l := range latencies {
			if l.path == p && l.board == "" {
				least = l.most
			}
			if l.most <= 0 || l.basis == "" {
				t.Errorf("%v: no figure, or no basis", l)
			}
		}
		for _, l := range latencies {
			if l.path == p && l.most > least {
				t.Errorf("%s: a board that is not known is said to be better than %s", p, l.board)
			}
		}
		if least == 0 {
			t.Errorf("%s: no row for boards that are not known", p)
		}
	}
}

func TestTheDocumentHasTheSameFigures(t *testing.T) {
	text, err := os.ReadFile("../../docs/accuracy.md")
	if err != nil {
		t.Fatal(err)
	}
	words := map[path]string{gpio: "GPIO pin (`pps-gpio`)", uart: "DCD line of a serial port", usb: "DCD line on USB", unknown: "anything else"}
	for _, l := range latencies {
		board := "any other"
		if l.board != "" {
			board = "`" + l.board + "`"
		}
		most := fmt.Sprintf("%d µs", l.most.Microseconds())
		if l.most >= time.Millisecond {
			most = fmt.Sprintf("%v ms", l.most.Seconds()*1e3)
		}
		if row := fmt.Sprintf("| %s | %s | %s | %s |\n", words[l.path], board, most, l.basis); !strings.Contains(string(text), row) {
			t.Errorf("docs/accuracy.md lacks: %s", row)
		}
	}
}

func TestConditionsChangeWithAGovernorAndWithPowerSaving(t *testing.T) {
	root := t.TempDir()
	write := func(name, value string) {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(value+"\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	conditions := func() string { return Board{Model: "Raspberry Pi 5"}.ConditionsBelow(root, "6.12.0") }
	seen := map[string]bool{conditions(): true}
	for _, change := range [][2]string{
		{"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "ondemand"},
		{"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance"},
		{"sys/bus/pci/devices/0002:01:00.0/link/l1_aspm", "1"},
		{"sys/bus/pci/devices/0002:01:00.0/link/l1_aspm", "0"},
		{"sys/devices/system/cpu/cpu0/cpuidle/state1/disable", "1"},
	} {
		write(change[0], change[1])
		if now := conditions(); seen[now] {
			t.Errorf("%v: %q as before", change, now)
		} else {
			seen[now] = true
		}
	}
	if a, b := conditions(), conditions(); a != b {
		t.Errorf("%q, then %q", a, b)
	}
}
