package web

import (
	"net/netip"
	"sync"
)

// streamers counts who waits for news.
type streamers struct {
	mu   sync.Mutex
	all  int
	here map[netip.Addr]int
}

// enter counts one more of a client, unless there are too many.
func (s *streamers) enter(from netip.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == streams || s.here[from] == streamsOne {
		return false
	}
	if s.here == nil {
		s.here = map[netip.Addr]int{}
	}
	s.all++
	s.here[from]++
	return true
}

func (s *streamers) leave(from netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.here[from]--; s.here[from] == 0 {
		delete(s.here, from)
	}
}
