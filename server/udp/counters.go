package udp

import (
	"sync/atomic"

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
	Failures  uint64               // times that the kernel could not hand over requests
	Verdicts  [ntp.Verdicts]uint64 // by ntp.Verdict
}

// Counters returns what was counted so far, one for each address.
func (s *Server) Counters() []Counters {
	var all []Counters
	for _, w := range s.workers {
		if last := len(all) - 1; last < 0 || all[last].Listen != w.listen {
			all = append(all, Counters{Listen: w.listen})
		}
		all[len(all)-1].add(&w.counts)
	}
	return all
}

func (c *Counters) add(w *counts) {
	c.Unstamped += w.unstamped.Load()
	c.Failures += w.failures.Load()
	for v := range w.verdicts {
		n := w.verdicts[v].Load()
		c.Verdicts[v] += n
		c.Requests += n
		if ntp.Verdict(v).Sent() {
			c.Answers += n
		}
	}
	c.Dropped = c.Requests - c.Answers
}
