package gpio

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"gpsntpd/hw/hotplug"
)

// ErrNoPin says that a pulse device is not on a pin.
var ErrNoPin = errors.New("the device tree names no pin for this pulse")

// activeLow is the flag of a device tree's gpios property.
const activeLow = 1

// PinOf returns the pin that the kernel's pulse device of that path or name is on, and
// whether the pulse is low there; sys is where sysfs lists the devices, "" for the usual
// place.
func PinOf(sys, device string) (n int, low bool, err error) {
	if sys == "" {
		sys = "/sys/class/pps"
	}
	folder := filepath.Join(sys, filepath.Base(device))
	if _, err := os.Stat(folder); err != nil {
		folder = named(sys, device)
	}
	gpios, err := os.ReadFile(filepath.Join(folder, "device/of_node/gpios"))
	if err != nil || len(gpios) < 12 { // phandle of the controller, pin, flags
		return 0, false, &hotplug.Error{Path: device, Call: "of_node/gpios", Err: ErrNoPin}
	}
	return int(binary.BigEndian.Uint32(gpios[4:])), binary.BigEndian.Uint32(gpios[8:])&activeLow != 0, nil
}

// named is the folder of the device that sysfs calls so.
func named(sys, name string) string {
	all, _ := filepath.Glob(filepath.Join(sys, "*", "name")) // fails for a bad pattern only
	for _, file := range all {
		if text, err := os.ReadFile(file); err == nil && strings.TrimSpace(string(text)) == name {
			return filepath.Dir(file)
		}
	}
	return filepath.Join(sys, name)
}
