package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/admission"
	"gpsntpd/server/control"
	"gpsntpd/server/ke"
	"gpsntpd/server/ntp"
	"gpsntpd/server/nts"
	"gpsntpd/server/regular"
	"gpsntpd/server/why"
)

// ntsService is what NTS needs beside its servers: the master keys of the day,
// and a certificate that is kept up to date.
type ntsService struct {
	config      config.NTS
	rings       *atomic.Pointer[nts.Ring] // nil: NTS is off
	certificate admission.Certificate
	exchange    *ke.Server             // after listen
	dated       atomic.Bool            // a clock that is synchronized has told the date
	dateKnown   *atomic.Bool           // that date is sure, and so what cannot be undone is done by it
	renewed     atomic.Pointer[hw.Raw] // when the keys were last made anew; nil: never
	asked       chan struct{}          // to look at the certificate now
	path        string                 // of the master keys; "": they are not kept
	failure     atomic.Pointer[string] // with the certificate, as it was logged last
	latest      *discipline.Latest
	clock       hw.Clock
	log         zerolog.Logger
}

// newNTSService reads the master keys; stateDirectory may be "".
func newNTSService(c config.NTS, stateDirectory string, latest *discipline.Latest, clock hw.Clock, log zerolog.Logger) *ntsService {
	p := &ntsService{config: c, path: c.MasterKeys, dateKnown: new(atomic.Bool), asked: make(chan struct{}, 1), latest: latest, clock: clock, log: log}
	if c.Certificate == "" {
		return p
	}
	p.certificate.Path, p.certificate.KeyPath = c.Certificate, cmp.Or(c.PrivateKey, c.Certificate)
	p.rings = new(atomic.Pointer[nts.Ring])
	if p.path == "" {
		p.path = inFirst(stateDirectory, "nts-keys")
	}
	if p.path == "" {
		return p
	}
	text, err := regular.Read(p.path, regular.Most)
	if errors.Is(err, fs.ErrNotExist) {
		return p
	}
	if err == nil {
		var ring *nts.Ring
		if ring, err = nts.ParseRing(string(text)); err == nil {
			p.rings.Store(ring)
			return p
		}
	}
	log.Warn().Err(err).Str("file", p.path).Msg("master keys not used: NTS clients have to exchange keys again")
	return p
}

// listen reads the certificate, so that it is not missed when a client comes first, and
// opens the sockets of the key exchange, for the NTP server on port.
func (p *ntsService) listen(port uint16, rules *atomic.Pointer[ntp.Policy]) (err error) {
	if p.rings == nil {
		return nil
	}
	p.loadCertificate()
	p.exchange, err = ke.Listen(p.config.Listen, ke.Options{
		Certificate: &p.certificate, Rings: p.rings, Ready: p.dated.Load,
		Allows: func(a netip.Addr) bool { return rules.Load().Access.Allows(a) },
		Grant:  nts.Grant{Server: p.config.Server, Port: port},
	})
	return err
}

// close closes the sockets of listen.
func (p *ntsService) close() {
	if p.exchange != nil {
		p.exchange.Close()
	}
}

// tasks exchange keys, and look after certificate and keys.
func (p *ntsService) tasks() (all []task) {
	if p.exchange != nil && len(p.config.Listen) > 0 {
		all = append(all, task{"nts", p.exchange.Run})
	}
	if p.rings != nil {
		all = append(all, task{"nts keys", p.keep})
	}
	return all
}

// keep looks after certificate and keys until ctx ends: each second until the
// date is known, then each minute.
func (p *ntsService) keep(ctx context.Context) error {
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for {
		p.loadCertificate()
		s, now := p.latest.Load(), p.clock.Read()
		if s.StateAt(now.Time).Synchronized() && s.Agrees(now) {
			p.rotateIfDue(nts.DayOf(refclock.At(now.Time, s.OffsetAt(now.Time))))
			if !p.dated.Swap(true) {
				again.Reset(time.Minute)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-again.C:
		case <-p.asked:
			p.retryCertificate()
		}
	}
}

// reloadCertificate has the certificate read now, changed or not.
func (p *ntsService) reloadCertificate() {
	select {
	case p.asked <- struct{}{}:
	default: // it has been asked for already
	}
}

// retryCertificate reads the certificate, changed or not, and says once more what is
// wrong with it.
func (p *ntsService) retryCertificate() {
	p.certificate.Forget()
	p.failure.Store(nil)
	p.loadCertificate()
}

// loadCertificate reads the certificate if it has changed, and says what came of it.
func (p *ntsService) loadCertificate() {
	loaded, err := p.certificate.Reload()
	if loaded {
		p.log.Info().Time("not_after", p.certificate.Leaf().NotAfter).Msg("NTS certificate in use")
	}
	if err == nil {
		p.failure.Store(nil)
		return
	}
	failure := err.Error()
	if before := p.failure.Swap(&failure); before == nil || *before != failure {
		p.log.Error().Err(err).Msg("NTS certificate not read; it is tried again every minute")
	}
}

// rotateIfDue has the master keys of the day in use when the date is sure. Before that those
// that there are do as well; where there are none, nothing is lost by new ones.
func (p *ntsService) rotateIfDue(today nts.Day) {
	if p.dateKnown.Load() || p.rings.Load() == nil {
		p.rotate(today)
	}
}

// rotate has the master keys of the day in use, and keeps them. From keys of days to come
// none of today can be made: someone has told a date that was too late.
func (p *ntsService) rotate(today nts.Day) {
	old := p.rings.Load()
	var ring *nts.Ring
	var err error
	switch {
	case old == nil:
		ring, err = newRing(today)
	case old.Ahead(today):
		p.log.Error().Msg("NTS master keys were of days to come: they are made anew, and clients have to exchange keys again")
		now := p.clock.Read().Raw
		p.renewed.Store(&now)
		ring, err = newRing(today)
	default:
		ring, err = old.On(today)
	}
	if err == nil && ring != old {
		p.rings.Store(ring)
		if p.path != "" {
			err = replace(p.path, []byte(ring.String()), 0o600)
		}
	}
	if err != nil {
		p.log.Error().Err(err).Msg("NTS master keys of the day not kept: after a restart clients have to exchange keys again")
	}
}

// newRing is one of today with keys that no one has had.
func newRing(today nts.Day) (*nts.Ring, error) {
	var secret [32]byte
	rand.Read(secret[:]) // never fails
	return nts.NewRing(today, secret)
}

// renewedFor is how long it is said that the keys were made anew.
const renewedFor = time.Hour

// recentlyRenewed reports whether the keys have been made anew shortly before now.
func (p *ntsService) recentlyRenewed(now hw.Raw) bool {
	at := p.renewed.Load()
	return at != nil && now.Sub(*at) < renewedFor
}

// status is the condition of the key exchange.
func (p *ntsService) status(now time.Time) control.NTS {
	if p.exchange == nil {
		return control.NTS{State: string(why.ExchangeOff)}
	}
	c := p.exchange.Counters()
	n := control.NTS{State: string(why.ExchangeOK), KeyExchanges: c.Exchanges, Refused: c.Refused, Failed: c.Failed}
	leaf := p.certificate.Leaf()
	if leaf != nil {
		n.CertificateNotAfter = &control.Time{Time: leaf.NotAfter}
	}
	switch {
	case leaf == nil:
		n.State = string(why.ExchangeNoCertificate)
	case !p.dated.Load():
		n.State = string(why.ExchangeNoDate)
	case now.After(leaf.NotAfter):
		n.State = string(why.ExchangeExpired)
	}
	return n
}
