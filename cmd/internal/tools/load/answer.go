package main

import (
	"context"
	"crypto/rand"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw/clock"
	"gpsntpd/refclock"
	"gpsntpd/server/admission"
	"gpsntpd/server/ke"
	"gpsntpd/server/ntp"
	"gpsntpd/server/nts"
	"gpsntpd/server/udp"
	"gpsntpd/server/xdp"
)

// answer serves the host's own time as if a pulse disciplined it, by all that
// the daemon answers with: so the timestamps can be compared with those of the
// kernel. The secrets are in folder.
func answer(at netip.Addr, folder string, kernel bool) error {
	debug.SetGCPercent(20) // as the daemon, as is the next
	runtime.GOMAXPROCS(runtime.NumCPU() + 1)
	ctx, end := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer end()
	now := clock.Host{}.Read()
	var latest discipline.Latest
	latest.Store(&discipline.Snapshot{
		Anchor: now, Tolerance: time.Second, Measured: now.Time, MaxError: time.Millisecond,
		State: discipline.Locked, LastSample: now.Time,
		Reference: discipline.Reference{Source: refclock.FromPulse, RefID: refclock.RefIDOf("GPS"), Stratum: 1, Time: now.Time},
	})
	text, err := os.ReadFile(filepath.Join(folder, keysFile))
	if err != nil {
		return err
	}
	keys, err := ntp.ParseKeys(string(text))
	if err != nil {
		return err
	}
	var symmetric atomic.Pointer[ntp.Keys]
	symmetric.Store(&keys)
	var rules atomic.Pointer[ntp.Policy]
	rules.Store(&ntp.Policy{Access: ntp.NewAccess(ntp.Nearby(), nil, nil), Limit: ntp.DefaultLimit()})
	rings, err := exchangeKeys(ctx, at, folder)
	if err != nil {
		return err
	}
	listen, responder := netip.AddrPortFrom(at, ntpPort), &ntp.Responder{Precision: -23, Keys: &symmetric}
	s, err := udp.Listen(udp.Options{Addresses: []string{listen.String()}, Policy: &rules, Rings: rings}, clock.Host{}, &latest, responder)
	if err != nil {
		return err
	}
	if kernel {
		go inKernel(ctx, xdp.Options{
			Listen: []netip.AddrPort{listen}, Policy: &rules, Clock: clock.Host{}, Steered: true, Latest: &latest, Responder: responder,
		})
	}
	return s.Run(ctx)
}

// exchangeKeys runs the key exchange, and returns the keys of its cookies.
func exchangeKeys(ctx context.Context, at netip.Addr, folder string) (*atomic.Pointer[nts.Ring], error) {
	var secret [32]byte
	rand.Read(secret[:]) // never fails
	ring, err := nts.NewRing(nts.DayOf(refclock.UTC(time.Now().UnixNano())), secret)
	if err != nil {
		return nil, err
	}
	rings := new(atomic.Pointer[nts.Ring])
	rings.Store(ring)
	certificate := &admission.Certificate{Path: filepath.Join(folder, certificateFile), KeyPath: filepath.Join(folder, privateKeyFile)}
	if _, err := certificate.Reload(); err != nil {
		return nil, err
	}
	s, err := ke.Listen([]string{netip.AddrPortFrom(at, kePort).String()}, ke.Options{
		Certificate: certificate, Rings: rings,
		Ready:  func() bool { return true },
		Allows: func(netip.Addr) bool { return true },
	})
	if err != nil {
		return nil, err
	}
	go func() { _ = s.Run(ctx) }() // its clients tell when it fails
	return rings, nil
}
