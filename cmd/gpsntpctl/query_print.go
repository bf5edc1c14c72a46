package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/beevik/ntp"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
)

// queryLine is one line of query --json. What is unknown is null.
type queryLine struct {
	Server        string        `json:"server"`
	OffsetSeconds *float64      `json:"offset_seconds"` // server − this host
	BoundSeconds  *float64      `json:"bound_seconds"`  // null when the server is not synchronized and so claims nothing
	DelaySeconds  *float64      `json:"delay_seconds"`
	Stratum       *uint8        `json:"stratum"`
	Refid         *string       `json:"refid"`
	Leap          *uint8        `json:"leap"`
	Version       *int          `json:"version"`
	Time          *control.Time `json:"time"` // when the answer left, by the server
	Samples       int           `json:"samples"`
	Error         *string       `json:"error"`
}

func printQueryLines(w io.Writer, outcomes []outcome, _ screen.Style) error {
	lines := json.NewEncoder(w)
	for _, o := range outcomes {
		if err := lines.Encode(o.line()); err != nil {
			return err
		}
	}
	return nil
}

func (o *outcome) line() queryLine {
	l := queryLine{Server: o.server, Samples: o.samples}
	if o.best == nil {
		l.Error = new(o.err.Error())
		return l
	}
	r := o.best
	l.OffsetSeconds = new(r.ClockOffset.Seconds())
	l.DelaySeconds = new(r.RTT.Seconds())
	l.Stratum = &r.Stratum
	l.Leap = new(uint8(r.Leap))
	l.Version = &r.Version
	l.Time = &control.Time{Time: r.Timestamps.ServerXmit}
	if id := refid(r); id != "" {
		l.Refid = &id
	}
	if o.synchronized() {
		l.BoundSeconds = new(r.RootDistance.Seconds())
	}
	return l
}

// refid is the name of a reference clock, an upstream server's address, or the
// kiss code of a server that refuses; "" for none.
func refid(r *ntp.Response) string {
	return strings.TrimSuffix(strings.TrimPrefix(r.ReferenceString(), "."), ".")
}

// Widths of the table, which leave room for the longest refid in 80 columns.
const (
	queryName = 26
	queryRow  = "%-26s %15s %8s %8s %2s %s\n"
)

// printQueryTable prints a line for each server and then says who is ahead.
func printQueryTable(w io.Writer, outcomes []outcome, p screen.Style) error {
	if err := printQueryRows(w, outcomes, p); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n"+conclusion(outcomes, p)+"\n")
	return err
}

// printQueryRows prints a line for each server.
func printQueryRows(w io.Writer, outcomes []outcome, p screen.Style) error {
	var b strings.Builder
	b.WriteString(screen.Line(queryRow, p.Say("SERVER"), p.Say("OFFSET"), p.Say("BOUND"), p.Say("DELAY"), "ST", "REFID"))
	for _, o := range outcomes {
		if o.best == nil {
			fmt.Fprintf(&b, "%-26s %s\n", screen.Cut(o.server, queryName), screen.Cut(o.err.Error(), 79-queryName))
			continue
		}
		r, claim, id := o.best, "-", refid(o.best)
		switch {
		case o.synchronized():
			claim = human.Bound(r.RootDistance)
		case id != "" && r.Stratum == 0:
			id = p.Say("refuses: %s", id)
		default:
			id = p.Say("not synchronized")
		}
		fmt.Fprintf(&b, queryRow, screen.Cut(o.server, queryName), screen.Signed(r.ClockOffset), claim,
			human.Bound(r.RTT), fmt.Sprint(r.Stratum), id)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// conclusion says who is ahead, by the answer that is surest.
func conclusion(outcomes []outcome, p screen.Style) string {
	var surest *outcome
	answered := false
	for i := range outcomes {
		o := &outcomes[i]
		answered = answered || o.best != nil
		if o.synchronized() && (surest == nil || o.best.RootDistance < surest.best.RootDistance) {
			surest = o
		}
	}
	switch {
	case surest != nil:
	case answered:
		return p.Say("No server is synchronized: set no clock by these answers.")
	default:
		return p.Say("No server answered.")
	}
	form := "%s is %s ahead of this host, ± %s."
	if surest.best.ClockOffset < 0 {
		form = "%s is %s behind this host, ± %s."
	}
	s := p.Say(form, screen.Cut(surest.server, queryName),
		human.Seconds(surest.best.ClockOffset.Abs()), human.Bound(surest.best.RootDistance))
	if l := surest.best.Leap; l == ntp.LeapAddSecond || l == ntp.LeapDelSecond {
		s += "\n" + p.Say("It announces a leap second.")
	}
	return s
}
