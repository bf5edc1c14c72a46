package e2e

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"gpsntpd/cmd/internal/tools/rfc5905"
	"gpsntpd/server/control"
)

// sim is the refid of simulated machines, on the wire.
const sim = "SIM\x00"

// daemon is a running gpsntpd.
type daemon struct {
	*process
	socket string
	client *control.Client
	born   [2]time.Time // between these it was started
}

// serve starts a daemon on ports of its own and waits until it serves.
func serve(t *testing.T, args ...string) *daemon {
	t.Helper()
	return serveAt(t, filepath.Join(t.TempDir(), "socket"), args...)
}

func serveAt(t *testing.T, socket string, args ...string) *daemon {
	t.Helper()
	args = append([]string{"--control", socket, "--listen", "127.0.0.1:0"}, args...)
	before := time.Now()
	d := attach(start(t, filepath.Join(folder, "gpsntpd"), args...), socket)
	d.born = [2]time.Time{before, time.Now()}
	return d
}

// attach waits until p, a gpsntpd, serves.
func attach(p *process, socket string) *daemon {
	p.t.Helper()
	until(p.t, says(&p.out, "control on "))
	return &daemon{process: p, socket: socket, client: control.Environ().Client(socket)}
}

// status asks the daemon how it is.
func (d *daemon) status() control.Status {
	d.t.Helper()
	a, err := d.client.Status(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return a.Value
}

// becomes waits until the state of the clock, the receiver and the pulse are
// these; "" is any.
func (d *daemon) becomes(clock, receiver, pulse string) control.Status {
	d.t.Helper()
	var s control.Status
	until(d.t, func() error {
		s = d.status()
		is := [3]string{s.State, string(s.Receiver.State), string(s.Pulse.State)}
		for i, want := range [3]string{clock, receiver, pulse} {
			if want != "" && is[i] != want {
				return fmt.Errorf("clock, receiver and pulse are %q, want %q, %q, %q: %s", is, clock, receiver, pulse, s.Sentence)
			}
		}
		return nil
	})
	return s
}

// counter returns a counter.
func (d *daemon) counter(group, name string) uint64 {
	d.t.Helper()
	a, err := d.client.Counters(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return a.Value[group][name]
}

// ask asks an address of the daemon's for the time.
func (d *daemon) ask(address string, version uint8) rfc5905.Answer {
	d.t.Helper()
	ctx, end := context.WithTimeout(d.t.Context(), processTimeout)
	defer end()
	a, err := rfc5905.Query(ctx, address, version)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

// address is where the daemon serves first.
func (d *daemon) address() string {
	d.t.Helper()
	return d.status().Servers[0].Listen
}

// begun returns what is known of the time that a replay serves, against the
// host's: it was a second before the capture's first moment when the replay
// started.
func (d *daemon) begun(first time.Time) interval {
	first = first.Add(-time.Second)
	return interval{first.Sub(d.born[1]), first.Sub(d.born[0])}
}

// claimsNothing checks that an answer leaves no doubt that it must not be used.
func (d *daemon) claimsNothing() {
	d.t.Helper()
	a := d.ask(d.address(), 4)
	if a.Leap != 3 || a.Stratum != 0 || a.ReferenceID != "\x00\x00\x00\x00" {
		d.t.Errorf("not synchronized, and answers %+v", a)
	}
}

// synchronized asks for the time and checks that the answer may be used.
func (d *daemon) synchronized(address string, version uint8, refid string) rfc5905.Answer {
	d.t.Helper()
	a := d.ask(address, version)
	if err := a.Usable(); err != nil || a.Leap != 0 || a.Stratum != 1 || a.ReferenceID != refid {
		d.t.Errorf("want stratum 1, leap 0, refid %q: %+v, %v", refid, a, err)
	}
	return a
}

// interval is where the offset of true time from the host's clock lies. Of the
// simulated machine it is 0.
type interval struct{ low, high time.Duration }

// truthful checks what an answer claims against what is known, and returns
// what both have in common: that offset never changes, so true claims all have
// a part in common.
func truthful(t *testing.T, known interval, a rfc5905.Answer) interval {
	t.Helper()
	claim := interval{a.Offset() - a.RootDistance(), a.Offset() + a.RootDistance()}
	both := interval{max(known.low, claim.low), min(known.high, claim.high)}
	if both.low > both.high {
		t.Fatalf("the truth is in %v, an answer says %v", known, claim)
	}
	return both
}

// families returns the loopback addresses of the machine, for --listen.
func families(t *testing.T) []string {
	t.Helper()
	if c, err := net.ListenPacket("udp6", "[::1]:0"); err == nil {
		c.Close()
		return []string{"--listen", "[::1]:0"}
	}
	t.Log("this machine has no IPv6")
	return nil
}
