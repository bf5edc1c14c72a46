package config

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Network is the servers that are asked for the time.
type Network struct {
	Servers     []TimeServer
	Authorities string // path of certificates that are trusted beside the system's; "": none
}

// TimeServer is a network server, written as its name and options behind it.
type TimeServer struct {
	Host     string // an address, a name, or that of an SRV record
	Port     uint16 // of NTP, or of the key exchange; 0: the usual one
	NTS      bool
	Shortest time.Duration // between two requests; 0: by where it is …
	Longest  time.Duration // … the same
	Key      uint32        // number of the symmetric key in server.keys; 0: none

	Interleave bool // RFC 9769
	Sibling    bool // an appliance of our own, whose receiver may be wrong as ours may
}

const (
	schemeNTS    = "nts://"
	shortestPoll = time.Second
	longestPoll  = 36 * time.Hour
)

// String returns s as ParseTimeServer reads it.
func (s TimeServer) String() string { return s.Place() + s.options() }

// Place is s without its options.
func (s TimeServer) Place() string {
	var b strings.Builder
	if s.NTS {
		b.WriteString(schemeNTS)
	}
	host := s.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	b.WriteString(host)
	if s.Port != 0 {
		fmt.Fprintf(&b, ":%d", s.Port)
	}
	return b.String()
}

func (s TimeServer) options() string {
	var b strings.Builder
	switch {
	case s.Shortest == 0:
	case s.Shortest == s.Longest:
		fmt.Fprintf(&b, " poll=%v", s.Shortest)
	default:
		fmt.Fprintf(&b, " poll=%v-%v", s.Shortest, s.Longest)
	}
	if s.Key != 0 {
		fmt.Fprintf(&b, " key=%d", s.Key)
	}
	if s.Interleave {
		b.WriteString(" xleave")
	}
	if s.Sibling {
		b.WriteString(" sibling")
	}
	return b.String()
}

// ParseTimeServer reads a server: "ntp1.lan", "192.0.2.1:11123 poll=1s xleave",
// "nts://time.example poll=64s-1024s".
func ParseTimeServer(word string) (s TimeServer, ok bool) {
	fields := strings.Fields(word)
	if len(fields) == 0 {
		return s, false
	}
	place, isNTS := strings.CutPrefix(fields[0], schemeNTS)
	s.NTS = isNTS
	if s.Host, s.Port, ok = hostPort(place); !ok {
		return s, false
	}
	for _, option := range fields[1:] {
		if !s.option(option) {
			return s, false
		}
	}
	return s, !s.NTS || s.Key == 0 && !strings.HasPrefix(s.Host, "_")
}

func (s *TimeServer) option(word string) bool {
	name, value, _ := strings.Cut(word, "=")
	switch name {
	case "poll":
		shortest, longest, isRange := strings.Cut(value, "-")
		if !isRange {
			longest = shortest
		}
		var errs [2]error
		s.Shortest, errs[0] = time.ParseDuration(shortest)
		s.Longest, errs[1] = time.ParseDuration(longest)
		return errs[0] == nil && errs[1] == nil && s.Shortest >= shortestPoll && s.Shortest <= s.Longest && s.Longest <= longestPoll
	case "key":
		n, err := strconv.ParseUint(value, 10, 32)
		s.Key = uint32(n)
		return err == nil && n != 0
	}
	switch word {
	case "xleave":
		s.Interleave = true
	case "sibling":
		s.Sibling = true
	default:
		return false
	}
	return true
}

// hostPort reads a name or an address, with a port or without.
func hostPort(word string) (host string, port uint16, ok bool) {
	if a, err := netip.ParseAddrPort(word); err == nil {
		return a.Addr().String(), a.Port(), a.Port() != 0 && !a.Addr().IsUnspecified() && !a.Addr().IsMulticast()
	}
	if a, err := netip.ParseAddr(strings.Trim(word, "[]")); err == nil {
		return a.String(), 0, !a.IsUnspecified() && !a.IsMulticast()
	}
	host, service, has := strings.Cut(word, ":")
	if has {
		n, err := strconv.ParseUint(service, 10, 16)
		if err != nil || n == 0 {
			return "", 0, false
		}
		port = uint16(n)
	}
	return host, port, len(host) <= 253 && isName(host)
}

// timeServers are those that are asked.
func timeServers(p *[]TimeServer) value {
	return many(p, `a name or an address with options behind it, such as "ntp1.lan", "192.0.2.1 poll=1s xleave", "nts://time.example", "ntp2.lan key=7 sibling"`, ParseTimeServer)
}
