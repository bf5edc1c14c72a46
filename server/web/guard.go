package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// known tells whether a request names us as its host. A foreign page can give
// its own name our address (DNS rebinding) and would then read as if it were
// ours; but the name stays its own. With TLS the certificate sees to that.
func (s *Server) known(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	host := strings.ToLower(bare(r.Host))
	if _, err := netip.ParseAddr(host); err == nil {
		return true // nobody rebinds an address
	}
	return host == "localhost" || slices.ContainsFunc(s.options.Names, func(name string) bool {
		return strings.EqualFold(strings.TrimSuffix(name, "."), host)
	})
}

// bare is a host without its port and brackets, and without the dot that ends a
// full name.
func bare(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.TrimSuffix(host, ".")
}

func misdirected(host string) string {
	return fmt.Sprintf("%q is no name of this host that it knows of. If it is one, say so in the configuration:\n\n[web]\nnames = [%q]\n", bare(host), bare(host))
}

// allowed tells whether a request shows a password that is right, where one is
// needed.
func (s *Server) allowed(r *http.Request) bool {
	if s.options.Passwords == nil {
		return true
	}
	user, password, ok := r.BasicAuth()
	return ok && s.options.Passwords.right(r.Context(), who(r.RemoteAddr), user, password)
}
