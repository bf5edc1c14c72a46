package udp

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"gpsntpd/server/mmsg"
)

// unknown is a kernel that cannot spread clients.
func unknown(*mmsg.Family, int, int) error { return unix.ENOPROTOOPT }

func TestAKernelThatCannotSpreadClientsCostsSpeedAndNotTheService(t *testing.T) {
	s := serve(t, Options{Addresses: []string{"127.0.0.1:0", "[::1]:0"}, Workers: 3, Policy: everybody(), spread: unknown})
	if len(s.workers) != 2 {
		t.Errorf("%d workers at two addresses", len(s.workers))
	}
	for i := range s.Counters() {
		for range 20 { // ports, of which the closed sockets would have had some
			exchange(t, dial(t, s, i), request(), make([]byte, 100))
		}
		if n := len(s.workers[i].gate.Clients(nil)); n != 1 {
			t.Errorf("%s knows %d clients", s.workers[i].listen, n)
		}
	}
	const why = "protocol not available"
	if err := s.Unspread(); err == nil || !strings.HasPrefix(err.Error(), "one worker answers at 127.0.0.1:") || !strings.HasSuffix(err.Error(), why) {
		t.Errorf("told of: %v", err)
	}
}

func TestSocketsOfOthersAllAnswerAlsoWhenClientsCannotBeSpread(t *testing.T) {
	files := inherited(t, "127.0.0.1", 3)
	s := serve(t, Options{Inherited: files, Policy: everybody(), spread: unknown})
	for range 50 {
		exchange(t, dial(t, s, 0), request(), make([]byte, 100))
	}
	if err := s.Unspread(); len(s.workers) != 3 || err == nil || !strings.HasPrefix(err.Error(), "a client may meet any of 3 workers at 127.0.0.1:") {
		t.Errorf("%d workers, told of: %v", len(s.workers), err)
	}
}

func TestOneWorkerHasNobodyToBeToldApartFrom(t *testing.T) {
	s := serve(t, Options{Addresses: []string{"127.0.0.1:0"}, Workers: 1, Policy: everybody(), spread: unknown})
	exchange(t, dial(t, s, 0), request(), make([]byte, 100))
	if err := s.Unspread(); err != nil {
		t.Error(err)
	}
}
