package doctor

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/board"
	"gpsntpd/hw/holders"
	"gpsntpd/server/why"
)

// uart reports whether the pins of a Raspberry Pi have a serial port, and which.
func (e *exam) uart(b board.Board) {
	serial0 := e.resolve("/dev/serial0")
	usb := len(e.glob("/dev/ttyUSB*"))+len(e.glob("/dev/ttyACM*")) > 0
	off := func(code why.Code, port string) {
		if usb {
			code = uartUnused
		}
		e.say(code, e.bootConfig(), "port", port)
	}
	switch {
	case b.Is("brcm,bcm2712") && e.exists("/dev/ttyAMA0"):
		e.say(uartOK, "/dev/ttyAMA0")
	case b.Is("brcm,bcm2712"):
		off(uartDebug, serial0)
	case !e.exists("/dev/serial0"):
		off(uartOff, "")
	case serial0 == "/dev/ttyS0":
		e.say(uartMini, e.bootConfig(), "port", serial0)
	default:
		e.say(uartOK, serial0)
	}
}

// candidates are the ports that exist of those which are configured, each once.
func (e *exam) candidates() (all []string) {
	var known []string
	for _, pattern := range e.Config.Receiver.Devices {
		for _, name := range e.glob(pattern) {
			if device := e.resolve(name); !slices.Contains(known, device) {
				known, all = append(known, device), append(all, name)
			}
		}
	}
	return all
}

// use is a port and what it serves for.
type use struct {
	port   string
	state  hw.State // "" for nothing that is known
	holder string
	ours   bool // gpsntpd has it open
}

// uses are the candidates, with what each serves for.
func (e *exam) uses() (all []use) {
	root := holders.Root(e.Root)
	for _, port := range e.candidates() {
		device := e.resolve(port)
		u := use{port: port}
		programs, _ := root.Of(device) // one that is gone has none
		switch {
		case root.Console(device):
			u.state = hw.Console
		case root.Login(device) != "":
			u.state, u.holder = hw.Login, root.Login(device)
		case len(programs) > 0:
			u.state, u.holder, u.ours = hw.Busy, programs[0].String(), programs[0].Command == "gpsntpd"
		}
		all = append(all, u)
	}
	return all
}

// ports says what is heard on the ports, when no daemon tells. One that serves for
// something else is a fault only where no other has a receiver.
func (e *exam) ports(uses []use, heard map[string]Heard) {
	if len(uses) == 0 {
		e.tell(why.ReceiverMissing, "", &why.Facts{Receiver: why.Receiver{Device: why.Device{Path: strings.Join(e.Config.Receiver.Devices, ", ")}}})
		return
	}
	speaks := slices.ContainsFunc(uses, func(u use) bool { return u.ours || heard[u.port].Sound > 0 })
	said := speaks || len(heard) > 0 // that there is no port for the receiver
	for _, u := range uses {
		h := heard[u.port]
		switch {
		case u.ours:
			e.say(portOurs, u.port)
		case u.state != "" && said:
			e.say(portLeft, u.port, "beside", e.Language.LeftAlone(u.state, u.holder))
		case u.state != "":
			said = true
			e.tell(why.PortCode(u.state), u.port, e.receiver(u.port, u.holder, 0))
		case errors.Is(h.Error, fs.ErrPermission) && !e.root():
			e.say(portUnread, u.port)
		case h.Error != nil:
			e.tell(why.ReceiverFailed, u.port, e.receiver(u.port, "", h.Duration))
		case h.Sound > 0:
			e.say(portSpeaks, u.port, "baud", itoa(h.Baud))
		case speaks: // and this one is none of ours
		case h.Bytes > 0:
			e.tell(why.ReceiverGarbage, u.port, e.receiver(u.port, "", h.Duration))
		default:
			e.tell(why.ReceiverSilent, u.port, e.receiver(u.port, "", h.Duration))
		}
	}
}

func (e *exam) receiver(port, holder string, since time.Duration) *why.Facts {
	return &why.Facts{Receiver: why.Receiver{Device: why.Device{Path: port, For: since.Round(time.Second)}, Holder: holder}}
}

// leftAlone says which ports the daemon leaves alone.
func (e *exam) leftAlone() {
	for _, d := range e.Status.Receiver.LeftAlone {
		if d.Device == e.Status.Receiver.Device && string(e.Status.Receiver.State) == d.Reason {
			continue // it is said already
		}
		holder := ""
		if d.Holder != nil {
			holder = *d.Holder
		}
		e.say(portLeft, d.Device, "beside", e.Language.LeftAlone(hw.State(d.Reason), holder))
	}
}
