package main

import (
	"cmp"
	"context"
	"net"
	"os"
	"slices"
	"sync/atomic"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/gpsntpd/loop"
	"gpsntpd/cmd/internal/config"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
)

// queued is how many events may wait for the loop: some seconds of a talkative
// receiver.
const queued = 256

// appliance is all that the daemon is made of, and the only place that knows
// everything. It is opened in the order of its fields.
type appliance struct {
	options options
	config  config.Config // that it was started with
	log     zerolog.Logger
	lines   *logRing // of the log
	machine machine

	// What some replace while others read it.
	latest  discipline.Latest
	running atomic.Pointer[config.Config] // the configuration in force
	rules   atomic.Pointer[ntp.Policy]
	keys    *atomic.Pointer[ntp.Keys]

	secure  *protection
	servers answering
	socket  string // where door is
	door    net.Listener
	page    *page

	state   stateFile
	records records
	around  *surroundings
	notices notices
	loop    *loop.Loop

	hangups  <-chan os.Signal
	confined bool     // to the files of its start
	opened   []func() // what closes that which is open, in the order of opening
}

// open opens everything; close is due also beside an error.
func (a *appliance) open() (err error) {
	c := a.config
	var rate *logRate
	a.log, a.lines, rate = newLog(c.Log, os.Stderr)
	a.closes(rate.close)
	if a.machine, err = build(a.options, c); err != nil {
		return err
	}
	a.closes(func() { a.machine.close() })
	a.running.Store(&c)
	a.rules.Store(policy(c.Server, a.log))
	if a.keys, err = signing(c.Server); err != nil {
		return err
	}
	a.secure = newProtection(c.NTS, a.options.stateDirectory(), &a.latest, a.machine.clock, a.log)
	if err = a.listen(); err != nil {
		return err
	}
	a.closes(a.servers.Close)
	a.closes(a.secure.close)
	if a.socket, a.door, err = openControl(cmp.Or(a.options.control, c.Control.Socket), a.log); err != nil {
		return err
	}
	a.closes(func() { a.door.Close() })
	a.page = openPage(c.Web, a.log)
	a.closes(a.page.close)
	return a.remember()
}

func (a *appliance) closes(f func()) { a.opened = append(a.opened, f) }

// close closes what is open, the last first.
func (a *appliance) close() {
	for _, f := range slices.Backward(a.opened) {
		f()
	}
}

// remember reads what was kept from the last time, and makes the loop that goes
// on from there.
func (a *appliance) remember() error {
	folders, m := a.options.stateDirectory(), a.machine
	a.state = stateIn(folders, a.log)
	kept := a.state.load(m.believed())
	if err := notBefore(m.floor, m.clock, a.log); err != nil {
		return err
	}
	a.around = &surroundings{servers: a.servers, secure: a.secure, latest: &a.latest, clock: m.clock, folder: a.state.folder(), groups: m.groups()}
	a.notices = newNotices(a.config.Told(), a.log)
	a.records = recordsIn(folders, a.config, a.lines, a.log)
	a.records.files.Sure = a.secure.sure.Load
	work := a.working(kept)
	work.Renew = a.servers.kernel.Renew
	a.loop = loop.New(a.records.hear(m, work.Watched(a.around.tell, a.notices.raised)))
	return nil
}

// save keeps what is worth it for the next start. Nobody else uses the loop then.
func (a *appliance) save() {
	a.state.save(a.loop.Keep())
	a.records.save()
}

// notBefore sets a clock that shows less than floor to that: a board without a
// clock of its own starts in 1970. The date that was kept is no floor: a receiver
// may have been wrong about it.
func notBefore(floor refclock.UTC, c hw.Steerable, log zerolog.Logger) error {
	late := refclock.Offset(floor, c.Read().Time)
	if late <= 0 {
		return nil
	}
	log.Warn().Float64("step_seconds", late.Seconds()).Msg("the clock was before this program was built: it is set to that")
	return c.Step(late)
}

// working is what the loop works with, after what was kept.
func (a *appliance) working(kept loop.Kept) loop.Config {
	c, m := a.config, a.machine
	leaps, source := leapSeconds(c.Clock.LeapSeconds, m.clock.Read().Time, a.log)
	return loop.Config{
		Clock: m.clock, Latest: &a.latest, Log: a.log,
		NotBefore: m.notBefore, NotAfter: m.notAfter, KeptDate: kept.Date, Dated: a.secure.sure,
		Leaps: leaps, LeapSource: source,
		EdgeLatency: m.unmeasured(c.Pulse), Left: m.port.Left,
		PulseOff: m.pulses == nil, SensorOff: m.thermometer == nil,
		Pairer: refclock.Pairer{
			PulseLatency: c.Pulse.Latency, SentenceLatency: c.Receiver.SentenceLatency, EarlierLatency: kept.Latency(),
		},
		Options: kept.Resume(discipline.Options{
			MaxError: c.Clock.MaxError, StepThreshold: c.Clock.StepThreshold,
			PulseRefID: refclock.RefIDOf(c.Server.RefID), SentenceRefID: refclock.RefIDOf(c.Server.SentenceRefID),
		}, m.clock),
		Describe: loop.Description{Version: version, Operation: m.operation, Edge: c.Pulse.Edge},
	}
}

// tasks wires the pumps to the loop and the loop to the servers.
func (a *appliance) tasks() []task {
	l, m := a.loop, a.machine
	edges, frames := make(chan hw.Edge, queued), make(chan hw.Frame, queued)
	pulse, receiver := make(chan hw.Device, 1), make(chan hw.Device, 1)
	temperatures, thermometer := make(chan hw.Temperature, 1), make(chan hw.Device, 1)
	commands := make(chan func())
	d := daemon{loop: l, commands: commands, servers: a.servers, secure: a.secure, records: a.records, notices: a.notices, running: &a.running}
	guard := guardOf(a.config.Web)
	all := []task{
		{"loop", func(ctx context.Context) error {
			return l.Run(ctx, loop.Inputs{
				Edges: edges, Frames: frames, Temperatures: temperatures,
				Pulse: pulse, Receiver: receiver, Thermometer: thermometer,
				Commands: commands,
			})
		}},
		{"receiver", func(ctx context.Context) error { return m.port.Run(ctx, frames, receiver) }},
		{"ntp", a.servers.Run},
		{"fast path", a.servers.kernel.Run},
		{"nts", a.secure.serve},
		{"nts keys", a.secure.keep},
		{"control", func(ctx context.Context) error {
			return control.Server{Daemon: d}.Run(ctx, a.door)
		}},
		{"reload", reloader{a.options, &a.running, &a.rules, a.keys, a.secure, a.hangups, a.confined, a.log}.run},
		{"page", func(ctx context.Context) error { return a.page.run(ctx, d, guard, a.config.Language) }},
		{"metrics", func(ctx context.Context) error { return showMetrics(ctx, a.config.Metrics, d, guard, a.log) }},
		{"notify", notifier{d, a.log, a.servers.Bound}.run},
		{"state", func(ctx context.Context) error {
			return a.state.run(ctx, func(ctx context.Context) (loop.Kept, error) { return ask(ctx, commands, l.Keep) })
		}},
		{"surroundings", a.around.run},
		{"alarms", a.notices.Run},
	}
	all = append(all, a.records.tasks(d)...)
	if m.pulses != nil {
		all = append(all, task{"pulse", func(ctx context.Context) error { return m.pulses.Run(ctx, edges, pulse) }})
	}
	if m.stamps != nil {
		all = append(all, stampTask(m, a.log))
	}
	if m.thermometer != nil {
		all = append(all, task{"thermometer", func(ctx context.Context) error {
			return m.thermometer.Run(ctx, temperatures, thermometer)
		}})
	}
	return all
}
