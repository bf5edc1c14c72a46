package httpd

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Names are what this host is called.
type Names []string

// Ours reports whether a request names us as its host. A foreign page can give its own
// name our address (DNS rebinding) and would then read as if it were ours; but the name
// stays its own. With TLS the certificate sees to that.
func (n Names) Ours(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	host := strings.ToLower(Bare(r.Host))
	if _, err := netip.ParseAddr(host); err == nil {
		return true // no one rebinds an address
	}
	return host == "localhost" || slices.ContainsFunc(n, func(name string) bool {
		return strings.EqualFold(strings.TrimSuffix(name, "."), host)
	})
}

// Misdirected refuses a request that names another host.
func Misdirected(w http.ResponseWriter, r *http.Request) {
	host := Bare(r.Host)
	http.Error(w, fmt.Sprintf("%q is no name of this host that it knows of. If it is one, say so in the configuration:\n\n[web]\nnames = [%q]\n", host, host),
		http.StatusMisdirectedRequest)
}

// Bare is a host without its port and brackets, and without the dot that ends a full
// name.
func Bare(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.TrimSuffix(host, ".")
}
