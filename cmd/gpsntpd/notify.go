package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"
	"time"

	"github.com/beevik/ntp"
	systemd "github.com/coreos/go-systemd/v22/daemon"
	"github.com/rs/zerolog"

	"gpsntpd/server/control"
)

const (
	notifyEvery   = 10 * time.Second // without a watchdog
	answerTimeout = time.Second      // an answer that takes longer is none
)

// notifier tells systemd that we serve, how we are, and that we have not come
// to a standstill: sd_notify(3). Each message is earned anew, by an answer of
// the loop and of every server that can be asked from here.
type notifier struct {
	daemon control.Daemon
	log    zerolog.Logger
	bound  func(listen string) bool // it hears at an interface of the network only
}

// tasks notify systemd, if it has started us.
func (n notifier) tasks() []task {
	if os.Getenv("NOTIFY_SOCKET") == "" {
		return nil
	}
	return []task{{"notify", n.run}}
}

func (n notifier) run(ctx context.Context) error {
	watchdog, err := systemd.SdWatchdogEnabled(false)
	if err != nil {
		return err
	}
	again := time.NewTicker(cmp.Or(watchdog/2, notifyEvery))
	defer again.Stop()
	n.notify(ctx, again.C)
	return nil
}

// notify looks at once, then again and again.
func (n notifier) notify(ctx context.Context, again <-chan time.Time) {
	for {
		s, err := n.look(ctx)
		switch {
		case ctx.Err() != nil:
			n.send(systemd.SdNotifyStopping)
			return
		case err != nil:
			n.log.Error().Err(err).Msg("standstill: systemd's watchdog is not fed")
			n.send("STATUS=" + err.Error())
		default:
			// Ready we are as soon as requests are answered, be it with the
			// warning that the clock is not synchronized; to say so again
			// changes nothing.
			n.send(systemd.SdNotifyReady + "\n" + systemd.SdNotifyWatchdog + "\nSTATUS=" + s.Sentence)
		}
		select {
		case <-again:
		case <-ctx.Done():
		}
	}
}

// send does not fail: systemd, if it does not listen, is no reason to stop
// serving the time, and its watchdog draws its own conclusion.
func (n notifier) send(message string) {
	if _, err := systemd.SdNotify(false, message); err != nil {
		n.log.Warn().Err(err).Msg("systemd is not notified")
	}
}

// look asks the loop how we are, and the servers for the time.
func (n notifier) look(ctx context.Context) (control.Status, error) {
	ctx, end := context.WithTimeout(ctx, answerTimeout)
	defer end()
	s, err := n.daemon.Status(ctx)
	if err != nil {
		return s, err
	}
	for _, l := range s.Servers {
		if n.bound(l.Listen) {
			continue
		}
		if err := answers(l.Listen); err != nil {
			return s, err
		}
	}
	return s, nil
}

// answers asks the server at listen for the time, from its own address: so the
// question stays on this host, and is not asked when the address is gone or
// its family is switched off, for which the server is not to blame. That it
// was heard is all that counts.
func answers(listen string) error {
	address, err := netip.ParseAddrPort(listen)
	if err != nil {
		return err
	}
	ip := address.Addr()
	if ip.IsUnspecified() {
		ip = loopback(ip)
	}
	_, err = ntp.QueryWithOptions(netip.AddrPortFrom(ip, address.Port()).String(),
		ntp.QueryOptions{LocalAddress: ip.String(), Timeout: answerTimeout})
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("the server at %s does not answer", listen)
	}
	return nil
}

// loopback is this host's own address of the family of ip.
func loopback(ip netip.Addr) netip.Addr {
	if ip.Is4() {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.IPv6Loopback()
}
