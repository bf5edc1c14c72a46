package verify

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/beevik/ntp"
)

// readNTP asks a server of NTP: what it serves is what its clock shows, be it
// synchronized or not.
func readNTP(ctx context.Context, t Target) (r Reading, err error) {
	where, err := net.DefaultResolver.LookupNetIP(ctx, "ip", t.Host)
	if err != nil {
		return r, Plainly(err)
	}
	address := net.JoinHostPort(where[0].Unmap().String(), t.Port)
	for range samples {
		a, err := ntp.QueryWithOptions(address, ntp.QueryOptions{Timeout: answerTimeout / 2})
		if err != nil {
			if r.Samples > 0 {
				return r, nil
			}
			return r, Plainly(err)
		}
		if a.KissCode != "" {
			return r, useless("it does not want to be asked (" + printable(a.KissCode) + ")")
		}
		if bound := a.RTT/2 + a.Precision + 1; r.Samples == 0 || bound < r.Bound {
			r.Offset, r.Bound = a.ClockOffset, bound
		}
		r.Samples++
	}
	return r, nil
}

// readRedis asks Redis for TIME, which is to the microsecond.
func readRedis(ctx context.Context, t Target) (Reading, error) {
	conn, err := dial(ctx, t)
	if err != nil {
		return Reading{}, Plainly(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(io.LimitReader(conn, 4096))
	var all []exchange
	for range samples {
		sent := time.Now()
		if _, err := io.WriteString(conn, "*1\r\n$4\r\nTIME\r\n"); err != nil {
			return Reading{}, Plainly(err)
		}
		at, err := redisTime(answers)
		came := time.Now()
		if err != nil {
			return Reading{}, Plainly(err)
		}
		all = append(all, exchange{sent, came, at, time.Microsecond})
	}
	return best(all), nil
}

// redisTime reads the answer: an array of two strings, seconds and microseconds.
func redisTime(r *bufio.Reader) (time.Time, error) {
	var words [5]string
	for i := range words {
		line, err := r.ReadString('\n')
		if err != nil {
			return time.Time{}, err
		}
		if words[i] = strings.TrimRight(line, "\r\n"); strings.HasPrefix(words[i], "-") {
			return time.Time{}, useless("Redis refuses: " + printable(words[i][1:]))
		}
	}
	seconds, err := strconv.ParseInt(words[2], 10, 64)
	micros, err2 := strconv.ParseInt(words[4], 10, 64)
	if errors.Join(err, err2) != nil || words[0] != "*2" || micros < 0 || micros >= 1e6 || !plausible(float64(seconds)) {
		return time.Time{}, useless("that is no answer of Redis")
	}
	return time.Unix(seconds, micros*1000), nil
}

// printable is what a stranger said, so that it steers no terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s[:min(len(s), 60)])
}

// plausible are seconds since 1970 of which a difference can be reckoned; NaN is none.
func plausible(seconds float64) bool { return seconds >= 0 && seconds < 1<<33 }

// readNode asks a node_exporter for its time alone.
func readNode(ctx context.Context, t Target) (Reading, error) {
	w := newWeb(t)
	defer w.close()
	var all []exchange
	for range samples {
		x, body, err := w.get(ctx, "http://"+t.address()+"/metrics?collect[]=time")
		if err != nil {
			return Reading{}, err
		}
		if x.showed, err = nodeTime(body); err != nil {
			return Reading{}, err
		}
		x.within = time.Microsecond // more than a float64 of today's seconds rounds off
		all = append(all, x)
	}
	return best(all), nil
}

// nodeTime looks for node_time_seconds.
func nodeTime(body string) (time.Time, error) {
	for line := range strings.Lines(body) {
		value, is := strings.CutPrefix(line, "node_time_seconds ")
		if !is {
			continue
		}
		if seconds, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && plausible(seconds) {
			whole, part := math.Modf(seconds)
			return time.Unix(int64(whole), int64(part*1e9)), nil
		}
	}
	return time.Time{}, useless("it has no node_time_seconds")
}

// web asks a web server over one connection.
type web struct {
	client    *http.Client
	transport *http.Transport
}

// newWeb believes any certificate: with a wrong clock none is valid, and nothing but
// the time is asked for. It follows no redirection, which has a date, too.
func newWeb(t Target) web {
	transport := &http.Transport{
		DialContext:           func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, t) },
		TLSClientConfig:       &tls.Config{InsecureSkipVerify: true},
		ResponseHeaderTimeout: answerTimeout, TLSHandshakeTimeout: answerTimeout,
		MaxConnsPerHost: 1, MaxResponseHeaderBytes: 64 << 10, DisableCompression: true,
	}
	return web{&http.Client{
		Transport: transport, Timeout: answerTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, transport}
}

func (w web) close() { w.transport.CloseIdleConnections() }

// mostBody is more than a node_exporter says of its time.
const mostBody = 1 << 20

// get asks for a page.
func (w web) get(ctx context.Context, url string) (x exchange, body string, err error) {
	response, x, err := w.ask(ctx, http.MethodGet, url)
	if err != nil {
		return x, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, mostBody))
	if x.came = time.Now(); err != nil {
		return x, "", Plainly(err)
	}
	if response.StatusCode != http.StatusOK {
		return x, "", useless("it answers " + printable(response.Status))
	}
	return x, string(text), nil
}

// ask sends a request; its moments are those around it.
func (w web) ask(ctx context.Context, method, url string) (response *http.Response, x exchange, err error) {
	r, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, x, err
	}
	r.Header.Set("Cache-Control", "no-cache")
	x.sent = time.Now()
	response, err = w.client.Do(r) //nolint:bodyclose // by who calls
	x.came = time.Now()
	if err != nil {
		return nil, x, Plainly(err)
	}
	return response, x, nil
}

func dial(ctx context.Context, t Target) (net.Conn, error) {
	via := t.via
	if via == nil {
		d := net.Dialer{Timeout: answerTimeout}
		via = func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, "tcp", t.address()) }
	}
	conn, err := via(ctx)
	if err != nil {
		return nil, err
	}
	if until, is := ctx.Deadline(); is {
		err = conn.SetDeadline(until)
	}
	return conn, err
}

// Plainly says in plain words what the usual errors mean.
func Plainly(err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	var dns *net.DNSError
	var network net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("connection refused")
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout() && !errors.As(err, &dns):
		return errors.New("no answer in time")
	case errors.As(err, &dns):
		return fmt.Errorf("%s: %s", dns.Name, dns.Err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return errors.New("it closes the connection")
	}
	return err
}
