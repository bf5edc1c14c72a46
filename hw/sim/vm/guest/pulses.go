package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/hw/pps"
	"gpsntpd/hw/sim/vm/trace"
)

// pulses compares SECONDS pulses of simgps with its PARAMETERS, as they come
// out of hw/pps, with what was sent. Nothing steers the clock meanwhile.
func pulses(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("pulses SECONDS PARAMETERS: got %q", args)
	}
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	path, err := plug(args[1])
	if err != nil {
		return err
	}
	t, err := openTruth()
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	edges := make(chan hw.Edge)
	device := pps.Device{Path: path, Clock: clock.Host{}}
	go device.Run(ctx, edges, make(chan hw.Device, 1)) // it is open, or no pulse comes
	records := json.NewEncoder(os.Stdout)
	start := t.now()
	for range n {
		e := <-edges
		r := t.read()
		drawn, err := os.ReadFile(parameter("drawn_ns"))
		if err != nil {
			return err
		}
		p := trace.Pulse{Stamped: within(e.At, r)}
		p.Drawn, err = strconv.ParseInt(strings.TrimSpace(string(drawn)), 10, 64)
		if err != nil {
			return err
		}
		records.Encode(trace.Record{At: r.truth.Sub(start).Seconds(), Pulse: &p})
	}
	return records.Encode(trace.Record{End: true})
}

// within is how far a stamp is from the second of truth nearest to it, ns.
func within(stamp hw.Time, r reading) int64 {
	t := time.Duration(stamp) + r.offset()
	return int64(t - t.Round(time.Second))
}
