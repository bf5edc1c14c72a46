package doctor

import (
	"context"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/beevik/ntp"

	"gpsntpd/cmd/internal/disk"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/hw/holders"
	"gpsntpd/hw/serial"
)

// How long is waited, at most.
const (
	listenFor  = 7 * time.Second // finds the three usual speeds
	commandFor = 3 * time.Second
	answerFor  = time.Second
	pauseFor   = 1200 * time.Millisecond // a pulse comes in it
)

// Live is the machine that this program runs on.
func Live() *Host {
	name, _ := os.Hostname() // "" where there is none
	return &Host{
		Effective: os.Geteuid(), Name: name, Now: time.Now(),
		Pause: func(ctx context.Context) {
			select {
			case <-ctx.Done():
			case <-time.After(pauseFor):
			}
		},
		Run: command, Listen: listen, Addresses: addresses, Ask: ask, Storage: disk.Of, Owner: owner,
	}
}

// command is what a program prints, in the language that is parsed.
func command(ctx context.Context, words ...string) string {
	ctx, cancel := context.WithTimeout(ctx, commandFor)
	defer cancel()
	c := exec.CommandContext(ctx, words[0], words[1:]...)
	c.Env = append(os.Environ(), "LC_ALL=C", "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	text, err := c.Output()
	if err != nil {
		return ""
	}
	return string(text)
}

// listen hears all ports at once, as the daemon does: by listening alone.
func listen(ctx context.Context, ports []string) map[string]Heard {
	ctx, cancel := context.WithTimeout(ctx, listenFor)
	defer cancel()
	all := map[string]Heard{}
	var guard sync.Mutex
	var every sync.WaitGroup
	for _, port := range ports {
		every.Go(func() {
			heard := hear(ctx, port)
			guard.Lock()
			defer guard.Unlock()
			all[port] = heard
		})
	}
	every.Wait()
	return all
}

// hear listens to one port until something sound comes, or ctx ends.
func hear(ctx context.Context, port string) Heard {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	frames, devices, bytes := make(chan hw.Frame, 64), make(chan hw.Device, 8), make(chan int, 64)
	p := serial.Port{
		Paths: []string{port}, Clock: clock.NewSoftware(clock.MonotonicRaw, clock.Realtime, clock.Realtime()), Root: holders.Root(""),
		Received: func(b []byte, _ hw.Reading) {
			select {
			case bytes <- len(b):
			case <-ctx.Done():
			}
		},
	}
	began, ended := time.Now(), make(chan error, 1)
	go func() { ended <- p.Run(ctx, frames, devices) }()
	var h Heard
	for done := false; !done; {
		select {
		case f := <-frames:
			if f.Sound() {
				h.Sound++
				done = true
			}
		case d := <-devices:
			h.Error = d.Err
			if d.State == hw.Open {
				h.Baud = d.Baud
			}
			done = d.State != hw.Open
		case n := <-bytes:
			h.Bytes += n
		case <-ctx.Done():
			done = true
		}
	}
	cancel()
	<-ended
	h.Duration = time.Since(began)
	return h
}

// addresses are those of the host that others may ask at.
func addresses() (all []netip.Addr) {
	found, _ := net.InterfaceAddrs() // none, where they may not be seen
	for _, a := range found {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil && !prefix.Addr().IsLinkLocalUnicast() {
			all = append(all, prefix.Addr())
		}
	}
	return all
}

// ask asks all servers at once.
func ask(_ context.Context, servers []string) map[string]Said {
	all := map[string]Said{}
	var guard sync.Mutex
	var every sync.WaitGroup
	for _, server := range servers {
		every.Go(func() {
			r, err := ntp.QueryWithOptions(server, ntp.QueryOptions{Timeout: answerFor})
			guard.Lock()
			defer guard.Unlock()
			all[server] = Said{}
			if err == nil {
				all[server] = Said{true, int(r.Stratum), r.Stratum != 0 && r.Leap != ntp.LeapNotInSync}
			}
		})
	}
	every.Wait()
	return all
}

func owner(path string) (Owned, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Owned{}, err
	}
	s := info.Sys().(*syscall.Stat_t)
	return Owned{int(s.Uid), int(s.Gid), info.Mode().Perm()}, nil
}
