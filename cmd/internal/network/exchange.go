package network

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"gpsntpd/hw/peer"
	"gpsntpd/refclock"
	"gpsntpd/refclock/ntp"
)

// ask sends the request that is due, and listens until the next one is.
func (p *Pump) ask(ctx context.Context) {
	due, _ := p.asked.Due()
	if !pause(ctx, due.Sub(p.Clock.Read().Raw)) {
		return
	}
	p.tellTime()
	if p.asked.Missed() > 0 {
		p.hangUp() // another port: the way that the network has for the old one may be bad
	}
	chance, err := p.chance()
	var request [refclock.MostRequest]byte
	n := 0
	if err == nil {
		n, err = p.asked.Request(request[:], p.Clock.Read().Raw, chance)
	}
	if err == nil {
		err = p.send(ctx, request[:n])
	}
	if err == nil {
		p.listen(ctx)
	} else {
		p.failed(err)
	}
	p.counts = p.asked.Counts
	p.tellTime()
	if due, ok := p.asked.Due(); ok && due <= p.Clock.Read().Raw && err != nil {
		pause(ctx, time.Second) // nothing was sent
	}
}

func (p *Pump) chance() (c ntp.Chance, err error) {
	var b [18]byte
	if _, err := io.ReadFull(p.Random, b[:]); err != nil {
		return c, fmt.Errorf("random numbers: %w", err)
	}
	return ntp.Chance{
		Transmit: refclock.ReadTimestamp(b[:]), Receive: refclock.ReadTimestamp(b[8:]), Spread: binary.BigEndian.Uint16(b[16:]),
	}, nil
}

func (p *Pump) send(ctx context.Context, request []byte) (err error) {
	if p.socket == nil {
		if p.socket, err = peer.Open(ctx, p.status.Address, p.Device, p.Clock); err != nil {
			return err
		}
	}
	return p.socket.Send(request)
}

// failed takes an error of the socket.
func (p *Pump) failed(err error) {
	if r := (*refclock.Reason)(nil); errors.As(err, &r) {
		return // there was nothing to send
	}
	p.asked.Unreachable()
	p.hangUp()
}

// listen takes what comes until the next request is due.
func (p *Pump) listen(ctx context.Context) {
	socket := p.socket
	stop := context.AfterFunc(ctx, func() { socket.Close() })
	defer stop()
	for range mostPackets {
		due, more := p.asked.Due()
		wait := due.Sub(p.Clock.Read().Raw)
		if !more || wait <= 0 || ctx.Err() != nil {
			return
		}
		a, err := p.socket.Receive(wait)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return
		case err != nil:
			if ctx.Err() == nil {
				p.failed(err)
			}
			return
		}
		p.take(ctx, a)
	}
	p.hangUp() // whoever floods this port does not know the next one
}

// take judges an answer.
func (p *Pump) take(ctx context.Context, a peer.Answer) {
	x, err := p.asked.Answer(a.Packet, ntp.Stamps{Sent: a.Sent, Came: a.Came}, p.Now())
	switch {
	case errors.Is(err, refclock.ErrKeyless) && p.Keys != nil:
		p.Keys.Refused()
	case err == nil:
		p.lookups = 0
		if a.Stamped {
			p.status.Stamped++
		}
		if p.Keys != nil {
			p.Keys.Heard()
		}
		select {
		case p.news.Exchanges <- x:
		case <-ctx.Done():
			return
		}
	}
	p.counts = p.asked.Counts
	p.tellTime()
}
