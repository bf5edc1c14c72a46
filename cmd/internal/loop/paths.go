package loop

import (
	"cmp"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
)

// How the paths of the pulse are compared.
const (
	comparedAt   = 50 * time.Microsecond  // the estimate is better than this, or nothing is held against it
	pollWindow   = 100 * time.Microsecond // around where the pulse is expected, and what is not known of its place
	pollAhead    = 700 * time.Millisecond // so long before a pulse the poller is told of it at the earliest …
	pollLatest   = 200 * time.Millisecond // … and at the latest
	pollLearning = 2                      // a constant that is not known is looked for in each second second …
	pollKnown    = 4                      // … and one that is known is watched in each fourth
)

// take gives an edge to the comparison of paths, and returns what it is good for. What is
// learnt is applied at once.
func (l *Loop) take(e hw.Edge) refclock.Use {
	use := l.paths.Take(e, l.offset(e.At), l.comparable())
	if later := l.paths.Learn(l.now.Time); later != 0 {
		_, _, left := l.paths.Feed()
		l.Log.Info().Float64("by_us", us(later)).Float64("uncertainty_us", us(left)).Msg("latency of the pulse input measured")
		l.handle(func(r hw.Reading) discipline.Action { return l.controller.Later(r, later, left) })
	}
	_, l.Pairer.PulseLatency, l.Pairer.EdgeLatency = l.paths.Feed()
	l.Pairer.PulseNoise = l.paths.Noise()
	return use
}

// comparable reports whether the estimate is good enough to hold edges against.
func (l *Loop) comparable() bool {
	s := l.Latest.Load()
	return l.Pairer.Named() && s.StateAt(l.now.Time).Synchronized() && !l.controller.Doubted() &&
		s.Growth.Own(l.now.Time.Sub(s.Measured)) < comparedAt
}

// recall takes the constant of an earlier run, if what it depends on is as it was then.
func (l *Loop) recall() {
	l.conditions = l.condition()
	if k := l.KeptEdge; k.Conditions != "" && k.Conditions == l.conditions {
		l.paths.Recall(hw.PathKernel, seconds(k.LatencySeconds), seconds(k.UncertaintySeconds))
	}
}

// condition is all that a constant is known to depend on, in words; "" when that is unknown.
func (l *Loop) condition() string {
	if l.Conditions == nil {
		return ""
	}
	return l.Conditions()
}

// conditioned sees whether something has changed that a constant depends on.
func (l *Loop) conditioned() {
	now := l.condition()
	if now == l.conditions {
		return
	}
	if l.conditions != "" {
		l.Log.Info().Str("from", l.conditions).Str("to", now).Msg("the latency of the pulse input is measured anew: the machine has changed")
		l.paths.Forget()
	}
	l.conditions = now
}

// keptEdge is the constant of the kernel's path, if it was measured.
func (l *Loop) keptEdge() KeptEdge {
	for _, p := range l.paths.All() {
		if p.Path == hw.PathKernel && p.Known && l.conditions != "" {
			return KeptEdge{l.conditions, p.Late.Seconds(), p.Left.Seconds()}
		}
	}
	return KeptEdge{}
}

// look tells the poller of the next pulse, if it is to look at that one.
func (l *Loop) look() {
	if l.Poll == nil || !l.comparable() {
		return
	}
	offset := l.offset(l.now.Time)
	now := refclock.At(l.now.Time, offset)
	second := now - now%refclock.UTC(time.Second) + refclock.UTC(time.Second)
	ahead := second.Sub(now)
	_, late, left := l.paths.Feed()
	every := int64(pollKnown)
	if !l.paths.Known() {
		every = pollLearning
	}
	if second == l.looked || ahead > pollAhead || ahead < pollLatest || int64(second)/int64(time.Second)%every != 0 {
		return
	}
	due := hw.Due{At: hw.Time(second).Add(-offset), Within: pollWindow + max(left, late.Abs())}
	l.looked = second
	if l.Poll(due) {
		l.paths.Polled(second)
	}
}

// PathDevice takes a change of the condition of a path's device beside the pulse's own. To
// have none is no defect.
func (l *Loop) PathDevice(d hw.Device) {
	l.now = l.Clock.Read()
	l.beside[cmp.Or(d.Via, hw.PathKernel)] = d
	l.Log.Debug().Err(d.Err).Str("device", d.Path).Str("state", string(d.State)).Msg("path of the pulse")
}

// pathStatus describes the paths by which the pulse is seen, or could be.
func (l *Loop) pathStatus() []control.Path {
	known := map[hw.Path]refclock.Path{}
	for _, p := range l.paths.All() {
		known[p.Path] = p
	}
	all := []control.Path{}
	for _, path := range hw.Paths {
		p, seen := known[path]
		d, beside := l.beside[path]
		if !seen && !beside {
			continue
		}
		if !beside {
			d = l.pulse.Device
		}
		c := control.Path{
			Path: path, Device: d.Path, State: d.State, Used: p.Feeds, Edges: p.Edges,
			LatencySeconds: p.Late.Seconds(), UncertaintySeconds: p.Left.Seconds(), Measured: p.Known,
			SpreadSeconds: p.Spread.Seconds(), Reason: named(string(p.Why)),
		}
		if seen {
			c.AgeSeconds = some(l.now.Time.Sub(p.Last).Round(time.Millisecond).Seconds())
		}
		all = append(all, c)
	}
	return all
}
