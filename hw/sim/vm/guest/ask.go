package main

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/beevik/ntp"

	"gpsntpd/hw/sim/vm/trace"
)

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

// controlClient asks through gpsntpd's socket.
func controlClient() http.Client {
	var d net.Dialer
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return d.DialContext(ctx, "unix", control) }
	return http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}, Timeout: sampling}
}

// counters is what gpsntpd has counted, for whoever wonders about a run.
func (b *bench) counters() string {
	resp, err := b.control.Get("http://gpsntpd/v1/counters")
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return "counters " + strings.TrimSpace(string(text))
}

// status asks gpsntpd how it is. Its estimate is compared with the truth
// before and after: the clock is slewed meanwhile.
func (b *bench) status() *trace.Status {
	before := b.truth.read().offset()
	resp, err := b.control.Get("http://gpsntpd/v1/status")
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var said struct {
		State  string   `json:"state"`
		Offset *float64 `json:"offset_seconds"`
		Bound  *float64 `json:"bound_seconds"`
		Paths  []trace.Path
	}
	if json.NewDecoder(resp.Body).Decode(&said) != nil {
		return nil
	}
	s := &trace.Status{State: said.State}
	if b.compared {
		s.Paths = said.Paths
	}
	if said.Offset != nil && said.Bound != nil {
		is := (before + b.truth.read().offset()) / 2
		wrong, bound := int64(math.Round(*said.Offset*1e9))-int64(is), int64(math.Round(*said.Bound*1e9))
		s.Error, s.Bound = &wrong, &bound
	}
	return s
}
