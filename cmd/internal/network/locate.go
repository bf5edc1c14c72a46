package network

import (
	"cmp"
	"context"
	"maps"
	"net/netip"
	"slices"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/peer"
	"gpsntpd/refclock"
	"gpsntpd/refclock/ntp"
)

// Usual times between two requests.
const (
	nearbyPoll        = 16 * time.Second
	nearbyLongestPoll = 64 * time.Second
	publicLongestPoll = 1024 * time.Second
)

// located returns whether there is an address to ask. If not, it has waited.
func (p *Pump) located(ctx context.Context) bool {
	host, port := p.Server.Host, cmp.Or(p.Server.Port, usualPort)
	if p.Keys != nil {
		var wait time.Duration
		var err error
		if host, port, wait, err = p.Keys.Ready(ctx); err != nil {
			p.status.Err = err
			p.tell(refclock.PeerNoKeys)
			pause(ctx, wait)
			return false
		}
		p.status.Err = nil
		if place := (place{host, port}); place != p.place { // the keys are for another server than before
			p.place, p.asked, p.found, p.all = place, nil, 0, nil
		}
	}
	now := p.Clock.Read().Raw
	dead := p.asked == nil || p.asked.Dead(now)
	if !dead || p.found != 0 && now.Sub(p.found) < p.anew() {
		return p.asked != nil && !p.asked.Stopped() || p.next(now, dead) || p.idle(ctx)
	}
	all, err := peer.Resolve(ctx, p.Resolver, host, port)
	p.found = p.Clock.Read().Raw
	p.lookups++
	p.status.Err = err
	if err == nil {
		p.all = all
	}
	return p.next(p.found, true) || p.idle(ctx)
}

// anew is how long names are not looked up again.
func (p *Pump) anew() time.Duration {
	const shortest = 8 // s
	most := mostAnew
	if p.asked == nil && len(p.refused) == 0 { // the network may come any moment
		most = soonAnew
	}
	return time.Duration(min(shortest<<min(p.lookups, 16), most)) * time.Second
}

// idle waits until names are to be looked up again.
func (p *Pump) idle(ctx context.Context) bool {
	state := refclock.PeerNoAddress
	if len(p.refused) > 0 {
		state = refclock.PeerRefused
	}
	p.tell(state)
	pause(ctx, p.anew())
	return false
}

// next goes on to another address if the one that is asked is dead. Where there is
// no other one, that is asked on.
func (p *Pump) next(now hw.Raw, dead bool) bool {
	if p.asked != nil && p.asked.Stopped() {
		p.refused[p.status.Address] = true
		p.asked = nil
	}
	if p.asked != nil && !dead {
		return true
	}
	usable := slices.DeleteFunc(slices.Clone(p.all), func(a netip.AddrPort) bool { return p.refused[a] })
	if len(usable) == 0 {
		return p.asked != nil
	}
	to := usable[(slices.Index(usable, p.status.Address)+1)%len(usable)]
	if p.asked != nil && to == p.status.Address {
		return true
	}
	p.hangUp()
	p.status.Address = to
	p.asked = ntp.New(p.options(to.Addr()), now)
	p.asked.Counts = p.counts
	return true
}

func (p *Pump) options(to netip.Addr) ntp.Options {
	o := ntp.Options{
		Server: p.Number, Shortest: p.Server.Shortest, Longest: p.Server.Longest, Public: peer.IsPublic(to),
		Interleave: p.Server.Interleave, Seal: p.Seal, IsOwnRefID: p.isOwn, RefID: refclock.RefIDOfAddress(to),
	}
	if p.Keys != nil {
		o.Seal = p.Keys
	}
	switch {
	case o.Shortest != 0:
	case o.Public:
		o.Shortest, o.Longest = ntp.PublicPoll, publicLongestPoll
	default:
		o.Shortest, o.Longest = nearbyPoll, nearbyLongestPoll
	}
	return o
}

// isOwn reports whether a reference identifier is that of one of our addresses, those
// of a virtual router among them. One that has left us may still be what a server that
// has followed it says.
func (p *Pump) isOwn(id refclock.RefID) bool {
	const (
		good  = time.Minute // for which what the kernel said is good
		stays = time.Hour   // for which an address is remembered
	)
	now := p.Clock.Read().Raw
	if p.own == nil || now.Sub(p.ownAt) > good {
		if p.own == nil {
			p.own = map[refclock.RefID]hw.Raw{}
		}
		p.ownAt = now
		maps.DeleteFunc(p.own, func(_ refclock.RefID, at hw.Raw) bool { return now.Sub(at) > stays })
		all, _ := peer.Own()
		for _, a := range all {
			if !a.IsLoopback() {
				p.own[refclock.RefIDOfAddress(a)] = now
			}
		}
	}
	_, own := p.own[id]
	return own
}
