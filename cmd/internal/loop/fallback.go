package loop

import (
	"gpsntpd/discipline"
	"gpsntpd/refclock"
)

// hearNetwork tells the controller what the servers say, once a second.
func (l *Loop) hearNetwork() {
	if len(l.watched) == 0 || l.now.Raw.Sub(l.pooled) < settleEvery && l.pooled != 0 {
		return
	}
	l.pooled = l.now.Raw
	l.controller.Network(l.fallback())
}

// fallback is what the servers say of the time now, as far as the clock may follow it.
func (l *Loop) fallback() discipline.Network {
	judged := l.newest.Source != 0 && l.now.Raw.Sub(l.sampled) <= discipline.SilentAfter
	if judged && l.panel.Verdict().Unsynchronized {
		return discipline.Network{}
	}
	n, nearest, ok := l.panel.Followed(l.now.Raw)
	if !ok || !l.watched[nearest].Address.IsValid() {
		return discipline.Network{}
	}
	l.nearest = nearest
	n.Reference.RefID = refclock.RefIDOfAddress(l.watched[nearest].Address.Addr())
	return n
}
