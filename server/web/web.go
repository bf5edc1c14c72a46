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

	"gpsntpd/server/admission"
	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
)

// Limits of the server. A browser opens six connections and leaves them open.
const (
	streams     = 12 // connections that wait for news: some are left for gpsntpctl watch
	streamsOne  = 4  // of these of one client
	headerBytes = 16 << 10
	idle        = 15 * time.Second
	askTimeout  = time.Second // of the daemon's loop, for the page itself
)

// Daemon is who knows what the page says.
type Daemon interface {
	Status(ctx context.Context) (control.Status, error)
	Moment(ctx context.Context, language string) (control.Moment, error)
	Clients(ctx context.Context) (control.Clients, error)
	Satellites(ctx context.Context) (control.Satellites, error)
	Scatter(ctx context.Context) (control.Scatter, error)
	Watch(ctx context.Context) (<-chan control.Event, error)
}

// Options are what the server goes by.
type Options struct {
	Daemon      Daemon
	API         http.Handler           // what is below /v1/; asked with GET only
	Certificate *admission.Certificate // nil: no TLS
	Passwords   *Passwords             // nil: whoever gets here may read
	Host        string                 // this host's name, as the page shows it
	Guard       *httpd.Guard
	Language    string // "en" or "zh"; "": that which the browser asks for
}

// Server answers browsers.
type Server struct {
	options  Options
	inside   http.Handler
	template *template.Template
	streams  streamers
	lives    lives
}

// New returns a server that has no socket yet.
func New(o Options) *Server {
	s := &Server{options: o, template: parse()}
	s.inside = o.Guard.Guarded(s.judged(s.routes()))
	return s
}

// Run answers on l until ctx ends, then returns nil. It closes l. It may run for
// several sockets at once, which share the limits.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	var secure *tls.Config
	if s.options.Certificate != nil {
		secure = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.options.Certificate.ForClient}
	}
	return s.options.Guard.Serve(ctx, l, httpd.Limits{HeaderBytes: headerBytes, Idle: idle}, secure, s)
}
