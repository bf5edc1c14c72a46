package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// clientOrders are the words for --sort: what comes first.
var clientOrders = map[string]func(a, b *control.ClientEntry) int{
	"address":  byAddress,
	"requests": func(a, b *control.ClientEntry) int { return cmp.Compare(b.Requests, a.Requests) },
	"drops":    func(a, b *control.ClientEntry) int { return cmp.Compare(b.Drops, a.Drops) },
	"seen":     func(a, b *control.ClientEntry) int { return cmp.Compare(a.LastSeenAgeSeconds, b.LastSeenAgeSeconds) },
}

func byAddress(a, b *control.ClientEntry) int {
	x, _ := netip.ParseAddr(a.Address)
	y, _ := netip.ParseAddr(b.Address)
	return x.Compare(y)
}

// sortClients sorts by an order, and by address where that is the same.
func sortClients(all control.Clients, order func(a, b *control.ClientEntry) int) {
	slices.SortFunc(all, func(a, b control.ClientEntry) int { return cmp.Or(order(&a, &b), byAddress(&a, &b)) })
}

func newClients(f *flags) *cobra.Command {
	sort := ""
	c := clientsVerb(&sort).command(f)
	c.PreRunE = func(*cobra.Command, []string) error {
		if clientOrders[sort] == nil {
			return fmt.Errorf("--sort: want address, requests, drops or seen; got %q", sort)
		}
		return nil
	}
	c.Flags().StringVar(&sort, "sort", "requests", "`ORDER`: address, requests, drops or seen")
	offers(c, "sort", slices.Sorted(maps.Keys(clientOrders)))
	return c
}

func clientsVerb(sort *string) verbOf[control.Clients] {
	return verbOf[control.Clients]{
		name:  "clients",
		short: "Show who asks gpsntpd for the time",
		long: `Show who asks gpsntpd for the time: the addresses that asked last, a few thousand
at most. DROPS are requests that were told no time: over the rate limit, or not
understood. LAST is how long ago the last one came, HOW is its version and mode,
and whether it was authenticated (key, nts) and answered in interleaved mode.

Addresses that may not ask are not in the list: they are counted (counters).
Exit status: 0 it answered, 69 it did not.`,
		example: "  gpsntpctl clients --sort drops",
		ask: func(ctx context.Context, c *control.Client, _ why.Language) (control.Answer[control.Clients], error) {
			a, err := c.Clients(ctx)
			sortClients(a.Value, clientOrders[*sort])
			return a, err
		},
		show: func(all *control.Clients, p screen.Style) string { return clientsText(*all, p) },
		json: func(all *control.Clients, w io.Writer) error { return writeLines(w, *all) },
	}
}

// clientsText is a table with a line for each client, then their number.
func clientsText(all control.Clients, p screen.Style) string {
	const row = "%-39s %10v %8v %7s  %s\n" // the address has room for the longest
	var b strings.Builder
	b.WriteString(screen.Line(row, p.Say("ADDRESS"), p.Say("REQUESTS"), p.Say("DROPS"), p.Say("LAST"), p.Say("HOW")))
	for _, c := range all {
		last := screen.Coarse(p.Duration(time.Duration(c.LastSeenAgeSeconds * 1e9)))
		b.WriteString(screen.Line(row, c.Address, c.Requests, c.Drops, last, clientHow(&c)))
	}
	return b.String() + "\n" + p.Count(len(all), "%d client", "%d clients") + "\n"
}

// clientModes are short words for what is not a client's mode.
var clientModes = map[string]string{"symmetric_active": "peer", "control": "ntpq"}

// clientHow says how a client asks, in 11 columns at most: an NTS client in
// interleaved mode is "v4 nts int".
func clientHow(c *control.ClientEntry) string {
	if c.Version == nil || c.Mode == nil {
		return "?"
	}
	words := []string{fmt.Sprintf("v%d", *c.Version)}
	if *c.Mode != "client" {
		words = append(words, cmp.Or(clientModes[*c.Mode], screen.Cut(*c.Mode, 8)))
	}
	switch {
	case c.NTS != nil && *c.NTS:
		words = append(words, "nts")
	case c.Authenticated != nil && *c.Authenticated:
		words = append(words, "key")
	}
	if c.Interleaved != nil && *c.Interleaved {
		words = append(words, "int")
	}
	return strings.Join(words, " ")
}
