package main

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	"gpsntpd/server/control"
)

// oneSource shows all that is known of the network server of that name or address.
func oneSource(c *cobra.Command, f *flags, name string) error {
	a, err := control.Environ().Client(f.control).Status(c.Context())
	if err != nil {
		return f.unreachable(c.Context(), err)
	}
	var found []control.Source
	var names []string
	for _, s := range a.Value.Sources {
		if s.Network == nil {
			continue
		}
		server, _, _ := strings.Cut(s.Device, " ")
		address := screen.With(s.Network.Address, screen.Or)
		if host, _, err := net.SplitHostPort(address); name == server || name == address || err == nil && name == host {
			found = append(found, s)
		}
		names = append(names, server)
	}
	switch {
	case len(found) == 0 && len(names) == 0:
		return failure{exitNoInput, fmt.Errorf("%s: no network servers are asked", name)}
	case len(found) == 0:
		return failure{exitNoInput, fmt.Errorf("%s: want one of %s", name, strings.Join(names, ", "))}
	case f.json:
		return writeLines(c.OutOrStdout(), found)
	}
	var b strings.Builder
	for i := range found {
		b.WriteString(serverText(&found[i], f.style(c)))
	}
	return write(c.OutOrStdout(), []byte(b.String()))
}

// serverText is all that is known of a network server.
func serverText(s *control.Source, p screen.Style) string {
	n, t := s.Network, screen.Table{Style: p}
	interval := func(v *float64) string { return screen.With(v, screen.Interval) }
	name, _, _ := strings.Cut(s.Device, " ")
	t.Title("Server")
	t.Row("name", name)
	t.Mark("state", p.Word(string(s.State)), map[bool]string{true: p.Good, false: p.Bad}[s.State == hw.OK], "")
	t.Row("address", screen.With(n.Address, screen.Or))
	t.Row("role", p.Say(n.Role)+map[bool]string{true: p.Say(", a sibling"), false: ""}[n.Sibling])
	t.Row("proof", p.Word(n.Proof))
	t.Row("stratum", screen.With(n.Stratum, func(v int) string { return fmt.Sprint(v) }))
	t.Row("reference", screen.With(n.RefID, screen.Or))
	t.Section("Answer")
	t.Row("age", interval(s.LastRxAgeSeconds))
	if s.OffsetSeconds != nil {
		t.Row("offset", screen.Signed(screen.Seconds(*s.OffsetSeconds))+" ± "+screen.Bound(*s.DispersionSeconds))
	}
	t.Row("round trip", interval(n.DelaySeconds))
	t.Row("distance", interval(n.RootDistanceSeconds))
	t.Section("Estimate")
	t.Row("least trip", interval(n.LeastDelaySeconds))
	t.Row("known to", interval(n.DeviationSeconds))
	asymmetry := p.Say("nothing is learnt of it")
	if n.AsymmetrySeconds != nil {
		asymmetry = screen.Signed(screen.Seconds(*n.AsymmetrySeconds)) + " ± " + screen.Interval(*n.AsymmetryRMSSeconds)
	}
	t.Row("asymmetry", asymmetry)
	t.Row("with others", withOthers(n, p))
	t.Section("Questions")
	t.Row("interval", screen.Interval(n.PollSeconds))
	t.Row("reach", fmt.Sprintf("%o", s.Reach))
	t.Row("asked", fmt.Sprint(n.Requests))
	t.Row("good answers", partOf(n.Exchanges, n.Requests))
	t.Row("interleaved", partOf(n.Interleaved, n.Exchanges))
	t.Row("stamped", partOf(n.Stamped, n.Exchanges))
	if n.KeyExchanges > 0 {
		t.Row("exchanges", fmt.Sprint(n.KeyExchanges))
	}
	var unused []string
	for _, reason := range slices.Sorted(maps.Keys(n.Reasons)) {
		if count := n.Reasons[reason]; count > 0 {
			unused = append(unused, fmt.Sprintf("%s %d", reason, count))
		}
	}
	t.Row("not used", screen.Or(strings.Join(unused, ", ")))
	return t.String()
}

// withOthers is whether a server agrees with the others.
func withOthers(n *control.NetworkServer, p screen.Style) string {
	text := screen.Unknown
	if n.Agrees != nil {
		text = p.Say(map[bool]string{true: "agrees", false: "does not agree"}[*n.Agrees])
	}
	if n.Jumps > 0 {
		text += p.Say(", has jumped %d times", n.Jumps)
	}
	return text
}

// partOf is a count, and what part of all it is.
func partOf(n, of uint64) string {
	if of == 0 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d (%.0f %%)", n, 100*float64(n)/float64(of))
}
