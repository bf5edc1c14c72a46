package verify

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Target is a host, and perhaps by what it is to be asked.
type Target struct {
	Text   string // as the operator wrote it
	Method Method // "": by whatever answers
	Host   string
	Port   string // "": the usual one

	via func(context.Context) (net.Conn, error) // nil: by TCP
}

// mostTargets are more hosts than one place has.
const mostTargets = 10_000

// errForm says how a target is written.
var errForm = errors.New("expected HOST, HOST:PORT or METHOD://HOST[:PORT] with ntp, redis, node, http or https")

// Parse reads a target.
func Parse(text string) (t Target, err error) {
	t.Text = text
	rest := text
	if scheme, host, named := strings.Cut(text, "://"); named {
		t.Method, rest = Method(scheme), strings.TrimSuffix(host, "/")
		if usualPort(t.Method) == "" {
			return t, fmt.Errorf("%s: %w", text, errForm)
		}
	}
	if bare := strings.Trim(rest, "[]"); isAddress(bare) || !strings.Contains(rest, ":") {
		t.Host = bare
	} else if t.Host, t.Port, err = net.SplitHostPort(rest); err != nil {
		return t, fmt.Errorf("%s: %w", text, errForm)
	}
	if port, err := strconv.ParseUint(t.Port, 10, 16); t.Port != "" && (err != nil || port == 0) {
		return t, fmt.Errorf("%s: the port is a number from 1 to 65535", text)
	}
	if t.Host == "" || strings.ContainsAny(t.Host, "/ @?#") {
		return t, fmt.Errorf("%s: %w", text, errForm)
	}
	if t.Method == "" && t.Port != "" {
		t.Method = HTTP
		for _, m := range methods {
			if m.port == t.Port {
				t.Method = m.Method
			}
		}
	}
	return t, nil
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

func usualPort(method Method) string {
	for _, m := range methods {
		if m.Method == method {
			return m.port
		}
	}
	return ""
}

// List reads targets, one a line; what follows a # is a remark.
func List(r io.Reader) (texts []string, err error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimSpace(text); text != "" {
			texts = append(texts, text)
		}
		if len(texts) > mostTargets {
			return nil, fmt.Errorf("more than %d hosts", mostTargets)
		}
	}
	return texts, lines.Err()
}

// ParseAll reads targets, each of them once.
func ParseAll(texts []string) (all []Target, err error) {
	there := map[string]bool{}
	for _, text := range texts {
		if there[text] {
			continue
		}
		there[text] = true
		t, err := Parse(text)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// address is where the target is asked.
func (t Target) address() string { return net.JoinHostPort(t.Host, t.Port) }
