package main

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/discipline"
	"gpsntpd/hw/clock"
	"gpsntpd/server/ntp"
	"gpsntpd/server/udp"
)

// service is a daemon without devices, and the socket on which systemd hears
// from it.
type service struct {
	t        *testing.T
	loop     *loop.Loop
	servers  *udp.Server
	commands chan func()
	again    chan time.Time
	heard    *net.UnixConn
	bound    func(string) bool
}

func newService(t *testing.T) *service {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	path := filepath.Join(t.TempDir(), "notify")
	heard, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", path)
	c := clock.NewSoftware(clock.MonotonicRaw, clock.Realtime, clock.Realtime())
	var latest discipline.Latest
	var policy atomic.Pointer[ntp.Policy]
	policy.Store(&ntp.Policy{Access: ntp.NewAccess(nil, nil, nil)})
	servers, err := udp.Listen(udp.Options{Addresses: []string{":0", "127.0.0.1:0", "[::1]:0"}, Policy: &policy}, c, &latest, &ntp.Responder{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { servers.Close(); heard.Close() })
	return &service{
		t: t, servers: servers, heard: heard, bound: servers.Bound,
		loop:     loop.New(loop.Config{Clock: c, Latest: &latest, Log: zerolog.Nop()}),
		commands: make(chan func()), again: make(chan time.Time),
	}
}

// start runs a part of the service; the function that it returns ends it.
func (s *service) start(run func(context.Context) error) (stop func()) {
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- run(ctx) }()
	return func() {
		s.t.Helper()
		end()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	}
}

func (s *service) runLoop(ctx context.Context) error {
	return s.loop.Run(ctx, loop.Inputs{Commands: s.commands})
}

func (s *service) notify(ctx context.Context) error {
	notifier{daemon{loop: s.loop, commands: s.commands, servers: answering{Server: s.servers}, nts: new(ntsService)}, zerolog.Nop(), s.bound}.notify(ctx, s.again)
	return nil
}

// hears checks the beginning of the next message.
func (s *service) hears(want string) {
	s.t.Helper()
	buffer := make([]byte, 1024)
	n, err := s.heard.Read(buffer)
	if err != nil {
		s.t.Fatal(err)
	}
	if got := string(buffer[:n]); !strings.HasPrefix(got, want) {
		s.t.Errorf("systemd hears %q, want %q", got, want)
	}
}

const fed = "READY=1\nWATCHDOG=1\nSTATUS=Not synchronized yet: "

func TestTheWatchdogIsFedOnlyWhenLoopAndServersMove(t *testing.T) {
	s := newService(t)
	stopLoop := s.start(s.runLoop)
	stopNotifier := s.start(s.notify)
	s.hears("STATUS=the server at 0.0.0.0:") // bound, but no one serves yet
	stopServers := s.start(s.servers.Run)
	s.again <- time.Time{}
	s.hears(fed)
	s.again <- time.Time{}
	s.hears(fed)
	stopLoop()
	s.again <- time.Time{}
	s.hears("STATUS=the loop does not answer")
	stopLoop = s.start(s.runLoop)
	s.again <- time.Time{}
	s.hears(fed)
	stopServers()
	s.again <- time.Time{}
	s.hears("STATUS=the server at ")
	stopNotifier()
	s.hears("STOPPING=1")
	stopLoop()
	for _, c := range s.servers.Counters() {
		if c.Answers < 3 {
			t.Errorf("fed 3 times, with %d answers of %s", c.Answers, c.Listen)
		}
	}
}

func TestAServerThatHearsAtAnInterfaceOnlyIsNotAskedFromHere(t *testing.T) {
	s := newService(t)
	s.bound = func(string) bool { return true }
	stopLoop, stopNotifier := s.start(s.runLoop), s.start(s.notify)
	s.hears(fed) // though no one serves yet
	stopNotifier()
	stopLoop()
}

func TestAServerWhoseAddressIsGoneIsNotToBlame(t *testing.T) {
	if err := answers("192.0.2.1:123"); err != nil { // TEST-NET-1, which no host has
		t.Error(err)
	}
}

func TestWithoutSystemdNobodyIsNotified(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	if all := (notifier{}).tasks(); len(all) != 0 {
		t.Errorf("%d tasks", len(all))
	}
}

func TestAWatchdogThatMakesNoSenseIsAnError(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "/nowhere")
	t.Setenv("WATCHDOG_USEC", "soon")
	if err := (notifier{}).tasks()[0].run(t.Context()); err == nil || !strings.Contains(err.Error(), "WATCHDOG_USEC") {
		t.Error(err)
	}
}
