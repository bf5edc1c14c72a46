package main

import (
	"cmp"
	"context"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/config"
	"gpsntpd/cmd/internal/doctor"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

func newDoctor(f *flags) *cobra.Command {
	root, verbose := "", false
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Examine every link from the antenna to a client's packet",
		Long: `Doctor looks for itself, whether gpsntpd runs or not: at the board and its power, the
kernel, the ports and what speaks on them, pulses, permissions, other programs that steer
clocks, UDP port 123, the firewall, what this host answers at each of its addresses, the
list of leap seconds, certificates, storage; and it takes what a running gpsntpd knows. It
changes nothing. It listens to a serial port only if no program has it open, for some seconds,
and sends nothing. What is not good is shown with what to do, the first cause first; with
-v all is.
Root sees more: who has a port or socket open, and the firewall.

Exit status: 0 all is well, 1 there are warnings, 2 there are faults.`,
		Example: "  sudo gpsntpctl doctor\n  gpsntpctl doctor -v --lang zh\n  gpsntpctl doctor --json | jq -r 'select(.severity==\"fault\").remedy'",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			q := questionFor(c.Context(), f, root, f.language())
			found := doctor.Examine(c.Context(), q)
			var err error
			if f.json {
				err = writeLines(c.OutOrStdout(), foundLines(found))
			} else {
				err = write(c.OutOrStdout(), []byte(doctorText(found, f.style(c), verbose)))
			}
			if status := doctor.Worst(found); err == nil && status != 0 {
				return failure{status: status}
			}
			return err
		},
	}
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "show what is good, too")
	c.Flags().StringVar(&root, "root", "", "examine the files below `FOLDER` instead of this machine")
	_ = c.Flags().MarkHidden("root") // the flag is there
	return c
}

// foundLine is a finding in JSON.
type foundLine struct {
	Code     string  `json:"code"`
	Severity string  `json:"severity"`
	Subject  *string `json:"subject"` // device, file, program or address
	Seen     string  `json:"seen"`
	Remedy   *string `json:"remedy"` // nil when nothing is to be done
	Link     string  `json:"link"`
	Because  *string `json:"because"` // code of the finding that this one follows from
}

func foundLines(found []doctor.Finding) (all []foundLine) {
	some := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	for _, d := range found {
		all = append(all, foundLine{string(d.Code), string(d.Severity), some(d.Subject), d.Seen, some(d.Remedy), string(d.Link), some(string(d.Because))})
	}
	return all
}

// questionFor asks the daemon, and reads the configuration.
func questionFor(ctx context.Context, f *flags, root string, l why.Language) doctor.Question {
	q := doctor.Question{Host: doctor.Live(), Language: l, Config: config.Default()}
	client := control.Environ().Client(f.control)
	if root != "" {
		q.Host, client = doctor.Tree(root), control.Environ().Client(root+"/run/gpsntpd/control.sock")
	}
	path := root + config.Path
	if _, err := os.Lstat(path); err == nil {
		if c, err := config.Load(path); err != nil {
			q.ConfigError = err
		} else {
			q.Config = c
		}
	}
	a, err := client.Why(ctx, string(l))
	if err != nil && root != "" {
		u := parseUnit(q.Run(ctx, "systemctl", "show", "gpsntpd.service"))
		q.Why = whyUnreachableBy(cmp.Or(u.cause(false), why.DaemonStopped), "/run/gpsntpd/control.sock", l)
		return q
	}
	if err != nil {
		q.Why = whyUnreachable(ctx, f.control, err, l)
		return q
	}
	q.Why, q.Answers = a.Value, true
	if status, err := client.Status(ctx); err == nil {
		q.Status = status.Value
	}
	if counters, err := client.Counters(ctx); err == nil {
		q.Counters = counters.Value
	}
	return q
}

// doctorText is the findings for people: what is not good, or all; then a verdict and the
// first remedy, at the end, where they stay.
func doctorText(found []doctor.Finding, p screen.Style, whole bool) string {
	var b strings.Builder
	l := p.Language
	lines := func(text string) { b.WriteString(screen.Paragraph(text)) }
	var good, unknown []string // names of links
	for i := range found {
		d, name := &found[i], doctor.LinkName(found[i].Link, l)
		switch {
		case whole:
			writeFinding(&b, d, found, p)
		case d.Severity == doctor.OK && !slices.Contains(good, name):
			good = append(good, name)
		case d.Severity == doctor.OK:
		case d.Severity == doctor.Unknown && d.Remedy == "":
			unknown = append(unknown, name)
		default:
			writeFinding(&b, d, found, p)
		}
	}
	if !whole {
		lines(p.Say("Good: %s (-v shows all).", strings.Join(good, p.Comma())))
	}
	if len(unknown) > 0 {
		lines(p.Say("Unknown: %s.", strings.Join(unknown, p.Comma())))
	}
	if os.Geteuid() != 0 && slices.ContainsFunc(found, func(d doctor.Finding) bool { return d.Severity == doctor.Unknown && d.Remedy != "" }) {
		lines(p.Say("Root sees more: sudo gpsntpctl doctor"))
	}
	verdict, remedy := doctorVerdict(found, p)
	b.WriteString("\n")
	lines(verdict)
	if remedy != "" {
		lines("→ " + remedy)
	}
	return b.String()
}

// doctorVerdict is a sentence on all, and what to do about the first cause.
func doctorVerdict(found []doctor.Finding, p screen.Style) (text, remedy string) {
	count := func(s doctor.Severity) (n int) {
		for _, d := range found {
			if d.Severity == s {
				n++
			}
		}
		return n
	}
	var parts []string
	if n := count(doctor.Fault); n > 0 {
		parts = append(parts, p.Count(n, "%d fault", "%d faults"))
	}
	if n := count(doctor.Warning); n > 0 {
		parts = append(parts, p.Count(n, "%d warning", "%d warnings"))
	}
	if len(parts) == 0 {
		return p.Say("All is well."), ""
	}
	first := slices.IndexFunc(found, func(d doctor.Finding) bool { return d.Severity == doctor.Fault })
	if first < 0 {
		first = slices.IndexFunc(found, func(d doctor.Finding) bool { return d.Severity == doctor.Warning })
	}
	if cause := found[first].Because; cause != "" {
		first = slices.IndexFunc(found, func(d doctor.Finding) bool { return d.Code == cause })
	}
	return strings.Join(parts, p.Say(" and ")) + p.Say("; the first cause: %s.", doctor.LinkName(found[first].Link, p.Language)), found[first].Remedy
}

// writeFinding is one finding.
func writeFinding(b *strings.Builder, d *doctor.Finding, found []doctor.Finding, p screen.Style) {
	l := p.Language
	text := []string{d.Seen}
	switch {
	case d.Because != "":
		cause := slices.IndexFunc(found, func(c doctor.Finding) bool { return c.Code == d.Because })
		text = append(text, "→ "+p.Say("It follows from: %s.", doctor.LinkName(found[cause].Link, l)))
	case d.Remedy != "":
		text = append(text, "→ "+d.Remedy)
	}
	b.WriteString(chainMargin.Entry(p, doctor.LinkName(d.Link, l), d.Severity.Name(l), ofSeverity(d.Severity, p), text...))
}

func ofSeverity(s doctor.Severity, p screen.Style) string {
	switch s {
	case doctor.OK:
		return p.Good
	case doctor.Fault:
		return p.Bad
	case doctor.Warning:
		return p.Fair
	}
	return p.Pale
}
