package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/beevik/ntp"
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
	faults  []fault
	unplug  func() error
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
	if err := load("simgps", args[2]); err != nil {
		return err
	}
	b := &bench{records: json.NewEncoder(os.Stdout)}
	if len(args) > 3 {
		for text := range strings.SplitSeq(args[3], ",") {
			f, err := parseFault(text)
			if err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
			b.faults = append(b.faults, f)
		}
	}
	if err := b.begin(args[0]); err != nil {
		return err
	}
	return b.watch(lasts)
}

func (b *bench) begin(name string) (err error) {
	if b.truth, err = openTruth(); err != nil {
		return err
	}
	if b.kind, err = kinds(name); err != nil {
		return err
	}
	b.say = func(line string) { b.record(trace.Record{Event: line}) }
	b.control.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", control)
	}}
	b.control.Timeout = sampling
	b.start = b.truth.now()
	if err := b.plays(b); err != nil {
		return err
	}
	return b.program.start()
}

// record tells the host.
func (b *bench) record(r trace.Record) {
	r.At = float64(b.truth.now().Sub(b.start)/time.Microsecond) / 1e6
	b.records.Encode(r)
}

// watch looks at everything until lasts have passed, and does what is due.
func (b *bench) watch(lasts time.Duration) error {
	due := deeds(b.faults)
	settled := lasts / 4 // the start costs more than what comes after it
	var before trace.Usage
	for at := time.Duration(0); at < lasts; at += sampling {
		for ; len(due) > 0 && due[0].at <= at; due = due[1:] {
			b.say(due[0].text)
			if due[0].do != nil {
				if err := due[0].do(b); err != nil {
					return fmt.Errorf("%s: %w", due[0].text, err)
				}
			}
		}
		b.truth.sleep(b.start.Add(at))
		b.look(at%time.Second == 0)
		if at == settled.Truncate(sampling) {
			before = b.usage()
		}
	}
	after := b.usage()
	after.CPU -= before.CPU
	after.Elapsed = (lasts - settled).Seconds()
	b.record(trace.Record{Usage: &after})
	return nil
}

func (b *bench) look(whole bool) {
	var tx unix.Timex
	unix.Adjtimex(&tx)
	r := trace.Record{
		Point:  &trace.Point{Offset: int64(b.truth.read().offset()), Frequency: float64(tx.Freq) / (1 << 16)},
		Answer: b.query(),
	}
	if whole {
		r.State = b.state()
	}
	b.record(r)
}

// query asks the program for the time, and compares with the truth. A clock
// that is moved in between spoils the comparison: then it asks again.
func (b *bench) query() *trace.Answer {
	const moved = time.Microsecond
	for range 3 {
		before := b.truth.read().offset()
		r, err := ntp.QueryWithOptions("127.0.0.1", ntp.QueryOptions{Timeout: sampling / 2})
		if err != nil {
			return nil
		}
		if (b.truth.read().offset() - before).Abs() < moved {
			return &trace.Answer{
				Leap: uint8(r.Leap), Stratum: r.Stratum, Offset: int64(before - r.ClockOffset),
				Dispersion: int64(r.RootDispersion), Distance: int64(r.RootDistance),
			}
		}
	}
	return nil
}

// state asks gpsntpd for its state; others have none.
func (b *bench) state() string {
	resp, err := b.control.Get("http://gpsntpd/v1/status")
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	var status struct{ State string }
	if json.NewDecoder(resp.Body).Decode(&status) != nil {
		return ""
	}
	return status.State
}
