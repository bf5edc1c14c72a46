package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"sync"
	"time"

	"gpsntpd/cmd/internal/tools/exchange"
)

// again is the pause of someone who was shut out, so that he does not take all of
// this machine's time for that.
const again = 10 * time.Millisecond

// many runs one until a time in this many goroutines, and sums up what they say.
func many(lasts time.Duration, count int, one func(i int, end time.Time) (r result, all []time.Duration)) (sum result) {
	var mu sync.Mutex
	var running sync.WaitGroup
	var times []time.Duration
	end := time.Now().Add(lasts)
	for i := range count {
		running.Go(func() {
			r, all := one(i, end)
			mu.Lock()
			defer mu.Unlock()
			sum.Asked += r.Asked
			sum.Answered += r.Answered
			times = append(times, all...)
		})
	}
	running.Wait()
	sum.of(times)
	return sum
}

// pages gets a page again and again on this many connections.
func pages(address string, lasts time.Duration, connections int) (result, error) {
	at, err := url.Parse(address)
	if err != nil {
		return result{}, err
	}
	return many(lasts, connections, func(_ int, end time.Time) (r result, all []time.Duration) {
		for time.Now().Before(end) {
			conn, err := net.Dial("tcp", at.Host)
			if err != nil {
				time.Sleep(again)
				continue
			}
			_ = conn.SetDeadline(end.Add(late))
			in := bufio.NewReader(conn)
			for time.Now().Before(end) {
				sent := time.Now()
				ok, err := get(conn, in, at)
				r.add(time.Since(sent), ok, &all)
				if err != nil {
					time.Sleep(again)
					break
				}
			}
			conn.Close()
		}
		return r, all
	}), nil
}

// get asks once on a connection, and reads all of the answer.
func get(conn net.Conn, in *bufio.Reader, at *url.URL) (ok bool, err error) {
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", at.RequestURI(), at.Host); err != nil {
		return false, err
	}
	answer, err := http.ReadResponse(in, nil)
	if err != nil {
		return false, err
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return false, err
	}
	if answer.Close {
		err = io.EOF
	}
	return answer.StatusCode == http.StatusOK, err
}

// hold holds each connections of count addresses. One that is closed is opened again.
func hold(target string, lasts time.Duration, from netip.Addr, count, each int, greet bool) (result, error) {
	var addresses []netip.Addr
	for range count {
		addresses, from = append(addresses, from), from.Next()
	}
	return many(lasts, count*each, func(i int, end time.Time) (r result, _ []time.Duration) {
		dialer := &net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(addresses[i/each], 0)), Deadline: end}
		for time.Now().Before(end) {
			conn, err := dialer.Dial("tcp", target)
			r.Asked++
			if err != nil {
				time.Sleep(again)
				continue
			}
			if greet {
				_, _ = conn.Write([]byte{22, 3, 1, 2, 0, 1}) // 512 bytes are to follow
			}
			_ = conn.SetReadDeadline(end)
			_, _ = conn.Read(make([]byte, 1)) // until it is closed
			conn.Close()
		}
		return r, nil
	}), nil
}

// handshake makes TLS handshakes on this many connections at once.
func handshake(target string, lasts time.Duration, connections int, from netip.Addr) (result, error) {
	config := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"ntske/1"}}
	return many(lasts, connections, func(_ int, end time.Time) (r result, all []time.Duration) {
		dialer := &net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0)), Deadline: end}
		for time.Now().Before(end) {
			began := time.Now()
			conn, err := tls.DialWithDialer(dialer, "tcp", target, config)
			r.add(time.Since(began), err == nil, &all)
			if err != nil {
				time.Sleep(again)
				continue
			}
			conn.Close()
		}
		return r, all
	}), nil
}

// keys exchanges keys count times, and pauses for half a second in between.
func keys(target string, count int, authority string) (r result, err error) {
	text, err := os.ReadFile(authority)
	if err != nil {
		return r, err
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(text) {
		return r, errors.New(authority + " has no certificate")
	}
	var all []time.Duration
	for range count {
		began := time.Now()
		_, err := exchange.With(target, trusted, exchange.Usual())
		r.add(time.Since(began), err == nil, &all)
		time.Sleep(time.Second / 2)
	}
	r.of(all)
	return r, nil
}
