package board

import (
	"path/filepath"
	"slices"
)

// NoPin is a pulse that is wired to no pin of the header.
const NoPin = -1

// HAT is a receiver that is plugged onto the header.
type HAT struct {
	Name    string // short, for people who type
	Title   string
	Product string // what its EEPROM says; "" when it has none, or no one has told
	Pin     int    // the pulse's GPIO, or NoPin
	Serial  bool   // it speaks on the header's serial port
	Source  string
}

// Elsewhere is the name of a receiver that is not on the header.
const Elsewhere = "none"

// HATs are all that are known. An EEPROM is told by its product alone: vendors
// spell themselves in more than one way.
func HATs() []HAT {
	return []HAT{
		{"adafruit", "Adafruit Ultimate GPS HAT", "", 4, true, "Adafruit's guide of product 2324"},
		{"uputronics", "Uputronics GPS/RTC expansion board", "", 18, true, "datasheet, revision 2.1, table Pin Configurations"},
		{"waveshare-l76k", "Waveshare L76K GNSS HAT", "", 18, true, "Waveshare's wiki: header pin 12"},
		{"waveshare-max-m8q", "Waveshare MAX-M8Q GNSS HAT", "", 18, true, "Waveshare's wiki: header pin 12, serial jumper in position B"},
		{"waveshare-lc29h", "Waveshare LC29H GNSS HAT", "", 18, true, "Waveshare's wiki: header pin 12"},
		{"waveshare-neo-m8t", "Waveshare NEO-M8T GNSS HAT", "", 18, true, "Waveshare's wiki: header pin 12"},
		{"jp-l1", "Jimmy Paputto L1 GNSS HAT", "L1 GNSS HAT", 5, false, "the vendor's library GnssHat: time pulse on GPIO 5; SPI and USB, no UART"},
		{"jp-time", "Jimmy Paputto L1/L5 GNSS TIME HAT", "L1/L5 GNSS TIME HAT", 5, true, "the vendor's library GnssHat: time pulse on GPIO 5, UART"},
		{"jp-rtk", "Jimmy Paputto L1/L5 GNSS RTK HAT", "L1/L5 GNSS RTK HAT", 5, true, "the vendor's library GnssHat: time pulse on GPIO 5, SPI and UART"},
		{"dragino", "Dragino LoRa/GPS HAT", "", NoPin, true, "dragino/Lora, issue 2: the pulse ends at a pin of the HAT's own"},
		{Elsewhere, "receiver that is not on the header", "", NoPin, false, "nothing of the header is used"},
	}
}

// HATNamed is the HAT of that short name.
func HATNamed(name string) (HAT, bool) {
	return hat(func(h HAT) bool { return h.Name == name })
}

// HATOf is the HAT whose EEPROM says so.
func HATOf(e EEPROM) (HAT, bool) {
	return hat(func(h HAT) bool { return h.Product != "" && h.Product == e.Product })
}

func hat(fits func(HAT) bool) (HAT, bool) {
	all := HATs()
	if i := slices.IndexFunc(all, fits); i >= 0 {
		return all[i], true
	}
	return HAT{}, false
}

// EEPROM is what the firmware has read from a HAT. The zero value is none.
type EEPROM struct {
	Vendor, Product string
}

// ReadEEPROM asks the device tree below a root folder.
func ReadEEPROM(root string) EEPROM {
	tree := func(name string) string { return text(filepath.Join(root, "proc/device-tree/hat", name)) }
	return EEPROM{Vendor: tree("vendor"), Product: tree("product")}
}
