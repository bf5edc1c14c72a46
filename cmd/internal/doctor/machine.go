package doctor

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw/board"
)

// machine looks at the board, and at what brings its pulses and sentences.
func (e *exam) machine() {
	b := board.ReadBelow(e.path(""))
	if b.Model == "" {
		e.say(boardUnknown, "")
	} else {
		e.say(boardKnown, b.Model)
	}
	if pi(b) {
		e.power()
		e.uart(b)
	}
	e.kernel()
	e.overlay(b)
	if clock := e.glob("/sys/class/rtc/rtc*"); len(clock) > 0 {
		name, _, _ := strings.Cut(e.text(clock[0]+"/name"), " ") // "rtc-ds1307 1-0068"
		e.say(rtcOK, name)
	} else {
		e.say(rtcMissing, "")
	}
}

// pi reports whether the board is a Raspberry Pi.
func pi(b board.Board) bool { return strings.HasPrefix(b.Model, "Raspberry Pi") }

// Bits of the firmware's get_throttled; the higher ones say that it has been so since
// the start (https://www.raspberrypi.com/documentation/computers/os.html, get_throttled).
const (
	lowNow = 1 << 0
	lowWas = 1 << 16
	slow   = 1<<2 | 1<<18 // for one reason or the other
	hot    = 1<<3 | 1<<19
)

// power tells undervoltage and throttling.
func (e *exam) power() {
	bits, ok := e.throttled()
	switch {
	case !ok:
		e.say(powerUnread, "")
		return
	case bits&lowNow != 0:
		e.say(undervoltage, "")
	case bits&lowWas != 0:
		e.say(undervoltageWas, "")
	}
	low := bits&(lowNow|lowWas) != 0
	switch tooHot := bits&hot != 0 || bits&slow != 0 && !low; {
	case tooHot:
		e.say(throttled, "")
	case !low:
		e.say(powerOK, "")
	}
}

// throttled asks the firmware, by sysfs or by its own program; else the alarm of the
// voltage sensor, which knows of now alone.
func (e *exam) throttled() (bits uint64, ok bool) {
	words := []string{strings.TrimPrefix(e.Run(e.ctx, "vcgencmd", "get_throttled"), "throttled=")}
	for _, name := range e.glob("/sys/devices/platform/soc*/*/get_throttled") {
		words = append([]string{e.text(name)}, words...)
	}
	for _, word := range words {
		if n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimSpace(word), "0x"), 16, 32); err == nil {
			return n, true
		}
	}
	for _, name := range e.glob("/sys/class/hwmon/hwmon*/name") {
		if e.text(name) == "rpi_volt" {
			alarm := e.text(filepath.Dir(name) + "/in0_lcrit_alarm")
			return uint64(len(strings.Trim(alarm, "0"))), alarm != ""
		}
	}
	return 0, false
}

// partition is that of a Raspberry Pi, as its firmware reads it.
func (e *exam) partition() board.Partition {
	p, ok := board.FindPartition(func(path string) ([]byte, error) { return os.ReadFile(e.path(path)) })
	if !ok {
		p.Top = "/boot/firmware"
	}
	return p
}

// bootConfig is the file that the firmware reads.
func (e *exam) bootConfig() string { return e.partition().Top + "/config.txt" }

// asksForPulse reports whether the firmware is asked for a pulse on a board like b.
func (e *exam) asksForPulse(b board.Board) bool {
	m, _ := b.Known() // else what holds for all
	p := e.partition()
	pins, err := m.Pulses(p.Files, p.Serial)
	return err == nil && len(pins) > 0
}

// module reports whether the kernel has a module, built in, loaded or to be loaded.
func (e *exam) module(name string) bool {
	if e.exists("/sys/module/" + name) {
		return true
	}
	folder := "/lib/modules/" + e.release()
	file := regexp.MustCompile(`(?m)^[^:\n]*/` + name + `\.ko`)
	return file.MatchString(e.text(folder+"/modules.builtin")) || file.MatchString(e.text(folder+"/modules.dep"))
}

func (e *exam) release() string { return e.text("/proc/sys/kernel/osrelease") }

// kernel reports whether the kernel can have pulses.
func (e *exam) kernel() {
	switch {
	case e.Config.Pulse.Device == "":
	case e.exists("/sys/class/pps"):
		e.say(kernelPPS, "")
	case e.module("pps_core"):
		e.say(kernelLoadable, "")
	default:
		e.say(kernelNoPPS, "", "release", e.release())
	}
}

// overlay reports whether there is a driver for the pulse that is configured.
func (e *exam) overlay(b board.Board) {
	pulse := e.Config.Pulse.Source()
	port, dcd := pulse.Path, pulse.Kind == config.PulseDCD
	switch {
	case pulse.Kind == config.NoPulse:
	case dcd && (e.module("pps_ldisc") || e.module("pps-ldisc")):
		e.say(lineDiscipline, port)
	case dcd:
		e.say(noDiscipline, port, "release", e.release())
	case !pi(b):
	case len(e.pins()) > 0:
		e.say(overlayOK, strings.Join(e.pins(), ", "))
	case len(e.glob("/sys/class/pps/pps*")) > 0: // by something else
	case e.asksForPulse(b):
		e.say(overlayReboot, e.bootConfig())
	default:
		e.say(overlayMissing, e.bootConfig())
	}
}

// pins are those that the device tree takes pulses from.
func (e *exam) pins() (all []string) {
	for _, pattern := range []string{"/proc/device-tree/pps@*", "/proc/device-tree/soc/pps@*"} {
		for _, name := range e.glob(pattern) {
			all = append(all, where(filepath.Base(name), ""))
		}
	}
	return all
}

// where is the pin or port that a pulse device hangs on, by its name, pps@PIN.N in
// hexadecimal, and its path.
func where(name, port string) string {
	if _, digits, ok := strings.Cut(name, "pps@"); ok {
		digits, _, _ = strings.Cut(digits, ".")
		if pin, err := strconv.ParseUint(digits, 16, 16); err == nil {
			return "GPIO " + strconv.FormatUint(pin, 10)
		}
	}
	if port != "" {
		return "DCD " + port
	}
	return name
}
