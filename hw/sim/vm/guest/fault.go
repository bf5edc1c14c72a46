package main

import (
	"cmp"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw/sim"
)

// fault is something that goes wrong: by itself, or for a while.
type fault struct {
	text     string
	at       time.Duration
	lasts    time.Duration
	receiver sim.Kind      // what goes wrong with the sentences …
	by       time.Duration // … and by how much
	begin    func(*bench) error
	end      func(*bench) error // after lasts; nil for what only happens
}

// parseFault reads KIND@AT[+FOR][:ARGUMENT], such as "step@120s:-300ms".
func parseFault(text string) (f fault, err error) {
	what, argument, _ := strings.Cut(text, ":")
	kind, when, _ := strings.Cut(what, "@")
	at, lasts, while := strings.Cut(when, "+")
	f.text = text
	if f.at, err = time.ParseDuration(at); err != nil {
		return f, err
	}
	if while {
		if f.lasts, err = time.ParseDuration(lasts); err != nil {
			return f, err
		}
	}
	return f, f.of(kind, argument)
}

// of fills in what a fault of that kind does.
func (f *fault) of(kind, argument string) (err error) {
	switch kind {
	case "set":
		name, value, _ := strings.Cut(argument, "=")
		f.begin, f.end = exchange(name, value)
	case "step":
		f.by, err = time.ParseDuration(argument)
		f.begin = func(*bench) error { return step(f.by) }
	case "frequency":
		ppm, err := strconv.ParseFloat(strings.TrimSuffix(argument, "ppm"), 64)
		if err != nil {
			return err
		}
		f.begin = func(*bench) error { return accelerate(ppm) }
	case "kill":
		f.begin = func(b *bench) error { return b.kill() }
		f.end = func(b *bench) error { return b.program.start() }
	case "restart":
		f.begin = func(b *bench) error { return b.running.Signal(unix.SIGTERM) }
		f.end = func(b *bench) error { return b.program.start() }
	case "stop":
		f.begin = func(b *bench) error { return b.running.Signal(unix.SIGSTOP) }
		f.end = func(b *bench) error { return b.running.Signal(unix.SIGCONT) }
	case "unplug":
		f.begin = func(b *bench) error { return b.unplug() }
		f.end = (*bench).playSerial
	case "no_pps":
		f.begin = func(*bench) error { return os.Rename("/dev/pps0", "/dev/hidden") }
		f.end = func(*bench) error { return os.Rename("/dev/hidden", "/dev/pps0") }
	case "quiet":
		f.begin = func(b *bench) error { b.quiet = true; return nil }
	case "full": // the folder that state is kept in
		f.begin = func(*bench) error { return unix.Mount("full", state, "tmpfs", 0, "size=4k,nr_inodes=1") }
	case "readonly":
		f.begin = func(*bench) error { return unix.Mount("readonly", state, "tmpfs", unix.MS_RDONLY, "") }
	default:
		f.receiver = sim.Kind(kind)
		if argument != "" {
			f.by, err = time.ParseDuration(argument)
		}
	}
	return err
}

// exchange sets a parameter of simgps, and sets it back.
func exchange(name, value string) (begin, end func(*bench) error) {
	var before []byte
	begin = func(*bench) (err error) {
		if before, err = os.ReadFile(parameter(name)); err != nil {
			return err
		}
		return os.WriteFile(parameter(name), []byte(value), 0)
	}
	end = func(*bench) error { return os.WriteFile(parameter(name), before, 0) }
	return begin, end
}

// deed is one moment of a fault.
type deed struct {
	at   time.Duration
	text string
	do   func(*bench) error
}

// deeds are all that is to be done, in order.
func deeds(faults []fault) (all []deed) {
	for _, f := range faults {
		all = append(all, deed{f.at, f.text, f.begin})
		if f.lasts > 0 {
			all = append(all, deed{f.at + f.lasts, "end of " + f.text, f.end})
		}
	}
	slices.SortStableFunc(all, func(a, b deed) int { return cmp.Compare(a.at, b.at) })
	return all
}

// step moves the clock as another program would.
func step(d time.Duration) error {
	tx := unix.Timex{Modes: unix.ADJ_SETOFFSET, Time: unix.NsecToTimeval(int64(d))}
	_, err := unix.Adjtimex(&tx)
	return err
}

// accelerate changes the clock's frequency as another program would.
func accelerate(ppm float64) error {
	var tx unix.Timex
	if _, err := unix.Adjtimex(&tx); err != nil {
		return err
	}
	tx.Modes = unix.ADJ_FREQUENCY
	add(&tx.Freq, ppm*(1<<16))
	_, err := unix.Adjtimex(&tx)
	return err
}

// add bridges the width of the kernel's long, which differs by architecture.
func add[T int32 | int64](field *T, v float64) { *field += T(v) }
