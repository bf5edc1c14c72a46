package main

import (
	"context"
	"sync/atomic"

	"github.com/rs/zerolog"

	"gpsntpd/hw"
)

// nics are the network interfaces whose stamps may be used; nil: none ever.
func (m machine) nics() *atomic.Pointer[[]hw.NIC] {
	if m.stamps == nil {
		return nil
	}
	return m.stamps.NICs
}

// stampTask watches the clocks of network interfaces, and says what they are worth.
func stampTask(m machine, log zerolog.Logger) task {
	m.stamps.Changed = func(n hw.NIC, err error) {
		level := zerolog.InfoLevel
		if n.State == hw.StampsUnsupported { // as most are
			level = zerolog.DebugLevel
		}
		event := log.WithLevel(level).Err(err).Str("interface", n.Name).Str("to", string(n.State))
		if n.Speed > 0 {
			event.Int("link_mbps", n.Speed)
		}
		event.Msg("hardware timestamps")
	}
	return task{"hardware timestamps", func(ctx context.Context) error { return m.stamps.Run(ctx) }}
}
