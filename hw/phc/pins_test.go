package phc

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// board is a clock's pins; those that are fixed are outputs for ever.
type board struct {
	all   []unix.PtpPinDesc
	fixed string // names, each followed by a space
}

func (b *board) get(i int) (*unix.PtpPinDesc, error) {
	pin := b.all[i]
	return &pin, nil
}

func (b *board) set(pin *unix.PtpPinDesc) error {
	if strings.Contains(b.fixed, called(pin)+" ") {
		return unix.EOPNOTSUPP
	}
	b.all[pin.Index] = *pin
	return nil
}

// newBoard numbers the pins by their places.
func newBoard(fixed string, all ...unix.PtpPinDesc) *board {
	for i := range all {
		all[i].Index = uint32(i)
	}
	return &board{all, fixed}
}

func pin(name string, function, channel uint32) unix.PtpPinDesc {
	p := unix.PtpPinDesc{Func: function, Chan: channel}
	copy(p.Name[:], name)
	return p
}

func TestThePinThatBecomesTheInput(t *testing.T) {
	const none, input1, output = unix.PTP_PF_NONE, unix.PTP_PF_EXTTS, unix.PTP_PF_PEROUT
	for name, c := range map[string]struct {
		b    *board
		pin  string
		want string // the pin that is an input then; "": none
		on   uint32
	}{
		"the first that is free":                  {b: newBoard("", pin("SDP0", none, 0), pin("SDP1", none, 0)), want: "SDP0"},
		"the next, where the driver refuses":      {b: newBoard("SDP0 ", pin("SDP0", none, 0), pin("SDP1", none, 0)), want: "SDP1"},
		"one that is an input already":            {b: newBoard("", pin("SDP0", none, 0), pin("SDP1", input1, 1)), want: "SDP1", on: 1},
		"none that is an output":                  {b: newBoard("", pin("SDP0", output, 0), pin("SDP1", none, 0)), want: "SDP1"},
		"the one of the configuration":            {b: newBoard("", pin("SDP0", none, 0), pin("SDP1", output, 0)), pin: "SDP1", want: "SDP1"},
		"no other than that of the configuration": {b: newBoard("SDP0 ", pin("SDP0", none, 0), pin("SDP1", none, 0)), pin: "SDP0"},
		"none, where there is none of that name":  {b: newBoard("", pin("SDP0", none, 0)), pin: "SDP7"},
		"none, where the driver refuses all":      {b: newBoard("SDP0 SDP1 ", pin("SDP0", none, 0), pin("SDP1", none, 0))},
		"none, where all are outputs":             {b: newBoard("", pin("SDP0", output, 0))},
		"the configured one, an input already":    {b: newBoard("SDP0 ", pin("SDP0", input1, 2)), pin: "SDP0", want: "SDP0", on: 2},
		"a free one has the first channel":        {b: newBoard("", pin("SDP0", none, 3)), want: "SDP0"},
	} {
		channel, err := input(c.pin, len(c.b.all), c.b)
		if (err == nil) != (c.want != "") || channel != c.on {
			t.Errorf("%s: channel %d, %v", name, channel, err)
			continue
		}
		if err != nil {
			if !errors.Is(err, ErrNoPin) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		for _, p := range c.b.all {
			if (p.Func == input1) != (called(&p) == c.want) {
				t.Errorf("%s: %s has function %d", name, called(&p), p.Func)
			}
		}
	}
}

func TestAPinThatIsRefusedIsNamed(t *testing.T) {
	_, err := input("", 1, newBoard("SDP0 ", pin("SDP0", unix.PTP_PF_NONE, 0)))
	if !errors.Is(err, unix.EOPNOTSUPP) || !strings.Contains(err.Error(), "SDP0") {
		t.Error(err)
	}
}
