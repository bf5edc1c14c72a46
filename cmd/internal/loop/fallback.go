package loop

import (
	"gpsntpd/discipline"
	"gpsntpd/refclock"
)

// fallback is what the servers say of the time now, as far as the clock may follow it.
func (l *Loop) fallback() discipline.Network {
	judged := l.newest.Source != 0 && l.now.Raw.Sub(l.sampled) <= discipline.SilentAfter
	if len(l.watched) == 0 || judged && l.panel.Verdict().Unsynchronized {
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
