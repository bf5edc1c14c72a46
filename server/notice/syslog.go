package notice

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"
)

// Syslog sends each notice to the host's syslog, or by UDP to another one, as
// a line of RFC 5424.
type Syslog struct {
	Facility int    // RFC 5424, table 1
	Network  string // "unixgram" or "udp"
	Address  string // a path, or address and port
}

// Where the host's syslog listens.
const devLog = "/dev/log"

// facilities that programs may use, by their codes.
var facilities = map[string]int{
	"user": 1, "daemon": 3, "local0": 16, "local1": 17, "local2": 18, "local3": 19,
	"local4": 20, "local5": 21, "local6": 22, "local7": 23,
}

// ParseSyslog reads "local0", "192.0.2.1:514" or "local0@192.0.2.1:514".
func ParseSyslog(word string) (Syslog, bool) {
	s := Syslog{facilities["daemon"], "unixgram", devLog}
	facility, address, both := strings.Cut(word, "@")
	if !both && strings.Contains(word, ":") {
		facility, address = "daemon", word
	}
	code, ok := facilities[facility]
	if !ok {
		return Syslog{}, false
	}
	s.Facility = code
	if address != "" || both {
		if _, err := netip.ParseAddrPort(address); err != nil {
			return Syslog{}, false
		}
		s.Network, s.Address = "udp", address
	}
	return s, true
}

// Word is s as ParseSyslog reads it.
func (s Syslog) Word() string {
	for facility, code := range facilities {
		switch {
		case code != s.Facility:
		case s.Network == "udp":
			return facility + "@" + s.Address
		default:
			return facility
		}
	}
	return ""
}

// String implements Way.
func (s Syslog) String() string { return "syslog " + s.Address }

// sendTimeout is how long a full socket may block.
const sendTimeout = 2 * time.Second

// Try implements Way. Syslog answers nothing.
func (s Syslog) Try(ctx context.Context, n Notice) (answer string, err error) {
	dialer := net.Dialer{Timeout: sendTimeout}
	c, err := dialer.DialContext(ctx, s.Network, s.Address)
	if err != nil {
		return "", passing{error: err, away: s.Network == "udp"} // no route; the socket of this host is there or is not
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(sendTimeout)); err != nil {
		return "", err
	}
	_, err = c.Write([]byte(s.line(n, os.Getpid())))
	return "", err
}

// Severities of RFC 5424, table 2.
const (
	severityCritical = 2
	severityWarning  = 4
	severityNotice   = 5
)

// line is n as RFC 5424, section 6, has it: priority, version, time, host,
// program, process, the code as the kind of message, no structured elements,
// and the text.
func (s Syslog) line(n Notice, process int) string {
	severity := severityWarning
	switch {
	case n.State == Cleared:
		severity = severityNotice
	case n.Severity == "critical":
		severity = severityCritical
	}
	text := n.State + ": " + n.Text
	if n.State == Raised {
		text += " " + n.Remedy
	}
	return fmt.Sprintf("<%d>1 %s %s gpsntpd %d %s - %s", s.Facility*8+severity,
		n.Time.UTC().Format("2006-01-02T15:04:05.000000Z"), printable(n.Host, 255), process, printable(n.Code, 32), oneLine(text))
}

// printable is s as a field of the header: ASCII without spaces, "-" for none.
func printable(s string, most int) string {
	kept := strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
	if kept == "" {
		return "-"
	}
	return kept[:min(len(kept), most)]
}

func oneLine(s string) string {
	return strings.Join(slices.Collect(strings.FieldsFuncSeq(s, func(r rune) bool { return r < ' ' })), " ")
}
