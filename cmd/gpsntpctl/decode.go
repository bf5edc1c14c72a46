package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/internal/protocols"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// exitNoneValid says that the input holds no epoch with a valid time.
const exitNoneValid = 1

func newDecode(f *flags) *cobra.Command {
	pivot := ""
	c := &cobra.Command{
		Use:   "decode FILE|-",
		Short: "Show what a receiver's recorded output says, epoch by epoch",
		Long: "Decode reads what a receiver sent, from a file or from standard input (-), and\n" +
			"prints one line per epoch: the messages with the same time.\n" +
			"Exit status: 0 at least one epoch is valid, 1 none is, 66 unreadable.",
		Example: "  gpsntpctl decode capture.nmea\n  sudo cat /dev/ttyAMA0 | gpsntpctl decode -",
		Args:    cobra.ExactArgs(1),
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
		var show report = &table{Style: f.style(c)}
		if f.json {
			show = jsonLines{}
		}
		return decode(in, c.OutOrStdout(), refclock.UTC(t.UnixNano()), show)
	}
	return c
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
	d := protocols.NewDecoder(notBefore)
	t := tally{reasons: map[error]int{}}
	ended := func(e *refclock.Epoch) {
		if e != nil {
			t.add(e)
			show.epoch(out, e)
		}
	}
	take := func(frames []hw.Frame) {
		for _, f := range frames {
			r := d.Frame(f)
			t.skipped += f.Skipped
			if r.Verdict == refclock.FrameGarbage {
				t.skipped += len(f.Bytes)
			}
			if r.Verdict == refclock.FrameBadChecksum || r.Verdict == refclock.FrameMalformed {
				t.damaged++
			}
			ended(r.Ended)
		}
	}
	var framer hw.Framer
	chunk := make([]byte, 4096)
	for {
		n, err := in.Read(chunk)
		take(framer.Feed(chunk[:n], 0)) // the time of arrival is not shown
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
	take(framer.Flush())
	for e := d.Flush().Ended; e != nil; e = d.Flush().Ended {
		ended(e)
	}
	show.end(out, t)
	if err := out.Flush(); err != nil {
		return failure{exitNoInput, err}
	}
	if t.valid == 0 {
		return failure{status: exitNoneValid}
	}
	return nil
}

func (t *tally) add(e *refclock.Epoch) {
	t.epochs++
	if e.Fix.Valid {
		t.valid++
	} else {
		t.reasons[e.Fix.Reason]++
	}
}
