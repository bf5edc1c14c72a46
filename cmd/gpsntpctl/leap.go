package main

import (
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

func newLeap(f *flags) *cobra.Command {
	return verbOf[control.Leap]{
		name:  "leap",
		short: "Show the list of leap seconds, and the next one",
		long: "Leap shows which list of leap seconds gpsntpd goes by, until when it is valid,\n" +
			"TAI − UTC, and what happens at the next leap second.\n" +
			"Exit status: 0 it answered, 69 it did not.",
		example: "  gpsntpctl leap\n  gpsntpctl leap --json | jq .expires",
		ask:     asks((*control.Client).Leap),
		show:    leapText,
	}.command(f)
}

// renewal is how to come by a newer list.
func renewal(p screen.Style) string {
	_, remedy := new(why.Facts).Tell(why.LeapExpired, p.Language)
	return remedy
}

// leapText is l for people: a sentence, then the rest as a table.
func leapText(l *control.Leap, p screen.Style) string {
	t := screen.Table{Style: p}
	for _, line := range screen.Wrap(leapSentence(l, p), screen.Columns) {
		t.WriteString(line + "\n")
	}
	t.Section("List")
	t.Row("source", t.Word(l.Source))
	t.Row("made", screen.Day(l.Updated.Time))
	switch expires := screen.Day(l.Expires.Time); {
	case l.Now == nil:
		t.Row("valid until", expires)
	case expired(l):
		t.Mark("state", t.Say("expired"), t.Bad, t.Say(" on %s, %s ago. %s", expires, t.Duration(l.Now.Sub(l.Expires.Time)), renewal(t.Style)))
	default:
		t.Mark("state", t.Say("valid"), t.Good, t.Say(" until %s, for %s", expires, t.Duration(l.Expires.Sub(l.Now.Time))))
	}
	t.Section("UTC")
	t.Row("TAI − UTC", screen.Format("%d s", l.TAIOffsetSeconds))
	k, known := nextLeap(l)
	if !known {
		return t.String()
	}
	t.Row("leap second", t.List(leapDay(l), t.Say(k.seconds)))
	t.Row("our clock", t.Say(k.clock))
	t.Row("on the wire", t.Say("leap %d (%s) on the last day", k.indicator, t.Say(leapWords[k.indicator])))
	if l.Armed {
		t.Mark("state", t.Say("armed"), t.Good, t.Say(": the clock makes it by itself"))
	} else {
		t.Row("state", t.Say("not armed: that is done on the last day, while the clock is synchronized"))
	}
	return t.String()
}

// leapSentence says in one line what is to be expected.
func leapSentence(l *control.Leap, p screen.Style) string {
	k, known := nextLeap(l)
	switch {
	case known:
		return p.Say("%s at the end of %s (UTC), in %s.", p.Say(k.event), leapDay(l), p.Duration(l.NextLeap.Sub(l.Now.Time)))
	case l.Now == nil:
		return p.Say("The next leap second is not known yet: no sample has told the date.")
	case expired(l):
		return p.Say("The list of leap seconds has expired: gpsntpd does not know of the next one.")
	}
	return p.Say("There is no leap second until %s.", screen.Day(l.Expires.Time))
}

// leapKind is what happens at a leap second.
type leapKind struct {
	event     string
	seconds   string // of UTC
	clock     string // which does not count leap seconds
	indicator refclock.Leap
}

// leapKinds are the two kinds, by how far the clock jumps.
var leapKinds = map[int]leapKind{
	-1: {"A leap second is inserted", "23:59:60 follows 23:59:59", "shows 23:59:59 twice", refclock.LeapInsert},
	+1: {"A second is left out", "00:00:00 follows 23:59:58", "leaves out 23:59:59", refclock.LeapDelete},
}

// nextLeap says of which kind the next leap second is, if one is known.
func nextLeap(l *control.Leap) (k leapKind, known bool) {
	if l.Now == nil || l.NextLeap == nil || l.NextBySeconds == nil {
		return k, false
	}
	k, known = leapKinds[*l.NextBySeconds]
	return k, known
}

// leapDay is the day that ends with the leap second. The clock makes it when
// the next day begins, or in the last second.
func leapDay(l *control.Leap) string { return screen.Day(l.NextLeap.Add(-time.Second)) }

func expired(l *control.Leap) bool { return !l.Now.Before(l.Expires.Time) }
