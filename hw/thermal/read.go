package thermal

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
)

// ErrNonsense says that a reading is certainly not the temperature. It names no
// number: one that wanders would be a new error each time.
var ErrNonsense = errors.New("the sensor shows what is no temperature")

// Beyond these a reading is an absent sensor's: −127 °C and 255 °C from a bus
// without an answer, −273.15 °C from a driver that never had one.
const (
	coldest hw.Temperature = -55
	hottest hw.Temperature = 150
)

// A DS18B20 that has just lost its power shows 85 °C until it has measured. For
// other sensors that is a temperature like any other.
const (
	oneWire                = "w1_slave_temp"
	powerOn hw.Temperature = 85
)

// read reads s once.
func (s source) read() (hw.Temperature, error) {
	b, err := os.ReadFile(s.path)
	var t hw.Temperature
	if err == nil {
		t, err = parse(string(b))
	}
	if err == nil && t == powerOn && slices.Contains(s.names, oneWire) {
		err = ErrNonsense
	}
	if err != nil {
		return 0, &hotplug.Error{Path: s.names[0], Call: "read", Err: err}
	}
	return t, nil
}

// parse reads what the kernel prints: thousandths of a °C.
func parse(text string) (hw.Temperature, error) {
	milli, err := strconv.Atoi(strings.TrimSpace(text))
	t := hw.Temperature(milli) / 1000
	if err != nil || t < coldest || t > hottest {
		return 0, ErrNonsense
	}
	return t, nil
}
