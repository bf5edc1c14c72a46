package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw/sim"
)

// truth is the PTP clock of the module simgps. It shows true UTC.
type truth struct{ fd int }

// plug plugs in the receiver, simgps with its parameters, and returns the device
// of its pulse: its own, or the kernel's pps-gpio that it drives.
func plug(parameters string) (pps string, err error) {
	if !strings.Contains(parameters, "gpio=1") {
		return "/dev/pps0", load("simgps", parameters)
	}
	return "/dev/pps1", errors.Join(load("pps-gpio", ""), load("simgps", parameters))
}

// wires are the paths by which the pulse can be seen.
type wires struct{ pulse, compare string } // as in the configuration

// wire plugs in what SIMGPS[/SIMEDGE[/DEVICE[/COMPARE]]] says: the parameters of both
// modules, what pulse.device is ("" or "pps" for the device of simgps), and pulse.compare.
// A path in there has its slashes left out: "phc:ptp1".
func wire(text string) (w wires, err error) {
	parts := append(strings.Split(text, "/"), "", "", "")
	if w.pulse, err = plug(parts[0]); err != nil || parts[1] == "" {
		return w, err
	}
	if strings.Contains(parts[1], "dcd=1") {
		err = load("pps-ldisc", "")
	}
	if err := errors.Join(err, load("simedge", parts[1])); err != nil {
		return w, err
	}
	if parts[2] != "" && parts[2] != "pps" {
		w.pulse = device(parts[2])
	}
	w.compare = device(parts[3])
	return w, nil
}

// device is the device that "phc:ptp1" and "dcd:ttySIM0" mean.
func device(text string) string {
	return strings.NewReplacer(":ptp", ":/dev/ptp", ":tty", ":/dev/tty").Replace(text)
}

// openTruth opens it, and refuses whatever else calls itself a PTP clock:
// where ours is missing, this is not our own guest.
func openTruth() (truth, error) {
	name, err := os.ReadFile("/sys/class/ptp/ptp0/clock_name")
	if err != nil {
		return truth{}, err
	}
	if strings.TrimSpace(string(name)) != "simgps truth" {
		return truth{}, fmt.Errorf("/dev/ptp0 is %q, not the truth", name)
	}
	fd, err := unix.Open("/dev/ptp0", unix.O_RDWR|unix.O_CLOEXEC, 0)
	return truth{fd}, err
}

// reading is truth and CLOCK_REALTIME at one moment.
type reading struct {
	truth sim.Truth
	local int64 // ns
}

// offset is UTC − local.
func (r reading) offset() time.Duration { return time.Duration(int64(r.truth) - r.local) }

// read reads both clocks from one look at the counter below them.
func (t truth) read() reading {
	p, err := unix.IoctlPtpSysOffsetPrecise(t.fd)
	if err != nil {
		panic(fmt.Sprint("PTP_SYS_OFFSET_PRECISE: ", err)) // nothing can be judged without it
	}
	return reading{
		truth: sim.Truth(p.Device.Sec*1e9 + int64(p.Device.Nsec)),
		local: p.Realtime.Sec*1e9 + int64(p.Realtime.Nsec),
	}
}

// now is the truth alone.
func (t truth) now() sim.Truth { return t.read().truth }

// sleep waits for a moment of truth.
func (t truth) sleep(until sim.Truth) {
	for d := until.Sub(t.now()); d > 0; d = until.Sub(t.now()) {
		time.Sleep(d)
	}
}
