package main

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/admission"
	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
	"gpsntpd/server/regular"
	"gpsntpd/server/web"
	"gpsntpd/server/why"
)

// page is what is shown to browsers, and where it listens for them.
type page struct {
	config      config.Web
	listener    net.Listener           // nil: there is no page
	certificate *admission.Certificate // nil: no TLS
	passwords   *web.Passwords         // nil: whoever can connect may read
	failure     string                 // with the certificate, as it was logged last
	log         zerolog.Logger
}

// openPage listens for browsers. Whatever is wrong is logged, and there is no page:
// the time is served all the same.
func openPage(c config.Web, log zerolog.Logger) *page {
	p := &page{config: c, log: log}
	if c.Listen == "" {
		return p
	}
	if c.Passwords != "" {
		text, err := regular.Read(c.Passwords, regular.Most)
		if err == nil {
			p.passwords, err = web.ParsePasswords(string(text))
		}
		if err != nil {
			log.Error().Err(err).Str("file", c.Passwords).Msg("passwords not read; the page is not shown")
			return p
		}
	}
	p.listener = listenHTTP("page", c.Listen, log)
	if p.listener == nil {
		return p
	}
	if c.Certificate != "" {
		p.certificate = &admission.Certificate{Path: c.Certificate, KeyPath: cmp.Or(c.PrivateKey, c.Certificate)}
		p.loadCertificate()
	} else if p.passwords != nil && !p.local() {
		log.Warn().Msg("without a certificate the passwords of the page cross the network as they are")
	}
	return p
}

func (p *page) close() {
	if p.listener != nil {
		p.listener.Close()
	}
}

// tasks show the page to d's visitors.
func (p *page) tasks(d daemon, guard *httpd.Guard, l why.Language) []task {
	if p.listener == nil {
		return nil
	}
	return []task{{"page", func(ctx context.Context) error { return p.run(ctx, d, guard, l) }}}
}

func (p *page) run(ctx context.Context, d daemon, guard *httpd.Guard, l why.Language) error {
	host, _ := os.Hostname() // without one the page shows what the browser asked for
	s := web.New(web.Options{
		Daemon: d, API: control.Server{Daemon: d}, Host: host,
		Certificate: p.certificate, Passwords: p.passwords, Guard: guard, Language: string(l),
	})
	ctx, end := context.WithCancel(ctx)
	defer end()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, p.listener) }()
	again := time.NewTicker(time.Minute)
	defer again.Stop()
	for {
		select {
		case err := <-ended:
			return err
		case <-again.C:
			p.loadCertificate()
		}
	}
}

// loadCertificate reads the certificate if it has changed, and says what came of it.
func (p *page) loadCertificate() {
	if p.certificate == nil {
		return
	}
	loaded, err := p.certificate.Reload()
	if loaded {
		p.log.Info().Time("not_after", p.certificate.Leaf().NotAfter).Msg("certificate of the page in use")
	}
	failure := ""
	if err != nil {
		failure = err.Error()
	}
	if failure != "" && failure != p.failure {
		p.log.Error().Err(err).Msg("certificate of the page not read; it is tried again every minute")
	}
	p.failure = failure
}

// guardOf watches the listeners of HTTP that are open to the network.
func guardOf(c config.Web) *httpd.Guard {
	host, _ := os.Hostname() // without one there is one name less
	return httpd.NewGuard(ownNames(c, host), c.Proxies)
}

// ownNames are what browsers and Prometheus may call this host.
func ownNames(c config.Web, host string) httpd.Names {
	if host == "" {
		return c.Names
	}
	short, _, _ := strings.Cut(host, ".")
	return append(slices.Clone(c.Names), host, short, short+".local")
}

// local reports whether only this host can get to the page.
func (p *page) local() bool { return isLoopback(p.listener.Addr().String()) }

// url is what to type into a browser on this host.
func (p *page) url() string {
	scheme := "http"
	if p.certificate != nil {
		scheme = "https"
	}
	at, err := netip.ParseAddrPort(p.listener.Addr().String())
	if err != nil || !at.Addr().IsUnspecified() {
		return scheme + "://" + p.listener.Addr().String() + "/"
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, strconv.Itoa(int(at.Port()))) + "/"
}
