package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"os"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

// port is where the receiver is plugged in.
const port = "/dev/gps"

// sentences are the simulated machine's, without its pulses: those come from
// the kernel. What is overdue names a second that was left out, or one in which
// the receiver was unplugged.
type sentences struct {
	sim.Source
	now       func() sim.Truth
	talkative bool // each is followed by what the satellites' signals were like
	random    *rand.Rand
}

// Next implements sim.Source.
func (s sentences) Next() (sim.Event, bool) {
	for {
		e, ok := s.Source.Next()
		if e.Edge || s.now().Sub(e.At) >= time.Second/2 {
			continue
		}
		if s.talkative && ok {
			e.Bytes = append(e.Bytes, s.raw()...)
		}
		return e, ok
	}
}

// raw is a frame of UBX-RXM-RAWX, which no one reads, with a payload that cannot
// be compressed: 15 KB a second fill the flight recorder within minutes.
func (s sentences) raw() []byte {
	const length, head = 3072, 6
	frame := append(make([]byte, 0, head+length+2), 0xB5, 0x62, 0x02, 0x15, length&0xFF, length>>8)
	for range length {
		frame = append(frame, byte(s.random.Uint32()))
	}
	var a, b byte
	for _, x := range frame[2:] {
		a += x
		b += a
	}
	return append(frame, a, b)
}

// receiver is the simulated machine's: 80 ms late, give or take 10 ms rms.
func (b *bench) receiver() (sim.Scenario, error) {
	s, err := sim.Load("calm")
	s.Receiver.Latency.Duration, s.Receiver.Jitter.Duration = 80*time.Millisecond, 10*time.Millisecond
	s.Receiver.Talker = "GP" // GSA once a second, not once for each of four systems
	s.Receiver.Sentences = []sim.Sentence{sim.RMC, sim.GGA, sim.GSA, sim.ZDA}
	s.Receiver.Baud = 115200
	for _, f := range b.faults {
		if f.receiver != "" {
			s.Faults = append(s.Faults, sim.Fault{
				Kind: f.receiver, At: sim.Span{Duration: f.at}, For: sim.Span{Duration: f.lasts}, By: sim.Shift{Duration: f.by},
			})
		}
	}
	return s, err
}

// playSerial plugs the receiver in, until unplug.
func (b *bench) playSerial() error {
	s, err := b.receiver()
	if err != nil {
		return err
	}
	p, err := sim.NewPlayer(s, b.truth.now, sentences{sim.NewMachine(s, b.start), b.truth.now, b.visited, rand.New(rand.NewPCG(2, 2))})
	if err != nil {
		return err
	}
	if err := os.Symlink(p.Path(), port); err != nil {
		return err
	}
	ctx, pull := context.WithCancel(context.Background())
	gone := make(chan error)
	go func() { gone <- p.Run(ctx, nil, make(chan hw.Device, 1)) }()
	b.unplug = func() error {
		pull()
		<-gone
		p.Close()
		return os.Remove(port)
	}
	return nil
}

// chronySocket is where chrony waits for samples.
const chronySocket = "/run/chrony/gps.sock"

// playSocket tells chrony once a second what gpsd would: how far off the
// arrival of a sentence finds the clock.
func (b *bench) playSocket() error {
	go func() {
		random := rand.New(rand.NewPCG(1, 1))
		for second := b.start/1e9*1e9 + 1e9; ; second += 1e9 {
			b.truth.sleep(second.Add(80*time.Millisecond + time.Duration(random.NormFloat64()*float64(10*time.Millisecond))))
			b.tell(b.truth.read())
		}
	}()
	return nil
}

// tell sends chrony's struct sock_sample, a sentence's jitter off. No one
// listens yet when it fails.
func (b *bench) tell(r reading) {
	var sample bytes.Buffer
	late := time.Duration(int64(r.truth) % 1e9)
	binary.Write(&sample, binary.NativeEndian, struct {
		Sec, Usec                 int64
		Offset                    float64
		Pulse, Leap, Pad_, Magic_ int32
	}{r.local / 1e9, r.local % 1e9 / 1e3, (r.offset() - late + 80*time.Millisecond).Seconds(), 0, 0, 0, 0x534f434b})
	if c, err := net.Dial("unixgram", chronySocket); err == nil {
		c.Write(sample.Bytes())
		c.Close()
	}
}
