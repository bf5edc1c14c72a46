package main

import (
	"context"
	"crypto/x509"
	"math"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/nts"
)

// KeyExchange implements control.Daemon.
func (d daemon) KeyExchange(ctx context.Context) (control.KeyExchange, error) {
	s, err := ask(ctx, d.commands, d.loop.Status)
	return d.nts.report(s.Now), err
}

// report is all that is to be known of NTS at a given time.
func (p *ntsService) report(now control.Time) control.KeyExchange {
	k := control.KeyExchange{NTS: p.status(now.Time), Now: now, Listen: []string{}, CertificateFailure: p.failure.Load()}
	if p.rings == nil {
		return k
	}
	k.CertificatePath, k.PrivateKeyPath = &p.certificate.Path, &p.certificate.KeyPath
	k.Server = named(p.config.Server)
	if p.exchange != nil {
		k.Listen = append(k.Listen, p.exchange.Counters().Listen...)
	}
	if leaf := p.certificate.Leaf(); leaf != nil {
		k.Certificate = certificate(leaf, now.Time)
	}
	if ring := p.rings.Load(); ring != nil {
		oldest, today, newest := ring.Days()
		k.MasterKeys = &control.MasterKeys{Path: named(p.path), Oldest: date(oldest), Today: date(today), Newest: date(newest)}
	}
	return k
}

// certificate is c at a given time.
func certificate(c *x509.Certificate, now time.Time) *control.Certificate {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	const day = 24 * time.Hour
	return &control.Certificate{
		Subject: c.Subject.String(), Names: names, Issuer: c.Issuer.String(), Serial: c.SerialNumber.Text(16),
		NotBefore: control.Time{Time: c.NotBefore}, NotAfter: control.Time{Time: c.NotAfter},
		ExpiresInDays: math.Round(float64(c.NotAfter.Sub(now))/float64(day)*1e3) / 1e3,
	}
}

func date(d nts.Day) string { return d.Begin().Std().Format(time.DateOnly) }

// named is nil for what has no name.
func named(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
