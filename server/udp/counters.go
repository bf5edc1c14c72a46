package udp

import (
	"sync/atomic"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/server/ntp"
)

// counts is what a worker counts, and others read.
type counts struct {
	verdicts  [ntp.Verdicts]atomic.Uint64
	unstamped atomic.Uint64
	failures  atomic.Uint64
}

// Counters is what was counted at one address.
type Counters struct {
	Listen    string // the address
	Requests  uint64
	Answers   uint64
	Dropped   uint64
	Unstamped uint64               // requests whose time of arrival the kernel did not tell
	Stamps    Stamps               // that requests are dated by now
	WhyStamps hw.StampState        // why not by the interface's; "" when they are
	Hardware  uint64               // requests that were
	Doubted   uint64               // stamps of an interface that contradicted the kernel's
	Failures  uint64               // times that the kernel could not hand over requests
	Lost      uint64               // requests that it threw away, since more came than were taken
	Verdicts  [ntp.Verdicts]uint64 // by ntp.Verdict
}

// Counters returns what was counted so far, one for each address.
func (s *Server) Counters() []Counters {
	var all []Counters
	for _, group := range s.groups() {
		c := Counters{Listen: group[0].listen}
		c.Stamps, c.WhyStamps = stamping(group)
		for _, w := range group {
			c.Hardware += w.stamps.used.Load()
			c.Doubted += w.stamps.doubted.Load()
			c.Lost += lost(w.socket)
			c.add(&w.counts)
		}
		all = append(all, c)
	}
	return all
}

// Bound reports whether the sockets at an address that we listen on take nothing but
// what comes in at one interface of the network: this host cannot ask there.
func (s *Server) Bound(listen string) bool {
	for _, w := range s.workers {
		if w.listen == listen {
			name, err := unix.GetsockoptString(w.socket, unix.SOL_SOCKET, unix.SO_BINDTODEVICE)
			return err == nil && name != "" && name != "lo"
		}
	}
	return false
}

// groups returns the workers of each address.
func (s *Server) groups() (all [][]*worker) {
	for from := 0; from < len(s.workers); {
		end := from + 1
		for end < len(s.workers) && s.workers[end].listen == s.workers[from].listen {
			end++
		}
		all = append(all, s.workers[from:end])
		from = end
	}
	return all
}

func (c *Counters) add(w *counts) {
	c.Unstamped += w.unstamped.Load()
	c.Failures += w.failures.Load()
	for v := range w.verdicts {
		c.Count(ntp.Verdict(v), w.verdicts[v].Load())
	}
}

// Count adds n requests that had the verdict v.
func (c *Counters) Count(v ntp.Verdict, n uint64) {
	c.Verdicts[v] += n
	c.Requests += n
	if v.Sent() {
		c.Answers += n
	}
	c.Dropped = c.Requests - c.Answers
}
