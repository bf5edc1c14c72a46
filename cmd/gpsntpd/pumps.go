package main

import (
	"context"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/hw"
	"gpsntpd/refclock/configure"
)

// queued is how many events may wait for the loop: some seconds of a talkative
// receiver.
const queued = 256

// sending has the port send what the returned function is given, unless the receiver is
// to be left alone: then there is none. What finds no room is lost, as on the line.
func (m machine) sending(mode configure.Mode) func(hw.Output) {
	if !m.outputs || mode == configure.Off {
		return nil
	}
	outputs := make(chan hw.Output, 4)
	m.port.Outputs = outputs
	return func(o hw.Output) {
		select {
		case outputs <- o:
		default:
		}
	}
}

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
