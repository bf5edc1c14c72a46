package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/refclock/nmea"
)

// exitNoneValid says that the input holds no epoch with a valid time.
const exitNoneValid = 1

func newDecode(f *flags) *cobra.Command {
	pivot := ""
	c := &cobra.Command{
		Use:   "decode FILE|-",
		Short: "Show what a receiver's recorded output says, epoch by epoch",
		Long: "Decode reads what a receiver sent, from a file or from standard input (-), and\n" +
			"prints one line per epoch: the sentences with the same time of day.\n" +
			"Exit status: 0 at least one epoch is valid, 1 none is, 66 unreadable.",
		Args: cobra.ExactArgs(1),
	}
	c.Flags().StringVar(&pivot, "not-before", "1999-01-01", "`DATE` before which no date is: earlier ones are 1024 weeks later")
	c.RunE = func(c *cobra.Command, args []string) error {
		t, err := time.Parse(time.DateOnly, pivot)
		if err != nil {
			return fmt.Errorf("--not-before: %q is no date such as 1999-01-01", pivot)
		}
		in := c.InOrStdin()
		if args[0] != "-" {
			file, err := os.Open(args[0])
			if err != nil {
				return failure{exitNoInput, err}
			}
			defer file.Close()
			in = file
		}
		var show report = &table{}
		if f.json {
			show = jsonLines{}
		}
		return decode(in, c.OutOrStdout(), refclock.UTC(t.UnixNano()), show)
	}
	return c
}

// report is a way to show epochs.
type report interface {
	epoch(io.Writer, *nmea.Epoch)
	end(io.Writer, tally)
}

// tally counts what decode met.
type tally struct {
	epochs, valid int
	reasons       map[error]int
	damaged       int // sentences with a wrong checksum or field
	skipped       int // bytes that belong to no sentence
}

// decode shows the epochs of in as they come.
func decode(in io.Reader, w io.Writer, notBefore refclock.UTC, show report) error {
	out := bufio.NewWriter(w)
	d := nmea.NewDecoder(notBefore)
	t := tally{reasons: map[error]int{}}
	ended := func(e *nmea.Epoch) {
		if e != nil {
			t.add(e)
			show.epoch(out, e)
		}
	}
	lines := func(lines []hw.Line) {
		for _, l := range lines {
			r := d.Line(l)
			t.skipped += l.Skipped
			if r.Verdict == nmea.BadChecksum || r.Verdict == nmea.Malformed {
				t.damaged++
			}
			ended(r.Ended)
		}
	}
	var framer hw.Framer
	chunk := make([]byte, 4096)
	for {
		n, err := in.Read(chunk)
		lines(framer.Feed(chunk[:n], 0)) // nobody asks when it was recorded
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = out.Flush() // the input may be live
		}
		if err != nil {
			return failure{exitNoInput, err}
		}
	}
	lines(framer.Flush())
	ended(d.Flush().Ended)
	show.end(out, t)
	if err := out.Flush(); err != nil {
		return failure{exitNoInput, err}
	}
	if t.valid == 0 {
		return failure{status: exitNoneValid}
	}
	return nil
}

func (t *tally) add(e *nmea.Epoch) {
	t.epochs++
	if e.Fix.Valid {
		t.valid++
	} else {
		t.reasons[e.Fix.Reason]++
	}
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
	Reason      *string        `json:"reason"`
}

func (jsonLines) epoch(w io.Writer, e *nmea.Epoch) {
	f := e.Fix
	line := epochJSON{Valid: f.Valid, Sentences: e.Sentences, LeapSeconds: e.LeapSeconds}
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
	if word := reasonWord(f.Reason); word != "" {
		line.Reason = &word
	}
	// Nothing in the line can fail to encode; a write error stays in w.
	_ = json.NewEncoder(w).Encode(line)
}

func (jsonLines) end(io.Writer, tally) {}

// table shows an epoch as a row of at most 80 columns.
type table struct{ rows int }

const rowFormat = "%-24s  %-4s  %5s  %-8s  %s\n"

func (t *table) epoch(w io.Writer, e *nmea.Epoch) {
	if t.rows == 0 {
		fmt.Fprintf(w, rowFormat, "UTC", "FIX", "SATS", "REASON", "SENTENCES")
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
		strings.Join(e.Sentences, " "))
}

func (t *table) end(w io.Writer, n tally) {
	fmt.Fprintf(w, "%d epochs, %d valid", n.epochs, n.valid)
	for _, r := range refclock.Reasons {
		if n.reasons[r] > 0 {
			fmt.Fprintf(w, ", %d %s", n.reasons[r], r.Word)
		}
	}
	fmt.Fprintf(w, "; %d damaged sentences, %d bytes skipped\n", n.damaged, n.skipped)
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
