package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"net"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/cmd/internal/loop"
	"gpsntpd/cmd/internal/network"
	"gpsntpd/refclock"
	"gpsntpd/server/ke"
	"gpsntpd/server/regular"
)

// pumps are a pump for each network server of the configuration.
func (a *appliance) pumps() ([]*network.Pump, error) {
	var all []*network.Pump
	roots, err := authorities(a.config.Network.Authorities)
	if err != nil {
		return nil, errConfig{err}
	}
	a.cookies = cookiesIn(a.options.stateDirectory(), a.log)
	for i, s := range a.config.Network.Servers {
		p := &network.Pump{
			Number: i, Server: s, Clock: a.machine.clock, Now: a.about, Resolver: net.DefaultResolver, Random: rand.Reader, Device: a.config.Server.Interface,
		}
		if s.Key != 0 {
			if p.Seal = a.keys.Load().Seal(s.Key); p.Seal == nil {
				return nil, errConfig{fmt.Errorf("network.servers: %s: no key %d in server.keys", s.Host, s.Key)}
			}
		}
		if s.NTS {
			keys := &network.NTS{
				Host: s.Host, Port: s.Port, Client: ke.Client{Roots: roots, Dial: new(net.Dialer).DialContext},
				Clock: a.machine.clock, Now: a.about, Dated: a.isDated, Random: rand.Reader,
			}
			a.cookies.resume(s.Place(), keys)
			p.Keys = keys
		}
		all = append(all, p)
	}
	return all, nil
}

// authorities are those of the system and of the file at path; nil: the system's alone.
func authorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := regular.Read(path, regular.Most)
	if err != nil {
		return nil, err
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("network.authorities: %s: no certificate in PEM", path)
	}
	return roots, nil
}

// isDated reports whether the clock has been set by something that is believed, so
// that dates can be judged by it.
func (a *appliance) isDated() bool {
	now := a.machine.clock.Read()
	return a.latest.Load().StateAt(now.Time).Synchronized()
}

// about is roughly what time it is: by the clock, but not before the program was built,
// nor before the last date of the state.
func (a *appliance) about() refclock.UTC {
	now, latest := a.machine.clock.Read().Time, a.latest.Load()
	return max(refclock.At(now, latest.OffsetAt(now)), a.machine.notBefore, a.past)
}

// peers is how it is with those servers before anything was heard of them.
func peers(pumps []*network.Pump) (all []refclock.Peer) {
	for _, p := range pumps {
		all = append(all, p.Start())
	}
	return all
}

// networkTasks are those pumps, whose news go to the loop.
func networkTasks(pumps []*network.Pump, in *loop.Inputs) (all []task) {
	if len(pumps) == 0 {
		return nil
	}
	news, exchanges := make(chan refclock.Peer, queued), make(chan refclock.Exchange, queued)
	in.Network, in.Exchanges = news, exchanges
	for _, p := range pumps {
		all = append(all, task{"server " + p.Server.Host, func(ctx context.Context) error {
			return p.Run(ctx, network.News{Peers: news, Exchanges: exchanges})
		}})
	}
	return all
}

// keyPorts are the ports of the key exchanges of NTS.
func keyPorts(servers []config.TimeServer) (all []uint16) {
	for _, s := range servers {
		if s.NTS {
			all = append(all, cmp.Or(s.Port, network.KeyPort))
		}
	}
	return all
}
