package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/beevik/ntp"
	"github.com/spf13/cobra"

	"gpsntpd/cmd/internal/verify"
)

// Exit statuses of query beside those that every verb shares.
const (
	exitUnsynchronized = 1 // some server is not synchronized
	exitNoAnswer       = 2 // some server does not answer
)

// sampling is how a server is asked.
type sampling struct {
	samples int
	timeout time.Duration // for each answer
}

func newQuery(f *flags) *cobra.Command {
	var s sampling
	c := &cobra.Command{
		Use:   "query HOST[:PORT]…",
		Short: "Ask NTP servers for the time, and change nothing",
		Long: `Ask NTP servers for the time, and change nothing.

Of several answers by a server the one with the least delay counts. The bound is
the greatest error that the offset can have if the server tells the truth: half
the delay, half the root delay and the root dispersion.

Exit status: 0 all are synchronized, 1 some are not, 2 some do not answer.`,
		Example: "  gpsntpctl query ntp1.lan 127.0.0.1:11123",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if s.samples < 1 || s.timeout <= 0 {
				return errors.New("--samples and --timeout must be above zero")
			}
			outcomes, err := s.askAll(args)
			if err != nil {
				return err
			}
			print := printQueryTable
			if f.json {
				print = printQueryLines
			}
			if err := print(c.OutOrStdout(), outcomes, f.style(c)); err != nil {
				return failure{exitNoAnswer, err}
			}
			return queryStatus(outcomes)
		},
	}
	c.Flags().IntVar(&s.samples, "samples", 4, "ask each server `N` times")
	c.Flags().DurationVar(&s.timeout, "timeout", time.Second, "`TIME` that each answer may take")
	return c
}

// outcome is the result of asking one server.
type outcome struct {
	server  string        // as the operator wrote it
	best    *ntp.Response // the answer with the least delay, nil when none came
	samples int           // answers
	err     error         // why none came
}

func (o *outcome) synchronized() bool { return o.best != nil && o.best.Validate() == nil }

// askAll asks all servers at once. The error is about how one is written.
func (s sampling) askAll(servers []string) ([]outcome, error) {
	addresses := make([]string, len(servers))
	for i, server := range servers {
		var err error
		if addresses[i], err = withPort(server); err != nil {
			return nil, fmt.Errorf("%s: %w", server, err)
		}
	}
	outcomes := make([]outcome, len(servers))
	var all sync.WaitGroup
	for i, server := range servers {
		all.Go(func() {
			outcomes[i] = s.ask(addresses[i])
			outcomes[i].server = server
		})
	}
	all.Wait()
	return outcomes, nil
}

// ask takes the samples, all from the same address even when a name has many.
func (s sampling) ask(address string) (o outcome) {
	server, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		o.err = plainly(err, s.timeout)
		return o
	}
	for range s.samples {
		r, err := ntp.QueryWithOptions(server.String(), ntp.QueryOptions{Timeout: s.timeout})
		if err != nil {
			o.err = plainly(err, s.timeout)
			continue
		}
		o.samples++
		if o.best == nil || r.RTT < o.best.RTT {
			o.best = r
		}
		if r.KissCode != "" {
			break // it asks us to go away (RFC 5905, section 7.4)
		}
	}
	if o.best != nil {
		o.err = nil
	}
	return o
}

// plainly is verify.Plainly, with the time that was up.
func plainly(err error, timeout time.Duration) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("no answer within %v", timeout)
	}
	return verify.Plainly(err)
}

// queryStatus is the exit status.
func queryStatus(outcomes []outcome) error {
	status := 0
	for _, o := range outcomes {
		switch {
		case o.best == nil:
			status = exitNoAnswer
		case !o.synchronized():
			status = max(status, exitUnsynchronized)
		}
	}
	if status == 0 {
		return nil
	}
	return failure{status: status}
}

// withPort completes HOST, HOST:PORT, an IPv6 address or [address]:PORT.
func withPort(arg string) (string, error) {
	const ntpPort = "123"
	bare := arg
	if strings.HasPrefix(arg, "[") && strings.HasSuffix(arg, "]") {
		bare = arg[1 : len(arg)-1]
	}
	if _, err := netip.ParseAddr(bare); err == nil || !strings.Contains(bare, ":") && bare != "" {
		return net.JoinHostPort(bare, ntpPort), nil
	}
	host, service, err := net.SplitHostPort(arg)
	if err != nil || host == "" {
		return "", errors.New("expected HOST or HOST:PORT, an IPv6 address with port in brackets")
	}
	if port, err := strconv.ParseUint(service, 10, 16); err != nil || port == 0 {
		return "", errors.New("expected a port from 1 to 65535")
	}
	return arg, nil
}
