package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw/sim"
	"gpsntpd/hw/sim/vm/trace"
)

// sampling is how often the clock and the wire are looked at.
const sampling = 250 * time.Millisecond

// bench is a program under test and what is done to it.
type bench struct {
	program
	truth   truth
	start   sim.Truth
	began   time.Time
	faults  []fault
	unplug  func() error
	quiet   bool // no one asks the program anything
	records *json.Encoder
	control http.Client
}

// discipline runs PROGRAM for SECONDS with simgps' PARAMETERS and FAULTS; lists
// are separated by commas.
func discipline(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("discipline PROGRAM SECONDS PARAMETERS [FAULTS]: got %q", args)
	}
	lasts, err := time.ParseDuration(args[1] + "s")
	if err != nil {
		return err
	}
	b := &bench{records: json.NewEncoder(os.Stdout)}
	if err := announce(args[2]); err != nil {
		return err
	}
	w, err := wire(args[2])
	if err != nil {
		return err
	}
	if b.kind, err = kinds(args[0], w); err != nil {
		return err
	}
	if len(args) > 3 {
		for text := range strings.SplitSeq(args[3], ",") {
			f, err := parseFault(text)
			if err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
			b.faults = append(b.faults, f)
		}
	}
	if err := b.begin(); err != nil {
		return err
	}
	return b.watch(lasts)
}

func (b *bench) begin() (err error) {
	if b.truth, err = openTruth(); err != nil {
		return err
	}
	if b.visited {
		if err := certify(); err != nil {
			return err
		}
	}
	b.control = controlClient()
	b.say = func(line string) { b.record(trace.Record{Event: line}) }
	b.start, b.began = b.truth.now(), time.Now()
	if err := os.MkdirAll(state, 0o755); err != nil {
		return err
	}
	return b.plays(b)
}

// record tells the host.
func (b *bench) record(r trace.Record) {
	r.At = float64(time.Since(b.began)/time.Microsecond) / 1e6
	b.records.Encode(r)
}

// watch looks at everything until lasts have passed, and does what is due.
func (b *bench) watch(lasts time.Duration) error {
	due := deeds(b.faults)
	m := meter{program: &b.program, from: (lasts / 4).Truncate(time.Second)} // the start costs more than what comes after it
	for at := time.Duration(0); at < lasts; at += sampling {
		for ; len(due) > 0 && due[0].at <= at; due = due[1:] {
			b.say(due[0].text)
			if due[0].do != nil {
				if err := due[0].do(b); err != nil {
					return fmt.Errorf("%s: %w", due[0].text, err)
				}
			}
		}
		if at == 0 { // after what goes wrong from the start
			if err := b.program.start(); err != nil {
				return err
			}
		}
		time.Sleep(time.Until(b.began.Add(at)))
		b.look(at%time.Second == 0)
		if b.visited && at >= firstVisit && at%visiting == 0 {
			if err := visit(); err != nil {
				return err
			}
		}
		m.look(at)
	}
	used := m.end()
	if b.tells {
		b.say(b.counters())
	}
	b.record(trace.Record{Usage: &used, End: true})
	return nil
}

func (b *bench) look(whole bool) {
	var tx unix.Timex
	unix.Adjtimex(&tx)
	r := trace.Record{Point: &trace.Point{
		Offset: int64(b.truth.read().offset()), Frequency: float64(tx.Freq) / (1 << 16),
		Unsync: tx.Status&unix.STA_UNSYNC != 0, MaxError: int64(tx.Maxerror) * 1000, TAI: tx.Tai,
	}}
	if !b.quiet {
		r.Answer = b.query()
	}
	if whole && b.tells && !b.quiet {
		r.Status = b.status()
	}
	b.record(r)
}
