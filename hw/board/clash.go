package board

import (
	"slices"
	"strconv"
)

// taker is an overlay, or a parameter of the board, that takes pins.
type taker struct {
	name  string
	param bool   // dtparam=NAME=on instead of dtoverlay=NAME
	by    string // the parameter that moves it to another pin
	pins  []int  // by default
}

// takers are those that are common, by the firmware's overlays/README.
var takers = []taker{
	{"i2s", true, "", []int{18, 19, 20, 21}},
	{"spi", true, "", []int{7, 8, 9, 10, 11}},
	{"i2c_arm", true, "", []int{2, 3}},
	{"w1-gpio", false, "gpiopin", []int{4}},
	{"gpio-ir", false, "gpio_pin", []int{18}},
	{"gpio-ir-tx", false, "gpio_pin", []int{18}},
	{"pwm", false, "pin", []int{18}},
	{"gpio-fan", false, "gpiopin", []int{12}},
	{"gpio-poweroff", false, "gpiopin", []int{26}},
	{"gpio-shutdown", false, "gpio_pin", []int{3}},
	{"dht11", false, "gpiopin", []int{4}},
	{"hifiberry-dac", false, "", []int{18, 19, 20, 21}},
	{"hifiberry-dacplus", false, "", []int{18, 19, 20, 21}},
	{"iqaudio-dacplus", false, "", []int{18, 19, 20, 21}},
}

// notes says what is better known about a pulse at a pin.
func (b *Boot) notes(pin int) error {
	p, _, err := b.parse()
	if err != nil || pin == NoPin {
		return err
	}
	note := func(part Part, s Setting) {
		b.Edits = append(b.Edits, Edit{Part: part, File: s.File, Current: s.Key + "=" + s.Value})
	}
	for _, t := range takers {
		if s, ok := t.takes(p, pin); ok {
			note(PartClash, s)
		}
	}
	for _, o := range p.pulses() {
		n, ok := o.pin()
		if !ok || n != pin {
			note(PartOther, o.Setting)
			continue
		}
		if slices.ContainsFunc(o.params, func(given param) bool { return given.name == "assert_falling_edge" && on(given.value) }) {
			note(PartEdge, o.Setting)
		}
	}
	return nil
}

func (t taker) takes(p parsed, pin int) (Setting, bool) {
	if t.param {
		for _, given := range slices.Backward(p.base) {
			if given.name == t.name {
				return given.at, on(given.value) && slices.Contains(t.pins, pin)
			}
		}
		return Setting{}, false
	}
	for _, o := range p.overlays {
		if o.name != t.name {
			continue
		}
		pins := t.pins
		for _, given := range o.params {
			if n, err := strconv.Atoi(given.value); err == nil && given.name == t.by {
				pins = []int{n}
			}
		}
		if slices.Contains(pins, pin) {
			return o.Setting, true
		}
	}
	return Setting{}, false
}
