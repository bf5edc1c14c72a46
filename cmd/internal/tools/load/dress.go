package main

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"gpsntpd/cmd/internal/tools/exchange"
	"gpsntpd/server/cmac"
	"gpsntpd/server/nts"
)

// proof is how requests prove who sends them.
type proof uint8

const (
	plain proof = iota
	symmetric
	secured // by NTS
)

const (
	headerSize = 48 // bytes
	keyIDSize  = 4
	macSize    = keyIDSize + cmac.Size
	identifier = 32 // bytes of a unique identifier
	nonceSize  = 16
)

// prover proves the requests of all clients, and judges the answers.
type prover struct {
	key    cmac.Key
	sum    [cmac.Size]byte
	client [clients]struct {
		*nts.Client
		cookie []byte
	}
}

// meet prepares for a server: a client's keys come from a key exchange of its
// own.
func (p *prover) meet(at netip.Addr, s secrets) (err error) {
	if p.key, err = cmac.New(s.key); err != nil {
		return err
	}
	for i := range p.client {
		y, err := exchange.With(netip.AddrPortFrom(at, kePort).String(), s.trusted, exchange.Usual())
		if err != nil {
			return fmt.Errorf("key exchange: %w", err)
		}
		c := &p.client[i]
		if len(y.Cookies) == 0 {
			return fmt.Errorf("%s: no cookies", at)
		}
		c.cookie = y.Cookies[0]
		if c.Client, err = nts.NewClient(y.Keys[0], y.Keys[1]); err != nil {
			return err
		}
	}
	return nil
}

// dress puts what proves the request of that number behind its header, and
// returns its length.
func (p *prover) dress(b []byte, how proof, number uint64, client int) int {
	switch how {
	case symmetric:
		p.key.Sum(&p.sum, b[:headerSize])
		binary.BigEndian.PutUint32(b[headerSize:], symmetricKey)
		return headerSize + keyIDSize + copy(b[headerSize+keyIDSize:], p.sum[:])
	case secured:
		var unique [identifier]byte
		binary.BigEndian.PutUint64(unique[:], number)
		c := &p.client[client]
		return c.Ask(b, unique[:], c.cookie, unique[:nonceSize])
	}
	return headerSize
}

// judge reports whether an answer proves that it is from the server; with one by
// NTS the client has a new cookie.
func (p *prover) judge(answer []byte, how proof, number uint64, client int) bool {
	switch how {
	case symmetric:
		if len(answer) != headerSize+macSize {
			return false
		}
		p.key.Sum(&p.sum, answer[:headerSize])
		return string(answer[headerSize+keyIDSize:]) == string(p.sum[:])
	case secured:
		var unique [identifier]byte
		binary.BigEndian.PutUint64(unique[:], number)
		c := &p.client[client]
		cookie, ok := c.Judge(answer, unique[:])
		if ok {
			c.cookie = append(c.cookie[:0], cookie...)
		}
		return ok && cookie != nil
	}
	return len(answer) == headerSize
}
