// Package verify measures how far the clocks of other hosts are off this one's, by what
// they answer anyway: NTP, Redis, a node_exporter of Prometheus, a web server. Each
// measurement says by which of them it was made and how far it may be wrong.
package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Method is what a host's clock was read by.
type Method string

// The methods, the most exact first: of a host that names none, the first that
// answers counts.
const (
	NTP   Method = "ntp"
	Redis Method = "redis"
	Node  Method = "node" // Prometheus' node_exporter
	HTTP  Method = "http"
	HTTPS Method = "https"
)

// methods are all of them with their usual ports.
var methods = []struct {
	Method
	port string
	read func(context.Context, Target) (Reading, error)
}{
	{NTP, "123", readNTP}, {Redis, "6379", readRedis}, {Node, "9100", readNode}, {HTTP, "80", readHTTP}, {HTTPS, "443", readHTTP},
}

// Reading is what is known of a host's clock.
type Reading struct {
	Method  Method
	Offset  time.Duration // the host's clock minus ours
	Bound   time.Duration // by which that may be wrong at most: no way there can hide more
	Samples int           // answers that it was made from
}

// Result is a target and what came of it.
type Result struct {
	Target  string
	Reading // where Err is nil
	Err     error
}

// Times that a measurement may take: one answer, and all of them with one host. That of a
// web server's date is to the second, and takes several seconds to find the edge.
const (
	answerTimeout = 2 * time.Second
	hostTimeout   = 9 * time.Second
	samples       = 4   // answers of a server, of which the quickest counts
	atOnce        = 128 // hosts
)

// All measures all targets, at most atOnce of them at a time.
func All(ctx context.Context, targets []Target) []Result {
	results := make([]Result, len(targets))
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i, t := range targets {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			results[i].Target = t.Text
			results[i].Reading, results[i].Err = t.measure(ctx)
		})
	}
	all.Wait()
	return results
}

// errNone says that no method got an answer.
var errNone = errors.New("answers neither NTP, Redis, node_exporter nor HTTP")

// measure asks by the method of the target, or by all of them at once.
func (t Target) measure(ctx context.Context) (Reading, error) {
	ctx, end := context.WithTimeout(ctx, hostTimeout)
	defer end()
	if t.Method != "" {
		return t.by(ctx, t.Method)
	}
	if _, err := net.DefaultResolver.LookupNetIP(ctx, "ip", t.Host); err != nil {
		return Reading{}, Plainly(err)
	}
	readings, errs := make([]Reading, len(methods)), make([]error, len(methods))
	done := make([]chan struct{}, len(methods))
	for i, m := range methods {
		done[i] = make(chan struct{})
		go func() {
			defer close(done[i])
			readings[i], errs[i] = t.by(ctx, m.Method)
		}()
	}
	defer func() {
		end()
		for i := range done {
			<-done[i]
		}
	}()
	var refused error
	for i := range methods {
		if <-done[i]; errs[i] == nil {
			return readings[i], nil
		}
		if said := useless(""); errors.As(errs[i], &said) {
			refused = cmp.Or(refused, fmt.Errorf("%s: %w", methods[i].Method, errs[i]))
		}
	}
	return Reading{}, cmp.Or(refused, errNone)
}

// by measures by a method.
func (t Target) by(ctx context.Context, method Method) (Reading, error) {
	for _, m := range methods {
		if m.Method == method {
			t.Method, t.Port = method, cmp.Or(t.Port, m.port)
			r, err := m.read(ctx, t)
			r.Method = method
			return r, err
		}
	}
	return Reading{}, fmt.Errorf("no method %q", method)
}

// useless says that a server answered, and why no time can be read from that.
type useless string

func (u useless) Error() string { return string(u) }

// exchange is one question and its answer: the moments of ours around it, and what the
// other clock showed between them.
type exchange struct {
	sent, came time.Time
	showed     time.Time
	within     time.Duration // of showed: it was as late as this, or less
}

// reading is what an exchange says: the other clock was read somewhere between.
func (x exchange) reading() Reading {
	half := x.came.Sub(x.sent) / 2
	return Reading{Offset: x.showed.Add(x.within / 2).Sub(x.sent.Add(half)), Bound: half + x.within/2 + 1, Samples: 1}
}

// best makes a reading of several exchanges by the quickest.
func best(all []exchange) (r Reading) {
	for _, x := range all {
		if got := x.reading(); r.Samples == 0 || got.Bound < r.Bound {
			r = got
		}
	}
	r.Samples = len(all)
	return r
}
