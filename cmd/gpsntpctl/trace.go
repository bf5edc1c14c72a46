package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
)

// traceHops is how many servers a trace passes at most: strata end at 15.
const traceHops = 16

func newTrace(f *flags) *cobra.Command {
	s := sampling{samples: 1}
	c := &cobra.Command{
		Use:   "trace HOST[:PORT]",
		Short: "Follow an NTP server's time to its source",
		Long: fmt.Sprintf(`Follow an NTP server's time to its source: ask the server, then the one that it
says it takes the time from, and so on, at most %d. All are asked on the same port,
and nothing is changed. A server that takes the time over IPv6 does not say from
whom, so that the trace ends there.

Exit status: 0 all are synchronized, 1 some are not, 2 one does not answer.`, traceHops),
		Example: "  gpsntpctl trace ntp1.lan",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			address, err := withPort(args[0])
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			p := f.style(c)
			outcomes, end := s.trace(address, p)
			print := printQueryRows
			if f.json {
				print, end = printQueryLines, ""
			}
			w := c.OutOrStdout()
			if err := print(w, outcomes, p); err != nil {
				return failure{exitNoAnswer, err}
			}
			if err := write(w, []byte(end)); err != nil {
				return failure{exitNoAnswer, err}
			}
			return queryStatus(outcomes)
		},
	}
	c.Flags().DurationVar(&s.timeout, "timeout", 2*time.Second, "`TIME` that each answer may take")
	return c
}

// trace asks the server at address, host:port, and those upstream of it, and
// says why it ended there.
func (s sampling) trace(address string, p screen.Style) (outcomes []outcome, end string) {
	var asked []string
	for range traceHops {
		o := s.ask(address)
		o.server = strings.TrimSuffix(address, ":123")
		outcomes = append(outcomes, o)
		asked = append(asked, address)
		next, why := upstream(&o, address, p)
		if next == "" {
			return outcomes, "\n" + why + "\n"
		}
		if slices.Contains(asked, next) {
			return outcomes, "\n" + p.Say("The servers take the time from each other: it has no source.") + "\n"
		}
		address = next
	}
	return outcomes, "\n" + p.Say("No source within %d servers.", traceHops) + "\n"
}

// upstream is where the server that was asked at address takes its time from,
// or why that is not known. From stratum 2 on, the refid is the IPv4 address of
// that server, or four bytes of a hash of its IPv6 address (RFC 5905, section
// 7.3), which are as good as any address: what the refid leads to is asked.
func upstream(o *outcome, address string, p screen.Style) (next, why string) {
	switch {
	case o.best == nil:
		return "", p.Say("%s does not answer: the trace ends there.", screen.Cut(o.server, queryName))
	case !o.synchronized():
		return "", p.Say("%s is not synchronized: the trace ends there.", screen.Cut(o.server, queryName))
	case o.best.Stratum == 1:
		return "", p.Say("The source is the reference clock %s of %s.", refid(o.best), screen.Cut(o.server, queryName))
	}
	host, port, _ := net.SplitHostPort(address)
	here, _ := netip.ParseAddr(host)
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], o.best.ReferenceID)
	ip := netip.AddrFrom4(b)
	switch {
	case b[0] == 127 && b[1] == 127: // by custom, no address but a clock
		return "", p.Say("The source is a clock of the host %s.", screen.Cut(o.server, queryName))
	case ip.IsGlobalUnicast() && b[0] < 224, ip.IsLoopback() && here.IsLoopback():
		return net.JoinHostPort(ip.String(), port), ""
	}
	return "", p.Say("%s names no server that could be asked.", screen.Cut(o.server, queryName))
}
