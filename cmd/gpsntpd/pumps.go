package main

import (
	"context"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/hw"
)

// queued is how many events may wait for the loop: some seconds of a talkative
// receiver.
const queued = 256

// pumps are a task for each device that there may be, and what they deliver.
func (m machine) pumps(log zerolog.Logger) (loop.Inputs, []task) {
	edges, frames, temperatures := make(chan hw.Edge, queued), make(chan hw.Frame, queued), make(chan hw.Temperature, 1)
	pulse, receiver, thermometer := make(chan hw.Device, 1), make(chan hw.Device, 1), make(chan hw.Device, 1)
	all := []task{{"receiver", func(ctx context.Context) error { return m.port.Run(ctx, frames, receiver) }}}
	if m.pulses != nil {
		all = append(all, task{"pulse", func(ctx context.Context) error { return m.pulses.Run(ctx, edges, pulse) }})
	}
	if m.stamps != nil {
		all = append(all, stampTask(m, log))
	}
	if m.thermometer != nil {
		all = append(all, task{"thermometer", func(ctx context.Context) error {
			return m.thermometer.Run(ctx, temperatures, thermometer)
		}})
	}
	return loop.Inputs{
		Edges: edges, Frames: frames, Temperatures: temperatures,
		Pulse: pulse, Receiver: receiver, Thermometer: thermometer,
	}, all
}
