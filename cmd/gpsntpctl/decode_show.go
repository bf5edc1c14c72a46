package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/refclock"
)

// report is a way to show epochs.
type report interface {
	epoch(io.Writer, *refclock.Epoch)
	end(io.Writer, tally)
}

// jsonLines shows an epoch as one line of JSON.
type jsonLines struct{}

// epochJSON is the contract of decode --json: names and their order are fixed,
// an unknown value is null.
type epochJSON struct {
	UTC         *string        `json:"utc"`
	Valid       bool           `json:"valid"`
	Fix         *refclock.Mode `json:"fix"`
	Used        *int           `json:"satellites_used"`
	InView      *int           `json:"satellites_in_view"`
	Sentences   []string       `json:"sentences"`
	LeapSeconds *int           `json:"leap_seconds"`
	Accuracy    *float64       `json:"accuracy_seconds"`
	Reason      *string        `json:"reason"`
}

func (jsonLines) epoch(w io.Writer, e *refclock.Epoch) {
	f := e.Fix
	line := epochJSON{Valid: f.Valid, Sentences: e.Messages, LeapSeconds: e.LeapSeconds}
	if f.UTC != 0 {
		utc := f.UTC.Std().Format("2006-01-02T15:04:05.000000000Z")
		line.UTC = &utc
	}
	if f.Mode != "" {
		line.Fix = &f.Mode
	}
	if f.Used >= 0 {
		line.Used = &f.Used
	}
	if f.InView >= 0 {
		line.InView = &f.InView
	}
	if f.Accuracy > 0 {
		accuracy := f.Accuracy.Seconds()
		line.Accuracy = &accuracy
	}
	if word := reasonWord(f.Reason); word != "" {
		line.Reason = &word
	}
	// Nothing in the line can fail to encode; a write error stays in w.
	_ = json.NewEncoder(w).Encode(line)
}

func (jsonLines) end(io.Writer, tally) {}

// table shows an epoch as a row of at most 80 columns.
type table struct {
	screen.Style
	rows int
}

const rowFormat = "%-24s  %-4s  %5s  %-8s  %s\n"

func (t *table) epoch(w io.Writer, e *refclock.Epoch) {
	if t.rows == 0 {
		io.WriteString(w, screen.Line(rowFormat, "UTC", t.Say("FIX"), t.Say("SATS"), t.Say("REASON"), t.Say("SENTENCES")))
	}
	t.rows++
	f := e.Fix
	utc, mode, reason := "-", string(f.Mode), "-"
	if f.UTC != 0 {
		utc = f.UTC.Std().Format("2006-01-02 15:04:05.000Z")
	}
	if mode == "" {
		mode = "-"
	}
	if !f.Valid {
		reason = reasonWord(f.Reason)
	}
	fmt.Fprintf(w, rowFormat, utc, mode, count(f.Used)+"/"+count(f.InView), reason,
		strings.Join(e.Messages, " "))
}

func (t *table) end(w io.Writer, n tally) {
	io.WriteString(w, t.Say("%d epochs, %d valid", n.epochs, n.valid))
	for _, r := range refclock.Reasons {
		if n.reasons[r] > 0 {
			io.WriteString(w, t.Say(", %d %s", n.reasons[r], r.Word))
		}
	}
	io.WriteString(w, t.Say("; %d damaged sentences, %d bytes skipped", n.damaged, n.skipped)+"\n")
}

// count prints a number of satellites, −1 as unknown.
func count(n int) string {
	if n < 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// reasonWord returns the enumerated word of a reason, "" for none.
func reasonWord(err error) string {
	var r *refclock.Reason
	if errors.As(err, &r) {
		return r.Word
	}
	return ""
}
