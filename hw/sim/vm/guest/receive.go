package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

// receive plays the receiver on a serial PORT until it is ended, with simgps
// and its PARAMETERS for the pulse. It runs beside systemd, which has the rest of
// the guest: see hw/sim/vm/boot.
func receive(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("receive PORT PARAMETERS: got %q", args)
	}
	module, err := os.Open("/run/parts/simgps.ko")
	if err != nil {
		return err
	}
	defer module.Close()
	if err := unix.FinitModule(int(module.Fd()), args[1], 0); err != nil && err != unix.EEXIST {
		return fmt.Errorf("simgps: %w", err)
	}
	b := bench{}
	if b.truth, err = openTruth(); err != nil {
		return err
	}
	b.start = b.truth.now()
	s, err := b.receiver()
	if err != nil {
		return err
	}
	p, err := sim.NewPlayer(s, b.truth.now, sentences{Source: sim.NewMachine(s, b.start), now: b.truth.now})
	if err != nil {
		return err
	}
	defer p.Close()
	from, err := os.OpenFile(p.Path(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	to, err := os.OpenFile(args[0], os.O_WRONLY|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	go io.Copy(to, from)
	return p.Run(context.Background(), nil, make(chan hw.Device, 1))
}
