// Command attack is clients that want more than is theirs, and one that measures what
// others have of it: for `make attack`, in a network of its own. Each prints, at its end,
// what became of it as JSON.
//
//	attack time TARGET SECONDS RATE [FROM]           asks for the time so often
//	attack crowd TARGET SECONDS RATE FROM COUNT      asks so often from each of this many addresses
//	attack pages URL SECONDS CONNECTIONS             gets a page again and again
//	attack silent TARGET SECONDS FROM COUNT EACH     holds connections, each of this many from COUNT addresses
//	attack greet TARGET SECONDS FROM COUNT EACH      holds connections that begin a TLS handshake
//	attack handshake TARGET SECONDS CONNECTIONS FROM     makes TLS handshakes
//	attack keys TARGET COUNT CA                      exchanges keys by NTS, one after the other
//	attack guess URL SECONDS FROM                    tries passwords through a proxy, for a client FROM
//	attack enter URL COUNT USER PASSWORD FROM        the same with the right one
//
// FROM is the first of addresses that are in use one after the other.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"time"
)

// result is what became of it. Times are in seconds, of those that had an answer.
type result struct {
	Asked    int     `json:"asked"`
	Answered int     `json:"answered"`
	Median   float64 `json:"median_seconds"`
	P99      float64 `json:"p99_seconds"`
	Greatest float64 `json:"greatest_seconds"`
}

// add counts one that was asked, and how long its answer took if it had one.
func (r *result) add(took time.Duration, answered bool, all *[]time.Duration) {
	r.Asked++
	if answered {
		r.Answered++
		*all = append(*all, took)
	}
}

// of fills in what the times of all answers say.
func (r *result) of(all []time.Duration) {
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	at := func(part float64) float64 {
		return all[min(int(math.Ceil(part*float64(len(all))))-1, len(all)-1)].Seconds()
	}
	r.Median, r.P99, r.Greatest = at(0.5), at(0.99), at(1)
}

func main() {
	r, err := attack(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "attack:", err)
		os.Exit(1)
	}
}

// words are arguments, read one after the other. The first that is wrong is the error.
type words struct {
	all []string
	err error
}

func (w *words) text() string {
	if len(w.all) == 0 {
		w.err = errors.Join(w.err, errors.New("an argument is missing"))
		return ""
	}
	s := w.all[0]
	w.all = w.all[1:]
	return s
}

func (w *words) number() int {
	n, err := strconv.Atoi(w.text())
	w.err = errors.Join(w.err, err)
	return n
}

func (w *words) seconds() time.Duration { return time.Duration(w.number()) * time.Second }

// address is the zero value where there is no further argument.
func (w *words) address() netip.Addr {
	if len(w.all) == 0 {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(w.text())
	w.err = errors.Join(w.err, err)
	return a
}

func attack(args []string) (result, error) {
	w := &words{all: args}
	kind, target := w.text(), w.text()
	var run func() (result, error)
	switch kind {
	case "time":
		lasts, rate, from := w.seconds(), w.number(), w.address()
		run = func() (result, error) { return askTime(target, lasts, rate, from) }
	case "crowd":
		lasts, rate, from, count := w.seconds(), w.number(), w.address(), w.number()
		run = func() (result, error) { return crowd(target, lasts, rate, from, count) }
	case "pages":
		lasts, connections := w.seconds(), w.number()
		run = func() (result, error) { return pages(target, lasts, connections) }
	case "silent", "greet":
		lasts, from, count, each := w.seconds(), w.address(), w.number(), w.number()
		run = func() (result, error) { return hold(target, lasts, from, count, each, kind == "greet") }
	case "handshake":
		lasts, connections, from := w.seconds(), w.number(), w.address()
		run = func() (result, error) { return handshake(target, lasts, connections, from) }
	case "keys":
		count, authority := w.number(), w.text()
		run = func() (result, error) { return keys(target, count, authority) }
	case "guess":
		lasts, from := w.seconds(), w.address()
		run = func() (result, error) { return guess(target, lasts, from) }
	case "enter":
		count, user, password, from := w.number(), w.text(), w.text(), w.address()
		run = func() (result, error) { return enter(target, count, user, password, from) }
	default:
		return result{}, fmt.Errorf("%q is not known", kind)
	}
	if w.err != nil {
		return result{}, w.err
	}
	return run()
}
