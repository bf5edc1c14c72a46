package board

import (
	"strings"
	"time"

	"gpsntpd/hw"
)

// path is the kind of way that a pulse takes into the kernel.
type path string

const (
	gpio    path = "gpio"    // pps-gpio: an interrupt of a GPIO pin
	uart    path = "uart"    // DCD line of a serial port on the board or on PCIe
	usb     path = "usb"     // DCD line of a serial adapter on USB
	unknown path = "unknown" // none of these
)

// pathOf tells which way the pulse of an open device takes. pps-gpio names its
// device after the platform device, pps.N or pps@PIN.N.
func pathOf(d hw.Device) path {
	switch port := strings.TrimPrefix(d.Port, "/dev/"); {
	case strings.HasPrefix(port, "ttyUSB"), strings.HasPrefix(port, "ttyACM"):
		return usb
	case port != "":
		return uart
	case strings.HasPrefix(d.Name, "pps.") || strings.HasPrefix(d.Name, "pps@") || strings.Contains(d.Name, ":pps@"):
		return gpio
	}
	return unknown
}

// latencies tells how late the kernel stamps pulses at most on average, on a
// machine as it was installed: governor, idle states and power saving as they
// come. The first row whose path and board fit counts; a row without a board is
// for all others. What varies from pulse to pulse is no part of it. It is
// documented in docs/accuracy.md.
var latencies = []struct {
	path
	board string // compatible of the device tree
	most  time.Duration
	basis string
}{
	{gpio, "brcm,bcm2712", 13 * time.Microsecond, "Raspberry Pi 5, pin of the RP1 behind PCIe: 11.7 to 12.6 µs measured"},
	{gpio, "brcm,bcm2711", 2 * time.Microsecond, "Raspberry Pi 4: 0.85 µs measured on an isolated core, about 1 µs reported"},
	{gpio, "brcm,bcm2837", 10 * time.Microsecond, "Raspberry Pi 3: 2 to 5 µs reported with old kernels"},
	{gpio, "brcm,bcm2836", 10 * time.Microsecond, "Raspberry Pi 2: as Raspberry Pi 3"},
	{gpio, "brcm,bcm2835", 20 * time.Microsecond, "Raspberry Pi 1 and Zero: no figure; a slower processor than Raspberry Pi 3"},
	{gpio, "ti,am33xx", 9 * time.Microsecond, "BeagleBone: 6.9 µs measured, 98 % from 6.0 to 8.6 µs"},
	{gpio, "", 50 * time.Microsecond, "no figure for this board: about four times the slowest that is known"},
	{uart, "", 250 * time.Microsecond, "94 µs measured on a PC's port, 218 µs behind Thunderbolt"},
	{usb, "", 1250 * time.Microsecond, "USB asks once in a millisecond; 215 µs measured on a fast adapter"},
	{unknown, "", 250 * time.Microsecond, "no figure for this kind of device"},
}

// Levels is where the levels of a board's pins can be read, without a right but to read.
type Levels struct {
	Device string // whose memory that is
	Offset int64  // of the 32-bit register that pin 0 is the lowest bit of
	Bank   int    // pins in a register
	Next   int64  // from a register to the one of the next pins
}

// levels are those of the boards whose manuals have them: BCM2835 ARM Peripherals, section
// 6.1 (GPLEV0), as up to Raspberry Pi 4; RP1 Peripherals, section 3.1.2 (RIO_IN).
var levels = []struct {
	board string
	Levels
}{
	{"brcm,bcm2712", Levels{"/dev/gpiomem0", 0x10008, 28, 0x4000}},
	{"brcm,bcm2711", Levels{"/dev/gpiomem", 0x34, 32, 4}},
	{"brcm,bcm2837", Levels{"/dev/gpiomem", 0x34, 32, 4}},
	{"brcm,bcm2836", Levels{"/dev/gpiomem", 0x34, 32, 4}},
	{"brcm,bcm2835", Levels{"/dev/gpiomem", 0x34, 32, 4}},
}

// Levels returns where the levels of the header's pins can be read; not ok when that is not
// known of this board.
func (b Board) Levels() (l Levels, ok bool) {
	for _, l := range levels {
		if b.Is(l.board) {
			return l.Levels, true
		}
	}
	return Levels{}, false
}

// EdgeLatency is how late the pulses of an open device may be stamped on this
// board, by a constant that no one has measured: they are 0 to this too late.
func (b Board) EdgeLatency(d hw.Device) time.Duration {
	p := pathOf(d)
	for _, l := range latencies {
		if l.path == p && (l.board == "" || b.Is(l.board)) {
			return l.most
		}
	}
	return 0 // not reached: each path has a row for all boards
}
