// Package web is the page: what the daemon knows, for the eyes, in a browser. It
// can be read only, and everything that it needs is within the program.
package web

import (
	"context"
	"crypto/tls"
	"html/template"
	"net"
	"net/http"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
	"gpsntpd/server/ke"
)

// Limits of the server. A browser opens six connections and leaves them open.
const (
	connections = 64 // of all addresses that are listened on
	fromOne     = 24 // of these from one client, or one network of IPv6
	streams     = 12 // of these that wait for news: some are left for gpsntpctl watch
	headerBytes = 16 << 10
	idle        = 15 * time.Second
	askTimeout  = time.Second // of the daemon's loop, for the page itself
)

// Daemon is who knows what the page says without a script.
type Daemon interface {
	Status(ctx context.Context) (control.Status, error)
	Leap(ctx context.Context) (control.Leap, error)
	Why(ctx context.Context, language string) (control.Why, error)
	Alarms(ctx context.Context, language string) (control.Alarms, error)
}

// Options are what the server goes by.
type Options struct {
	Daemon      Daemon
	API         http.Handler    // what is below /v1/; asked with GET only
	Certificate *ke.Certificate // nil: no TLS
	Passwords   *Passwords      // nil: whoever gets here may read
	Host        string          // this host's name, as the page shows it
	Names       httpd.Names     // by which browsers may know it, beside its addresses
}

// Server answers browsers.
type Server struct {
	options  Options
	inside   http.Handler
	template *template.Template
	crowd    *crowd
	pace     pace
	waiting  chan struct{} // has one of these for each stream
}

// New returns a server that has no socket yet.
func New(o Options) *Server {
	s := &Server{options: o, template: parse(), crowd: newCrowd(), waiting: make(chan struct{}, streams)}
	s.inside = s.routes()
	return s
}

// Run answers on l until ctx ends, then returns nil. It closes l. It may run for
// several sockets at once, which share the limits.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	l = &counted{l, s.crowd}
	if s.options.Certificate != nil {
		l = tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.options.Certificate.ForClient})
	}
	return httpd.Limits{HeaderBytes: headerBytes, Idle: idle}.Serve(ctx, l, s)
}
