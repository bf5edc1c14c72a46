package pps

import (
	"os"
	"path/filepath"
	"strings"
)

// find returns the path of the device called name. The numbers of PPS devices
// move when the kernel finds them in another order, so what sysfs says of one
// counts first: its name (the driver's), or its path (the serial port that it
// hangs on).
func find(sys, name string) string {
	devices, _ := os.ReadDir(sys) // none, when the kernel has no PPS
	for _, device := range devices {
		for _, attribute := range []string{"name", "path"} {
			text, err := os.ReadFile(filepath.Join(sys, device.Name(), attribute))
			if err == nil && strings.TrimSpace(string(text)) == name {
				return "/dev/" + device.Name()
			}
		}
	}
	if filepath.IsAbs(name) {
		return name
	}
	return "/dev/" + name
}
