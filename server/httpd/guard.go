package httpd

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"gpsntpd/server/admission"
)

// What all that is asked by HTTP over the network may cost, in time of one processor:
// a share of the time that is not used for NTP, also on a board that has one.
const (
	connections = 64 // at all listeners
	fromOne     = 24 // of these from one client; a browser opens six
	onePart     = 0.05
	allPart     = 0.15
	atOnce      = time.Second // of one client; a page that is loaded, on a small board
	allAtOnce   = 2 * time.Second

	// What something is reckoned to cost on a small board. How long an answer takes to be
	// made is measured; most of it is for others, who will ask for the same.
	mostMaking    = 200 * time.Millisecond
	perConnection = 200 * time.Microsecond
	perHandshake  = 10 * time.Millisecond // of TLS
	perAnswer     = time.Millisecond
	perByte       = 10 * time.Nanosecond

	mostWait = 2 * time.Second // that an answer waits for its client's share
)

// Guard decides on what strangers ask, at all listeners of HTTP that are open to the
// network: whether it is for us, when it is answered, and who pays for it.
type Guard struct {
	Names     Names // that may be asked for, beside addresses
	admission *admission.Guard
	kept      kept
}

// NewGuard returns a guard. Who connects from proxies says for whom.
func NewGuard(names Names, proxies []netip.Prefix) *Guard {
	each := admission.Share{Part: onePart, AtOnce: atOnce}
	all := admission.Share{Part: allPart, AtOnce: allAtOnce}
	g := &Guard{Names: names, admission: admission.New(admission.Limits{Connections: connections, FromOne: fromOne, One: each, All: all}), kept: newKept()}
	g.admission.Proxies = proxies
	return g
}

// Serve lets h answer on l until ctx ends, with TLS if there is a configuration for it.
// How many connections there are is the guard's to say. What h answers goes through Guarded.
func (g *Guard) Serve(ctx context.Context, l net.Listener, limits Limits, secure *tls.Config, h http.Handler) error {
	limits.Connections = 0
	cost := perConnection
	if secure != nil {
		cost += perHandshake
	}
	l = admission.Listener{Listener: l, Guard: g.admission, Cost: cost}
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	return limits.Serve(ctx, l, h)
}

// Guarded is h for requests that name us, each when its client's share lets it. Of
// others it says what is to be configured.
func (g *Guard) Guarded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := g.Client(r)
		wait, ok := g.admission.Reserve(from, time.Now(), perAnswer, mostWait)
		if !pause(r.Context(), min(wait, mostWait)) {
			return
		}
		if !ok { // told at once, it would ask again at once
			w.Header().Set("Retry-After", "10")
			http.Error(w, "too many questions", http.StatusTooManyRequests)
			return
		}
		if !g.Names.Ours(r) {
			Misdirected(w, r)
			return
		}
		c := &counted{ResponseWriter: w}
		h.ServeHTTP(c, r)
		g.admission.Charge(from, time.Now(), time.Duration(c.bytes)*perByte)
	})
}

// pause reports whether ctx goes on for d.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	wait := time.NewTimer(d)
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wait.C:
		return true
	}
}

// A long answer is written piece by piece, with a pause behind each: a thread that has
// slept does not keep one that is woken up by a packet waiting for the rest of its slice.
const (
	piece  = 8 << 10 // bytes; some 50 µs, uncompressed
	breath = time.Millisecond
)

// counted counts what is written.
type counted struct {
	http.ResponseWriter
	bytes int
	piece int // since the last pause
}

// Write implements io.Writer.
func (c *counted) Write(b []byte) (written int, err error) {
	for len(b) > 0 && err == nil {
		if c.piece >= piece {
			time.Sleep(breath)
			c.piece = 0
		}
		n := 0
		n, err = c.ResponseWriter.Write(b[:min(len(b), piece-c.piece)])
		c.bytes, c.piece, written, b = c.bytes+n, c.piece+n, written+n, b[n:]
	}
	return written, err
}

// Unwrap is for http.ResponseController.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// Client is who asks: who is connected, or for whom a proxy is that may say so. Of what
// proxies have noted one after the other the last counts that is no proxy itself: what
// stands before it anybody may have written.
func (g *Guard) Client(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{} // no TCP: all are one
	}
	client := at.Addr().Unmap()
	noted := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(noted) - 1; i >= 0 && g.admission.Proxy(client); i-- {
		a, ok := forwarded(strings.TrimSpace(noted[i]))
		if !ok {
			break
		}
		client = a.Unmap()
	}
	return admission.Client(client)
}

// forwarded reads an address of X-Forwarded-For, which some write with a port.
func forwarded(s string) (netip.Addr, bool) {
	if at, err := netip.ParseAddrPort(s); err == nil {
		return at.Addr(), true
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return a, err == nil
}

// Charge has who asked pay for what made the beginning of a stream take so long.
func (g *Guard) Charge(r *http.Request, took time.Duration) {
	g.admission.Charge(g.Client(r), time.Now(), min(took, mostMaking))
}

// attend tells the guard when a connection waits for its peer, who need not answer.
func attend(c net.Conn, state http.ConnState) {
	if secured, ok := c.(*tls.Conn); ok {
		c = secured.NetConn()
	}
	counted, ok := c.(*admission.Conn)
	if !ok {
		return
	}
	switch state {
	case http.StateActive:
		counted.Busy()
	case http.StateIdle:
		counted.Idle(time.Now())
	}
}
