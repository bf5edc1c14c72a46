package loop

import (
	"math"
	"time"

	"gpsntpd/discipline/network"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/refclock/ntp"
	"gpsntpd/server/control"
)

// watched is a network server that is asked.
type watched struct {
	refclock.Peer
	newest refclock.Exchange // zero: none yet
	offset time.Duration     // UTC − local by that …
	bound  time.Duration     // … which may be wrong by that much, if the server tells the truth
}

// Exchange takes an exchange with a network server: all of them arrive here, and
// nowhere else. They are shown and bear witness, and steer only in fallback.
func (l *Loop) Exchange(x refclock.Exchange) {
	l.now = l.Clock.Read()
	if x.Server < 0 || x.Server >= len(l.watched) {
		return
	}
	w := &l.watched[x.Server]
	w.newest = x
	if !w.Sibling || x.Stratum == 1 { // one that follows others may be following us
		l.panel.Hear(x)
	}
	middle := x.Received.Add(x.Answered.Sub(x.Received) / 2)
	w.offset = refclock.Offset(middle, l.showed(x.Sent+hw.Raw(x.Came.Sub(x.Sent)/2)))
	w.bound = x.Delay()/2 + x.Distance()
}

// showed is what the local clock showed when the raw clock showed r, a while ago, as
// far as it has been running straight since.
func (l *Loop) showed(r hw.Raw) hw.Time {
	ago := l.now.Raw.Sub(r)
	return l.now.Time.Add(-ago - l.controller.Estimates().Frequency.Over(ago))
}

// NetworkServer takes a change of how it is with a network server.
func (l *Loop) NetworkServer(p refclock.Peer) {
	l.now = l.Clock.Read()
	if p.Server < 0 || p.Server >= len(l.watched) {
		return
	}
	w := &l.watched[p.Server]
	if w.State != p.State || w.Address != p.Address {
		e := l.Log.Info()
		if p.State != hw.OK && p.State != refclock.PeerStarting {
			e = l.Log.Warn()
		}
		if p.Address.IsValid() {
			e.Stringer("address", p.Address)
		}
		e.Str("server", p.Name).Str("state", string(p.State)).AnErr("reason", p.Err).Msg("network server")
	}
	w.Peer = p
}

// networkSources are the network servers as sources of time.
func (l *Loop) networkSources() []control.Source {
	var all []control.Source
	standings := l.panel.Network.Standings(int64(l.now.Raw))
	for i := range l.watched {
		w := &l.watched[i]
		s := control.Source{
			Source: control.SourceNetwork, Device: w.Name, Mark: control.MarkUnusable, State: w.State,
			Reach: int(w.Reach), LastRxAgeSeconds: l.age(w.Heard),
		}
		if w.State == hw.OK {
			s.Mark = control.MarkUnused
		}
		role := "watched"
		if l.controller.Follows() > 0 && i == l.nearest {
			role, s.Mark = "followed", control.MarkSelected
		}
		n := &control.NetworkServer{
			Role: role, Proof: string(w.Proof), Sibling: w.Sibling, PollSeconds: math.Round(w.Poll.Seconds()),
			Requests: w.Requests, Exchanges: w.Exchanges, Interleaved: w.Interleaved, Stamped: w.Stamped, KeyExchanges: w.KeyExchanges,
			Reasons: map[string]uint64{},
		}
		for r, count := range w.Reasons {
			n.Reasons[r.Word] = count
		}
		if w.Address.IsValid() {
			n.Address = some(w.Address.String())
		}
		if x := w.newest; x.Stratum != 0 {
			n.Stratum, n.Leap, n.RefID = some(int(x.Stratum)), some(int(x.Leap)), some(x.RefID.Text(x.Stratum))
			n.DelaySeconds, n.RootDistanceSeconds = some(x.Delay().Seconds()), some(x.Distance().Seconds())
			s.OffsetSeconds, s.DispersionSeconds = some(w.offset.Seconds()), some(w.bound.Seconds())
		}
		for _, x := range standings {
			if x.Server == i {
				stand(n, x)
			}
		}
		s.Network = n
		all = append(all, s)
	}
	return all
}

// stand tells of a server what the estimator knows.
func stand(n *control.NetworkServer, x network.Standing) {
	n.LeastDelaySeconds, n.DeviationSeconds = some(x.Delay), some(x.Deviation)
	n.Agrees, n.Jumps = some(!x.Out && !x.Astray), x.Jumps
	if x.BiasRMS > 0 {
		n.AsymmetrySeconds, n.AsymmetryRMSSeconds = some(x.Bias), some(x.BiasRMS)
	}
}

// networkCounters are the counts of all of them together.
func (l *Loop) networkCounters() map[string]uint64 {
	all := map[string]uint64{}
	for _, r := range ntp.Reasons {
		all[r.Word] = 0
	}
	for i := range l.watched {
		w := &l.watched[i]
		all["requests"] += w.Requests
		all["exchanges"] += w.Exchanges
		all["interleaved"] += w.Interleaved
		all["stamped"] += w.Stamped
		all["key_exchanges"] += w.KeyExchanges
		for r, n := range w.Reasons {
			all[r.Word] += n
		}
	}
	return all
}
