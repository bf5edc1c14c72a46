package main

import (
	"cmp"
	"context"
	"net"
	"os"
	"slices"
	"sync/atomic"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/cmd/internal/loop"
	"gpsntpd/cmd/internal/network"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/refclock/configure"
	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
)

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

	nts             *ntsService
	servers         answering
	asked           []*network.Pump
	past            refclock.UTC // it is not earlier than that
	cookies         *cookieFile
	socket          string // where controlListener is
	controlListener net.Listener
	page            *page

	state   stateFile
	place   positionFile
	archive archive
	host    *hostWatch
	notices notices
	bound   boundPage
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
	a.nts = newNTSService(c.NTS, a.options.stateDirectory(), &a.latest, a.machine.clock, a.log)
	if err = a.listen(); err != nil {
		return err
	}
	a.closes(a.servers.Close)
	a.closes(a.nts.close)
	if a.socket, a.controlListener, err = openControl(cmp.Or(a.options.control, c.Control.Socket), a.log); err != nil {
		return err
	}
	a.closes(func() { a.controlListener.Close() })
	a.bound = openBoundPage(c.Clock.Bound, a.machine, &a.latest, a.log)
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
	a.place = positionIn(folders, a.log)
	kept := a.state.load(m.believed())
	if err := notBefore(m.floor, m.clock, a.log); err != nil {
		return err
	}
	a.host = &hostWatch{servers: a.servers, nts: a.nts, latest: &a.latest, clock: m.clock, folder: a.state.folder(), groups: m.groups(), conditions: m.conditions}
	a.notices = newNotices(a.config.Told(), a.log)
	a.archive = archiveIn(folders, a.config, a.lines, a.log)
	a.archive.files.Sure = a.nts.dateKnown.Load
	a.archive.listen(m.port)
	if !kept.Date.IsZero() {
		a.past = refclock.UTC(kept.Date.UnixNano())
	}
	var err error
	if a.asked, err = a.pumps(); err != nil {
		return err
	}
	a.loop = loop.New(a.working(kept))
	return nil
}

// save keeps what is worth it for the next start. No one else uses the loop then.
func (a *appliance) save() {
	a.state.save(a.loop.Keep())
	a.archive.save()
	a.cookies.save()
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
		NotBefore: m.notBefore, NotAfter: m.notAfter, KeptDate: kept.Date, Dated: a.nts.dateKnown,
		Leaps: leaps, LeapSource: source,
		EdgeLatency: m.unmeasured(c.Pulse), Poll: m.poll, KeptEdge: kept.Edge, Conditions: a.host.machineConditions, Left: m.port.Left,
		Receiver: a.wanted(), Surveyed: a.place.surveyed, Send: m.sending(c.Receiver.Configure),
		ReceiverOff: m.absent, PulseOff: m.pulses == nil, SensorOff: m.thermometer == nil,
		Pairer: refclock.Pairer{
			PulseLatency: c.Pulse.Latency, SentenceLatency: c.Receiver.SentenceLatency, EarlierLatency: kept.Latency(),
			SawtoothOff: c.Receiver.Sawtooth == "off",
		},
		Options: kept.Resume(discipline.Options{
			MaxError: c.Clock.MaxError, StepThreshold: c.Clock.StepThreshold,
			PulseRefID: refclock.RefIDOf(c.Server.RefID), SentenceRefID: refclock.RefIDOf(c.Server.SentenceRefID),
		}, m.clock),
		Network:   peers(a.asked),
		Describe:  loop.Description{Version: version, Operation: m.operation, Edge: c.Pulse.Edge},
		Outside:   a.host.addTo,
		Observers: []loop.Observer{{Published: a.servers.kernel.Renew}, {Alarm: a.notices.raised}, {Second: a.archive.second, Alarm: a.archive.alarm}},
		Recorder:  a.archive.recorder,
	}
}

// tasks wires the pumps to the loop and the loop to the servers.
func (a *appliance) tasks() []task {
	l, m := a.loop, a.machine
	commands := make(chan func())
	in, pumps := m.pumps(a.log)
	in.Commands = commands
	d := daemon{loop: l, commands: commands, servers: a.servers, nts: a.nts, archive: a.archive, notices: a.notices, running: &a.running}
	asking := networkTasks(a.asked, &in)
	guard := guardOf(a.config.Web)
	kept := func(ctx context.Context) (loop.Kept, error) { return ask(ctx, commands, l.Keep) }
	return slices.Concat(
		[]task{
			{"loop", func(ctx context.Context) error { return l.Run(ctx, in) }},
			{"control", func(ctx context.Context) error { return control.Server{Daemon: d}.Run(ctx, a.controlListener) }},
			{"reload", reloader{a.options, &a.running, &a.rules, a.keys, a.nts, a.hangups, a.confined, a.log}.run},
			{"host watch", a.host.run},
		},
		a.place.tasks(),
		a.state.tasks(kept),
		a.cookies.tasks(),
		pumps,
		asking,
		a.servers.tasks(),
		a.nts.tasks(),
		a.bound.tasks(),
		a.page.tasks(d, guard, a.config.Language),
		metricsTasks(a.config.Metrics, d, guard, a.log),
		notifier{d, a.log, a.servers.Bound}.tasks(),
		a.notices.tasks(),
		a.archive.tasks(d),
	)
}

// wanted is what the receiver is to do.
func (a *appliance) wanted() configure.Options {
	o := a.config.Receiver.Options()
	o.Position = a.place.load()
	return o
}
