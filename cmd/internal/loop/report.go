package loop

import (
	"math"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
	"gpsntpd/server/recorder"
)

// report logs changes of the state.
func (l *Loop) report(s *discipline.Snapshot) {
	if n := l.controller.Counts.Interference; n != l.moves {
		l.moves = n
		l.Log.Warn().Uint64("moves", n).Msg("someone else stepped or steered the clock")
	}
	if n := l.controller.Jumps(); n != l.jumps {
		l.jumps, l.jumped = n, l.now.Raw
		l.Log.Error().Int("jumps", n).Float64("bound_us", us(s.BoundAt(l.now.Time))).
			Msg("the receiver's pulse has jumped and its rate has not: the clock runs on without it")
	}
	if n := l.controller.Counts.GivenUp; n != l.givenUp {
		l.givenUp = n
		l.Log.Warn().Msg("pulse and sentences agree with each other and not with the clock: its estimate is given up for what they say")
	}
	if d := l.controller.Doubted(); d != l.doubted {
		if l.doubted = d; d {
			l.Log.Error().Msg(l.doubts())
		}
	}
	state := s.StateAt(l.now.Time)
	if state == l.state {
		return
	}
	l.Recorder.Add(recorder.Event{Kind: recorder.Entered, At: l.now, Word: state.String()})
	frequency := l.controller.Estimates().Frequency
	l.logState(state).Stringer("from", l.state).Stringer("to", state).
		Float64("bound_us", us(s.BoundAt(l.now.Time))).Float64("offset_us", us(s.OffsetAt(l.now.Time))).
		Float64("frequency_ppm", math.Round(frequency.PPM()*1e3)/1e3).Msg("state")
	l.state = state
	l.settled = 0     // the kernel is to hear of it soon …
	l.alarmed = false // … and whoever is to be alarmed
}

// logState begins the line of a state that is entered: to lose the lock is worth a
// warning, and that clients are refused an error.
func (l *Loop) logState(s discipline.State) *zerolog.Event {
	switch s {
	case discipline.Holdover, discipline.Fallback:
		return l.Log.Warn()
	case discipline.Unsynchronized:
		return l.Log.Error()
	}
	return l.Log.Info()
}

func (l *Loop) device(name string, d hw.Device) {
	l.Recorder.Add(recorder.Event{Kind: recorder.Device, At: l.now, Name: name, Path: d.Path, Word: string(d.State)})
	e := l.Log.Info()
	if d.State != hw.Open {
		e = l.Log.Warn().AnErr("reason", d.Err)
	} else if d.Beside != "" {
		e = l.Log.Warn().AnErr("reason", &hotplug.Taken{For: d.Beside, Holder: d.Holder})
	}
	e.Str("device", d.Path).Str("state", string(d.State)).Msg(name)
}

func us(d time.Duration) float64 { return float64(d) / 1e3 }
