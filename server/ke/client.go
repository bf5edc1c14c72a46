package ke

import (
	"context"
	"errors"
	"time"

	"gpsntpd/server/admission"
	"gpsntpd/server/nts"
)

// turns lends what an exchange is computed with, to a few at a time.
type turns chan *nts.Server

// clientConn is the connection of a client. While it waits for the client it gives its
// turn to another, and it may have to make room for another connection.
type clientConn struct {
	*admission.Conn
	ctx     context.Context
	server  *Server
	left    int         // bytes that may still come
	cookies *nts.Server // nil: it is not our turn
	greeted bool        // the client has said something
}

var (
	errBytes = errors.New("the client sends too much")
	errRate  = errors.New("the client comes too often")
)

// Read implements io.Reader. When it returns without an error it is our turn.
func (p *clientConn) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, errBytes
	}
	p.rest()
	p.Idle(time.Now())
	n, err := p.Conn.Read(b[:min(len(b), p.left)])
	if err != nil {
		return n, err
	}
	p.left -= n
	p.Busy()
	if !p.greeted {
		p.greeted = true
		if _, ok := p.server.guard.Reserve(p.From, time.Now(), cost, 0); !ok {
			return 0, errRate
		}
		if err := p.SetReadDeadline(time.Time{}); err != nil {
			return 0, err
		}
	}
	return n, p.work()
}

// work waits for our turn, unless we have it.
func (p *clientConn) work() error {
	if p.cookies != nil {
		return nil
	}
	select {
	case p.cookies = <-p.server.turns:
		return nil
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

// rest gives the turn back, if we have it.
func (p *clientConn) rest() {
	if p.cookies != nil {
		p.server.turns <- p.cookies
		p.cookies = nil
	}
}
