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

// What a peer may have.
const (
	Connections = 32 // of all peers together
	HeaderBytes = 4 << 10
)

const (
	requestTimeout = 2 * time.Second
	answerTimeout  = 5 * time.Second // request and answer together; a handler may lift it for a stream
	graceTimeout   = time.Second     // for answers that are on their way when we end
)

// Serve answers on l until ctx ends, then returns nil. It closes l. The context of
// every request ends with ctx.
func Serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	h := &http.Server{
		Handler:        handler,
		BaseContext:    func(net.Listener) context.Context { return ctx },
		ReadTimeout:    requestTimeout,
		WriteTimeout:   answerTimeout,
		MaxHeaderBytes: HeaderBytes,
		ErrorLog:       log.New(io.Discard, "", 0), // what peers do wrong is not ours to log
	}
	h.SetKeepAlivesEnabled(false) // an idle peer must not hold a connection
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(netutil.LimitListener(l, Connections)) }()
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
