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
	var all []task
	if !m.absent {
		all = append(all, task{"receiver", func(ctx context.Context) error { return m.port.Run(ctx, frames, receiver) }})
	}
	if m.pulses != nil {
		all = append(all, task{"pulse", func(ctx context.Context) error { return m.pulses.Run(ctx, edges, pulse) }})
	}
	paths := make(chan hw.Device, 1)
	if m.beside != nil {
		all = append(all, task{"second path of the pulse", func(ctx context.Context) error { return m.beside.Run(ctx, edges, paths) }})
	}
	if m.poller != nil {
		all = append(all, task{"level of the pulse's pin", func(ctx context.Context) error { return m.poller.Run(ctx, m.due, edges, paths) }})
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
		Pulse: pulse, Paths: paths, Receiver: receiver, Thermometer: thermometer,
	}, all
}
