package sim

import (
	"context"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/serial"
)

func TestAReceiverOnAPseudoTerminalIsFoundAtItsSpeedAndAnswers(t *testing.T) {
	s, err := Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	now := HostTruth()
	machine := NewMachine(s, now())
	m, err := NewModule("ublox-8", now(), 1, Speaks(115200))
	if err != nil {
		t.Fatal(err)
	}
	machine.Attach(m)
	p, err := NewPlayer(s, now, machine)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	outputs := make(chan hw.Output, 1)
	frames, devices, edges := make(chan hw.Frame, 1000), make(chan hw.Device, 1000), make(chan hw.Edge, 1000)
	port := serial.Port{Paths: []string{p.Path()}, Clock: p.Clock, Outputs: outputs}
	ended := make(chan error, 2)
	go func() { ended <- port.Run(ctx, frames, devices) }()
	go func() { ended <- p.Run(ctx, edges, devices) }()
	asked := false
	for {
		select {
		case f := <-frames:
			if f.Sound() && !asked {
				outputs <- hw.Output{Bytes: []byte(ubx(ubxVersion, nil))}
				asked = true
			}
			if f.Protocol == hw.UBX && string(f.Bytes[2:4]) == "\x0a\x04" {
				cancel()
				<-ended
				<-ended
				return
			}
		case <-ctx.Done():
			t.Fatal("it was not found, or did not answer")
		}
	}
}
