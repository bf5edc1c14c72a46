package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/verify"
	"gpsntpd/hw/clock"
	"gpsntpd/server/human"
	"gpsntpd/server/regular"
)

// Exit statuses of verify beside those that every verb shares.
const (
	exitOutside    = 1 // the clock of some host is outside the limit, or may be
	exitUnreadable = 2 // the clock of some host cannot be read
)

func newVerify(f *flags) *cobra.Command {
	var list string
	var within time.Duration
	c := &cobra.Command{
		Use:   "verify HOST…",
		Short: "Measure how far the clocks of other hosts are off",
		Long: `Measure how far the clocks of other hosts are off this one's, by what they answer
anyway: NTP, Redis (TIME), a node_exporter, or a web server (Date: some seconds, to find
where a second begins). Nothing is changed, and nothing needs to be installed there.

HOST is a name or an address; the first of these that answers counts. With a port, or as
ntp://, redis://, node://, http:// or https://HOST[:PORT], it is asked by that alone.
The bound is the greatest error of the offset: half the round trip, what the method
rounds off, and what the kernel says of this host's own clock.

Exit status: 0 all are within the limit, 1 some are not, or may not be, 2 the clock of some cannot be read.`,
		Example: "  gpsntpctl verify web1.lan db1.lan:6379 https://www.lan\n  gpsntpctl verify --file hosts.txt --within 50ms --json",
		RunE: func(c *cobra.Command, args []string) error {
			targets, err := targetsOf(args, list)
			if err != nil {
				return err
			}
			if within <= 0 {
				return errors.New("--within must be above zero")
			}
			v := verified{within: within, results: verify.All(c.Context(), targets)}
			if s, err := clock.ReadKernel(); err == nil && s.State != unix.TIME_ERROR {
				v.own = &s.MaxError
			}
			if f.json {
				err = writeLines(c.OutOrStdout(), v.lines())
			} else {
				err = write(c.OutOrStdout(), []byte(v.table(f.style(c))))
			}
			if err != nil {
				return err
			}
			return v.status()
		},
	}
	c.Flags().StringVar(&list, "file", "", "read hosts from `FILE`, one a line; # begins a remark")
	c.Flags().DurationVar(&within, "within", 100*time.Millisecond, "`TIME` that a clock may be off")
	return c
}

// targetsOf are the hosts of the command line and of a file.
func targetsOf(args []string, file string) ([]verify.Target, error) {
	if file != "" {
		text, err := regular.Read(file, regular.Most)
		if err != nil {
			return nil, err
		}
		listed, err := verify.List(strings.NewReader(string(text)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		args = append(args, listed...)
	}
	targets, err := verify.ParseAll(args)
	if err == nil && len(targets) == 0 {
		err = errors.New("no host is named")
	}
	return targets, err
}

// verified are the results against a limit.
type verified struct {
	within  time.Duration
	own     *time.Duration // that our clock may be off; nil: it is not synchronized
	results []verify.Result
}

// The states of a clock, worse and worse.
const (
	clockWithin     = "within"
	clockUnsure     = "unsure" // it may be off by more than the limit
	clockOutside    = "outside"
	clockUnreadable = "unreadable"
)

// bound is what r may be wrong by, with our clock.
func (v *verified) bound(r *verify.Result) time.Duration {
	if v.own != nil {
		return r.Bound + *v.own
	}
	return r.Bound
}

func (v *verified) of(r *verify.Result) string {
	switch bound := v.bound(r); {
	case r.Err != nil:
		return clockUnreadable
	case r.Offset.Abs()-bound > v.within:
		return clockOutside
	case r.Offset.Abs()+bound > v.within:
		return clockUnsure
	}
	return clockWithin
}

func (v *verified) count() map[string]int {
	n := map[string]int{}
	for i := range v.results {
		n[v.of(&v.results[i])]++
	}
	return n
}

// status is the exit status.
func (v *verified) status() error {
	switch n := v.count(); {
	case n[clockUnreadable] > 0:
		return failure{status: exitUnreadable}
	case n[clockOutside]+n[clockUnsure] > 0:
		return failure{status: exitOutside}
	}
	return nil
}

const verifyRow, verifyName = "%-28s %-6s %-12s %-11s %s\n", 28

// table is a line for each host, and what it comes to.
func (v *verified) table(p screen.Style) string {
	var b strings.Builder
	b.WriteString(screen.Line(verifyRow, p.Say("HOST"), p.Say("BY"), p.Say("OFFSET"), p.Say("BOUND"), p.Say("STATE")))
	for i := range v.results {
		r := &v.results[i]
		word := v.of(r)
		name := screen.Cut(r.Target, verifyName)
		colour := map[string]string{clockWithin: p.Good, clockUnsure: p.Fair}[word]
		if colour == "" {
			colour = p.Bad
		}
		line := screen.Line(verifyRow, name, string(r.Method), screen.Signed(r.Offset), human.Bound(v.bound(r)), p.Word(word))
		if r.Err != nil {
			line = screen.Pad(name, verifyName+1) + screen.Cut(p.Say(r.Err.Error()), screen.Columns-verifyName-2) + "\n"
		}
		b.WriteString(p.In(colour, strings.TrimSuffix(line, "\n")) + "\n")
	}
	n := v.count()
	b.WriteString("\n" + p.Say("%d within %s, %d outside, %d unsure, %d unreadable.", n[clockWithin], human.Duration(v.within), n[clockOutside], n[clockUnsure], n[clockUnreadable]) + "\n")
	if v.own == nil {
		b.WriteString(screen.Paragraph(p.Say("This host's own clock is not synchronized: offsets are against what it shows.")))
	}
	return b.String()
}

// verifyLine is a host in JSON.
type verifyLine struct {
	Host          string   `json:"host"`
	State         string   `json:"state"`
	Method        *string  `json:"method"`
	OffsetSeconds *float64 `json:"offset_seconds"` // the host's clock minus ours
	BoundSeconds  *float64 `json:"bound_seconds"`
	OwnSeconds    *float64 `json:"own_bound_seconds"` // of it, our clock's; nil: not synchronized
	Samples       int      `json:"samples"`
	Error         *string  `json:"error"`
}

func (v *verified) lines() (all []verifyLine) {
	for i := range v.results {
		r := &v.results[i]
		line := verifyLine{Host: r.Target, State: v.of(r), Samples: r.Samples}
		if v.own != nil {
			line.OwnSeconds = new(v.own.Seconds())
		}
		if r.Err != nil {
			line.Error = new(r.Err.Error())
		} else {
			line.Method, line.OffsetSeconds, line.BoundSeconds = new(string(r.Method)), new(r.Offset.Seconds()), new(v.bound(r).Seconds())
		}
		all = append(all, line)
	}
	return all
}
