package board

import "slices"

// UART is how the serial port on the header, GPIO 14 and 15, is had.
type UART string

// Wherever it comes from, it is /dev/ttyAMA0 then.
const (
	UARTPlain     UART = "plain"     // the good one, a PL011, is there by default
	UARTBluetooth UART = "bluetooth" // the PL011 is Bluetooth's, and the header has the mini UART, until an overlay turns that round
	UARTRP1       UART = "rp1"       // UART0 of the chip RP1, off by default; serial0 is another connector
)

// Port is the header's serial port once it is set up.
const Port = "/dev/ttyAMA0"

// Model is what is known of a kind of Raspberry Pi.
type Model struct {
	Name       string // short, for people who type
	Title      string
	Compatible string   // of its device tree
	Type       int      // in its revision code, for [board-type=]
	Filters    []string // sections of config.txt that hold for it, beside [all]
	UART
}

// Models are all that are known. Sources: Raspberry Pi's documentation, "Conditional
// filters", "Revision codes" and "Configuring UARTs"; Linux,
// Documentation/devicetree/bindings/arm/bcm/bcm2835.yaml; overlays/README of the
// firmware for uart0 of the Pi 5. Compute modules are taken with a carrier that
// brings GPIO 14 and 15 to a header, as their IO boards do.
func Models() []Model {
	return []Model{
		{"pi1a", "Raspberry Pi Model A", "raspberrypi,model-a", 0x00, []string{"pi1"}, UARTPlain},
		{"pi1b", "Raspberry Pi Model B", "raspberrypi,model-b", 0x01, []string{"pi1"}, UARTPlain},
		{"pi1b-rev2", "Raspberry Pi Model B rev. 2", "raspberrypi,model-b-rev2", 0x01, []string{"pi1"}, UARTPlain},
		{"pi1a+", "Raspberry Pi Model A Plus", "raspberrypi,model-a-plus", 0x02, []string{"pi1"}, UARTPlain},
		{"pi1b+", "Raspberry Pi Model B Plus", "raspberrypi,model-b-plus", 0x03, []string{"pi1"}, UARTPlain},
		{"pi2", "Raspberry Pi 2 Model B", "raspberrypi,2-model-b", 0x04, []string{"pi2"}, UARTPlain},
		{"pi2-rev2", "Raspberry Pi 2 Model B rev. 1.2", "raspberrypi,2-model-b-rev2", 0x04, []string{"pi2"}, UARTPlain},
		{"zero", "Raspberry Pi Zero", "raspberrypi,model-zero", 0x09, []string{"pi0"}, UARTPlain},
		{"zero-w", "Raspberry Pi Zero W", "raspberrypi,model-zero-w", 0x0c, []string{"pi0", "pi0w"}, UARTBluetooth},
		{"zero-2w", "Raspberry Pi Zero 2 W", "raspberrypi,model-zero-2-w", 0x12, []string{"pi0", "pi0w", "pi02"}, UARTBluetooth},
		{"pi3", "Raspberry Pi 3 Model B", "raspberrypi,3-model-b", 0x08, []string{"pi3"}, UARTBluetooth},
		{"pi3b+", "Raspberry Pi 3 Model B Plus", "raspberrypi,3-model-b-plus", 0x0d, []string{"pi3", "pi3+"}, UARTBluetooth},
		{"pi3a+", "Raspberry Pi 3 Model A Plus", "raspberrypi,3-model-a-plus", 0x0e, []string{"pi3", "pi3+"}, UARTBluetooth},
		{"cm3", "Raspberry Pi Compute Module 3", "raspberrypi,3-compute-module", 0x0a, []string{"pi3", "cm3"}, UARTPlain},
		{"pi4", "Raspberry Pi 4 Model B", "raspberrypi,4-model-b", 0x11, []string{"pi4"}, UARTBluetooth},
		{"pi400", "Raspberry Pi 400", "raspberrypi,400", 0x13, []string{"pi4", "pi400"}, UARTBluetooth},
		{"cm4", "Raspberry Pi Compute Module 4", "raspberrypi,4-compute-module", 0x14, []string{"pi4", "cm4"}, UARTBluetooth},
		{"cm4s", "Raspberry Pi Compute Module 4S", "raspberrypi,4-compute-module-s", 0x15, []string{"pi4", "cm4s"}, UARTPlain},
		{"pi5", "Raspberry Pi 5 Model B", "raspberrypi,5-model-b", 0x17, []string{"pi5"}, UARTRP1},
		{"cm5", "Raspberry Pi Compute Module 5", "raspberrypi,5-compute-module", 0x18, []string{"pi5", "cm5"}, UARTRP1},
		{"pi500", "Raspberry Pi 500", "raspberrypi,500", 0x19, []string{"pi5", "pi500"}, UARTRP1},
	}
}

// Known is what is known of boards of this kind.
func (b Board) Known() (Model, bool) {
	for _, name := range b.Compatible { // the most exact first
		models := Models()
		if i := slices.IndexFunc(models, func(m Model) bool { return m.Compatible == name }); i >= 0 {
			return models[i], true
		}
	}
	return Model{}, false
}

// Named is the model of that short name.
func Named(name string) (Model, bool) {
	models := Models()
	if i := slices.IndexFunc(models, func(m Model) bool { return m.Name == name }); i >= 0 {
		return models[i], true
	}
	return Model{}, false
}
