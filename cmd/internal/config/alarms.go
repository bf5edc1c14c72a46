package config

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gpsntpd/server/notice"
)

const off = "off"

// program is a path and arguments; none is "off".
func program(p *[]string) value {
	return value{
		want: `"off", or the path of a program, or a list of that and its arguments`,
		set: func(words []string) bool {
			switch {
			case len(words) == 1 && words[0] == off:
				*p = nil
				return true
			case len(words) == 0 || !isPath(words[0]) || slices.ContainsFunc(words, hasZero):
				return false
			}
			*p = words
			return true
		},
		text: func() string {
			if len(*p) == 0 {
				return strconv.Quote(off)
			}
			return "[" + strings.Join(quote(*p), ", ") + "]"
		},
	}
}

func hasZero(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return r < ' ' })
}

// syslog is where its lines go.
func syslog(p *notice.Syslog) value {
	return or(p, off, one(
		`a facility such as "local0", an address and port such as "192.0.2.1:514", or both as in "local0@192.0.2.1:514"`,
		func(word string) bool {
			s, ok := notice.ParseSyslog(word)
			if ok {
				*p = s
			}
			return ok
		},
		func() string { return strconv.Quote(p.Word()) },
	))
}

// isWebhook reports whether a word is a URL that can be posted to.
func isWebhook(word string) bool {
	u, err := url.Parse(word)
	return isPrintable(word) && err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
