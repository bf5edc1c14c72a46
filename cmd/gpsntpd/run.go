package main

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/rs/zerolog"

	"gpsntpd/cmd/gpsntpd/loop"
	"gpsntpd/cmd/internal/config"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
	"gpsntpd/server/udp"
)

// queued is how many events may wait for the loop: some seconds of a talkative
// receiver.
const queued = 256

// collectAt has the garbage collector run while the heap is small: a few times a
// minute, and the memory of a board is worth more than that.
const collectAt = 20 // per cent

// settled is how long after the start what only that needed is given back: a
// receiver and a pulse that are there have been found by then.
const settled = 10 * time.Second

// serve runs the daemon until ctx ends: the only place that knows everything.
func serve(ctx context.Context, o options) error {
	c, err := o.settle()
	if err != nil {
		return errConfig{err}
	}
	log, lines := newLog(c.Log, os.Stderr)
	debug.SetGCPercent(collectAt)
	if n := runtime.NumCPU(); n > 1 {
		runtime.GOMAXPROCS(n + 1) // one to spare, or workers that wait in the kernel are made to hand over theirs
	}
	m, err := build(o, c)
	if err != nil {
		return err
	}
	defer m.close()

	var latest discipline.Latest
	running := new(atomic.Pointer[config.Config])
	running.Store(&c)
	var rules atomic.Pointer[ntp.Policy]
	rules.Store(policy(c.Server, log))
	secure := newProtection(c.NTS, o.stateDirectory(), &latest, m.clock, log)
	keys, err := signing(c.Server)
	if err != nil {
		return err
	}
	servers, err := listen(c, m, &latest, &rules, keys, secure, log)
	if err != nil {
		return err
	}
	defer secure.close()
	defer servers.Close()
	socket, door, err := openControl(cmp.Or(o.control, c.Control.Socket))
	if err != nil {
		return err
	}
	defer door.Close()
	page := openPage(c.Web, log)
	defer page.close()

	state := stateIn(o.stateDirectory(), log)
	kept := state.load()
	if err := notBefore(kept.Floor(m.floor), m.clock, log); err != nil {
		return err
	}
	around := &surroundings{servers: servers, secure: secure, latest: &latest, clock: m.clock, folder: state.folder(), groups: m.groups()}
	post := newNotices(c.Alarms, log)
	keep := recordsIn(o.stateDirectory(), c, lines, log)
	work := working(c, m, kept, &latest, log)
	work.Renew = servers.kernel.Renew
	l := loop.New(keep.hear(m, work.Watched(around.tell, post.raised)))
	greet(os.Stdout, m, servers, secure, page, socket)
	defer time.AfterFunc(settled, trim).Stop()
	all := tasks(l, m, servers, secure, page, door, state, keep, reloader{o, running, &rules, keys, secure, log})
	err = together(ctx, append(all, task{"surroundings", around.run}, task{"alarms", post.Run}))
	state.save(l.Keep()) // nobody else uses the loop any more
	keep.save()
	return err
}

// signing reads the symmetric keys.
func signing(c config.Server) (*atomic.Pointer[ntp.Keys], error) {
	symmetric, err := symmetricKeys(c.Keys)
	if err != nil {
		return nil, err
	}
	if n := uint32(c.BroadcastKey); n != 0 && symmetric[n] == nil {
		return nil, errConfig{fmt.Errorf("server.broadcast-key: no key %d in server.keys", n)}
	}
	keys := new(atomic.Pointer[ntp.Keys])
	keys.Store(&symmetric)
	return keys, nil
}

// openControl opens the control socket at path, or in its usual place.
func openControl(path string) (socket string, door net.Listener, err error) {
	if socket, err = control.Environ().SocketPath(path); err != nil {
		return "", nil, err
	}
	door, err = control.Listen(socket)
	return socket, door, err
}

// listen opens the sockets of the servers, those of the key exchange after those
// of NTP, whose port it tells.
func listen(c config.Config, m machine, latest *discipline.Latest, rules *atomic.Pointer[ntp.Policy], keys *atomic.Pointer[ntp.Keys], secure *protection, log zerolog.Logger) (answering, error) {
	responder := &ntp.Responder{
		PulseRefID: refID(c.Server.RefID), SentenceRefID: refID(c.Server.SentenceRefID),
		Precision: ntp.Precision(func() hw.Time { return m.clock.Read().Time }),
		Keys:      keys,
		Ntpq:      ntp.Ntpq{Allow: c.Server.Ntpq, Version: "gpsntpd " + version, Processor: runtime.GOARCH, System: runtime.GOOS},
	}
	servers, err := udp.Listen(udp.Options{
		Addresses: c.Server.Listen, Interface: c.Server.Interface, DSCP: c.Server.DSCP, Workers: c.Server.Workers,
		Inherited: activation.Files(true),
		Broadcast: udp.Broadcast{To: c.Server.Broadcast, Interval: c.Server.BroadcastInterval, Key: uint32(c.Server.BroadcastKey)},
		Policy:    rules, Rings: secure.rings, NICs: m.nics(),
	}, m.clock, latest, responder)
	if err != nil {
		return answering{}, err
	}
	port := uint16(0)
	if first, err := netip.ParseAddrPort(servers.Counters()[0].Listen); err == nil {
		port = first.Port()
	}
	if err := secure.listen(port, rules); err != nil {
		servers.Close()
		return answering{}, err
	}
	return answering{servers, fastPath(c, m, latest, rules, responder, servers, log)}, nil
}

// notBefore sets a clock that shows less than floor to that: a board without a
// clock of its own starts in 1970.
func notBefore(floor refclock.UTC, c hw.Steerable, log zerolog.Logger) error {
	late := refclock.Offset(floor, c.Read().Time)
	if late <= 0 {
		return nil
	}
	log.Warn().Float64("step_seconds", late.Seconds()).Msg("the clock was before the last time that we know: it is set to that")
	return c.Step(late)
}

// working is what the loop works with.
func working(c config.Config, m machine, kept loop.Kept, latest *discipline.Latest, log zerolog.Logger) loop.Config {
	leaps, source := leapSeconds(c.Clock.LeapSeconds, m.clock.Read().Time, log)
	return loop.Config{
		Clock: m.clock, Latest: latest, Log: log,
		NotBefore: m.notBefore, Leaps: leaps, LeapSource: source,
		PulseOff: m.pulses == nil, SensorOff: m.thermometer == nil,
		Pairer: refclock.Pairer{
			PulseLatency: c.Pulse.Latency, SentenceLatency: c.Receiver.SentenceLatency, EarlierLatency: kept.Latency(),
		},
		Options: kept.Resume(discipline.Options{MaxError: c.Clock.MaxError, StepThreshold: c.Clock.StepThreshold}, m.clock),
		Describe: loop.Description{
			Version: version, Operation: m.operation, Edge: c.Pulse.Edge,
			PulseRefID: c.Server.RefID, SentenceRefID: c.Server.SentenceRefID,
		},
	}
}

// tasks wires the pumps to the loop and the loop to the servers.
func tasks(l *loop.Loop, m machine, servers answering, secure *protection, p *page, door net.Listener, state stateFile, keep records, r reloader) []task {
	edges, lines := make(chan hw.Edge, queued), make(chan hw.Line, queued)
	pulse, receiver := make(chan hw.Device, 1), make(chan hw.Device, 1)
	temperatures, thermometer := make(chan hw.Temperature, 1), make(chan hw.Device, 1)
	commands := make(chan func())
	d := daemon{loop: l, commands: commands, servers: servers, secure: secure, records: keep, running: r.running}
	all := []task{
		{"loop", func(ctx context.Context) error {
			return l.Run(ctx, loop.Inputs{
				Edges: edges, Lines: lines, Temperatures: temperatures,
				Pulse: pulse, Receiver: receiver, Thermometer: thermometer,
				Commands: commands,
			})
		}},
		{"receiver", func(ctx context.Context) error { return m.lines.Run(ctx, lines, receiver) }},
		{"ntp", servers.Run},
		{"fast path", servers.kernel.Run},
		{"nts", secure.serve},
		{"nts keys", secure.keep},
		{"control", func(ctx context.Context) error {
			return control.Server{Daemon: d}.Run(ctx, door)
		}},
		{"reload", r.run},
		{"page", func(ctx context.Context) error { return p.run(ctx, d) }},
		{"metrics", func(ctx context.Context) error { return showMetrics(ctx, r.running.Load().Metrics.Listen, d, r.log) }},
		{"notify", notifier{d, r.log}.run},
		{"state", func(ctx context.Context) error {
			return state.run(ctx, func(ctx context.Context) (loop.Kept, error) { return ask(ctx, commands, l.Keep) })
		}},
	}
	all = append(all, keep.tasks(d)...)
	if m.pulses != nil {
		all = append(all, task{"pulse", func(ctx context.Context) error { return m.pulses.Run(ctx, edges, pulse) }})
	}
	if m.stamps != nil {
		all = append(all, stampTask(m, r.log))
	}
	if m.thermometer != nil {
		all = append(all, task{"thermometer", func(ctx context.Context) error {
			return m.thermometer.Run(ctx, temperatures, thermometer)
		}})
	}
	return all
}

// settle joins the file, the command line, and what the simulated machine asks
// for: nobody else's clock, and loopback only.
func (o options) settle() (config.Config, error) {
	c := config.Default()
	path := o.config
	if path == "" && !o.pretends() {
		if _, err := os.Stat(config.Path); !errors.Is(err, fs.ErrNotExist) {
			path = config.Path
		}
	}
	if path != "" {
		var err error
		if c, err = config.Load(path); err != nil {
			return c, err
		}
	}
	if o.pretends() {
		c.Server.Listen = []string{simListen}
		c.Server.RefID, c.Server.SentenceRefID = "SIM", "SIM"
		if slices.Equal(c.NTS.Listen, config.Default().NTS.Listen) {
			c.NTS.Listen = []string{simListenNTS}
		}
		if c.Web.Listen == config.Default().Web.Listen {
			c.Web.Listen = simListenWeb
		}
		c.Clock.Steer = false
	}
	var failures []error
	if len(o.listen) > 0 {
		failures = append(failures, c.Set("server.listen", o.listen...))
	}
	if o.web != "" {
		failures = append(failures, c.Set("web.listen", o.web))
	}
	if o.logFormat != "" {
		failures = append(failures, c.Set("log.format", o.logFormat))
	}
	if o.noSteer {
		c.Clock.Steer = false
	}
	return c, errors.Join(failures...)
}

// stateDirectory is where something may be kept from one start to the next, as
// systemd passes it; "" for what is simulated.
func (o options) stateDirectory() string {
	if o.pretends() {
		return ""
	}
	return os.Getenv("STATE_DIRECTORY")
}

// pretends tells whether the hardware is simulated.
func (o options) pretends() bool { return o.simulate || o.replay != "" }

// refID is the wire's form of up to four ASCII characters, RFC 5905 figure 12.
func refID(s string) uint32 {
	var b [4]byte
	copy(b[:], s)
	return binary.BigEndian.Uint32(b[:])
}
