package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/cmd/internal/loop"
	"gpsntpd/cmd/internal/network"
	"gpsntpd/refclock"
)

// pumps are a pump for each network server of the configuration.
func (a *appliance) pumps() ([]*network.Pump, error) {
	var all []*network.Pump
	for i, s := range a.config.Network.Servers {
		p := &network.Pump{
			Number: i, Server: s, Clock: a.machine.clock, Now: a.about, Resolver: net.DefaultResolver, Random: rand.Reader, Device: a.config.Server.Interface,
		}
		if s.Key != 0 {
			if p.Seal = a.keys.Load().Seal(s.Key); p.Seal == nil {
				return nil, errConfig{fmt.Errorf("network.servers: %s: no key %d in server.keys", s.Host, s.Key)}
			}
		}
		all = append(all, p)
	}
	return all, nil
}

// about is roughly what time it is: by the clock, but not before any date could be.
func (a *appliance) about() refclock.UTC {
	now, latest := a.machine.clock.Read().Time, a.latest.Load()
	return max(refclock.At(now, latest.OffsetAt(now)), a.machine.notBefore)
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
	const usual = 4460
	for _, s := range servers {
		if s.NTS {
			all = append(all, cmp.Or(s.Port, usual))
		}
	}
	return all
}
