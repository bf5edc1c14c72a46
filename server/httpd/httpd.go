// Package httpd answers HTTP for a peer that may be broken: it must cost neither
// memory nor the way in for others.
package httpd

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// What a peer of Serve may have.
const (
	Connections = 32 // of all peers together
	HeaderBytes = 4 << 10
)

// Limits are what peers may have.
type Limits struct {
	Connections int // of all of them together; 0: the listener sees to that
	HeaderBytes int
	Idle        time.Duration // how long a connection stays open for another question; 0: an idle peer holds none
}

const (
	requestTimeout = 2 * time.Second
	answerTimeout  = 5 * time.Second // request and answer together; a handler may lift it for a stream
	graceTimeout   = time.Second     // for answers that are on their way when we end
)

// Serve answers on l until ctx ends, then returns nil. It closes l. The context of
// every request ends with ctx.
func Serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	return Limits{Connections: Connections, HeaderBytes: HeaderBytes}.Serve(ctx, l, handler)
}

// Serve is like the function, with other limits.
func (limits Limits) Serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	h := &http.Server{
		Handler:        handler,
		BaseContext:    func(net.Listener) context.Context { return ctx },
		ReadTimeout:    requestTimeout,
		WriteTimeout:   answerTimeout,
		IdleTimeout:    limits.Idle,
		MaxHeaderBytes: limits.HeaderBytes,
		ConnState:      attend,
		ErrorLog:       log.New(io.Discard, "", 0), // what peers do wrong is not ours to log
	}
	h.SetKeepAlivesEnabled(limits.Idle > 0)
	if limits.Connections > 0 {
		l = netutil.LimitListener(l, limits.Connections)
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(l) }()
	select {
	case err := <-ended:
		return errors.Join(err, h.Close())
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTimeout)
	defer cancel()
	if h.Shutdown(grace) != nil {
		h.Close()
	}
	<-ended
	return nil
}
