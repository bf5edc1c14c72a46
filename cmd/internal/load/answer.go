package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw/clock"
	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
	"gpsntpd/server/udp"
)

// answer serves the host's own time as if a pulse disciplined it, by all that
// the daemon answers with: so the timestamps can be compared with those of the
// kernel.
func answer(address string) error {
	debug.SetGCPercent(20) // as the daemon, as is the next
	runtime.GOMAXPROCS(runtime.NumCPU() + 1)
	now := clock.Host{}.Read()
	var latest discipline.Latest
	latest.Store(&discipline.Snapshot{
		Anchor: now, Tolerance: time.Second, Measured: now.Time, MaxError: time.Millisecond,
		State: discipline.Locked, Source: refclock.FromPulse, LastSample: now.Time, Reference: now.Time,
	})
	var rules atomic.Pointer[ntp.Policy]
	rules.Store(&ntp.Policy{Access: ntp.NewAccess(ntp.Nearby(), nil, nil), Limit: ntp.DefaultLimit()})
	s, err := udp.Listen(udp.Options{Addresses: []string{address}, Policy: &rules}, clock.Host{}, &latest,
		&ntp.Responder{PulseRefID: 0x47505300, Precision: -23})
	if err != nil {
		return err
	}
	ctx, end := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer end()
	return s.Run(ctx)
}
