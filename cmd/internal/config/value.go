package config

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpsntpd/refclock"
	"gpsntpd/refclock/configure"
	"gpsntpd/server/ntp"
)

// value reads and writes one value of a Config. In a file a value may be a
// string or, where TOML has the type, written without quotes: both are the same
// word here. A list of one may be written as that one.
type value struct {
	want string                    // what a value must be, for people
	set  func(words []string) bool // false: it is not that
	text func() string             // in TOML
}

// one is a value of a single word.
func one(want string, set func(word string) bool, text func() string) value {
	return value{want, func(words []string) bool { return len(words) == 1 && set(words[0]) }, text}
}

// or gives p's zero value a word of its own.
func or[T comparable](p *T, word string, v value) value {
	var zero T
	return value{
		want: strconv.Quote(word) + " or " + v.want,
		set: func(words []string) bool {
			if len(words) == 1 && words[0] == word {
				*p = zero
				return true
			}
			return v.set(words)
		},
		text: func() string {
			if *p == zero {
				return strconv.Quote(word)
			}
			return v.text()
		},
	}
}

// set is a value that p points to once there is one.
func set[T any](p **T, of func(*T) value) value {
	v := new(T)
	if *p != nil {
		*v = **p
	}
	w := of(v)
	read := w.set
	w.set = func(words []string) bool {
		if !read(words) {
			return false
		}
		*p = v
		return true
	}
	return w
}

func duration(p *time.Duration, least, most time.Duration) value {
	return one(
		fmt.Sprintf("a duration from %s to %s", units(least), units(most)),
		func(word string) bool {
			d, err := time.ParseDuration(word)
			if err != nil || d < least || d > most {
				return false
			}
			*p = d
			return true
		},
		func() string { return strconv.Quote(units(*p)) },
	)
}

// units writes d without a µ, which not every keyboard has.
func units(d time.Duration) string { return strings.ReplaceAll(d.String(), "µ", "u") }

func number(p *int, least, most int) value {
	return one(
		fmt.Sprintf("a whole number from %d to %d", least, most),
		func(word string) bool {
			n, err := strconv.ParseInt(word, 0, 32) // with TOML's underscores and 0x
			if err != nil || int(n) < least || int(n) > most {
				return false
			}
			*p = int(n)
			return true
		},
		func() string { return strconv.Itoa(*p) },
	)
}

func date(p *refclock.UTC) value {
	return one(
		"a date such as 2026-11-22, not before GPS began in 1980",
		func(word string) bool {
			t, err := time.Parse(time.DateOnly, word)
			if err != nil || t.Year() < 1980 || t.Year() > 2200 { // 2262 is the end of UTC
				return false
			}
			*p = refclock.UTC(t.UnixNano())
			return true
		},
		func() string { return p.Std().Format(time.DateOnly) },
	)
}

func toggle(p *bool) value {
	return one(
		"true or false",
		func(word string) bool {
			*p = word == "true"
			return *p || word == "false"
		},
		func() string { return strconv.FormatBool(*p) },
	)
}

func choice[T ~string](p *T, words ...string) value {
	quoted := quote(words)
	last := len(quoted) - 1
	want := strings.Join(quoted[:last], ", ") + " or " + quoted[last]
	return text(p, want, func(word string) bool { return slices.Contains(words, word) })
}

func text[T ~string](p *T, want string, good func(string) bool) value {
	return one(
		want,
		func(word string) bool {
			if !good(word) {
				return false
			}
			*p = T(word)
			return true
		},
		func() string { return strconv.Quote(string(*p)) },
	)
}

func list(p *[]string, want string, good func(string) bool) value {
	return value{
		want: want + " or a list of such",
		set: func(words []string) bool {
			if len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return !good(w) }) {
				return false
			}
			*p = words
			return true
		},
		text: func() string { return "[" + strings.Join(quote(*p), ", ") + "]" },
	}
}

// optional is a list that may be empty.
func optional(p *[]string, want string, good func(string) bool) value {
	v := list(p, want, good)
	some := v.set
	v.set = func(words []string) bool {
		if len(words) == 0 {
			*p = nil
			return true
		}
		return some(words)
	}
	return v
}

// many is a list that may be empty, of what read makes of a word.
func many[T fmt.Stringer](p *[]T, want string, read func(word string) (T, bool)) value {
	return value{
		want: want + ", or a list of such",
		set: func(words []string) bool {
			var all []T
			for _, word := range words {
				one, ok := read(word)
				if !ok {
					return false
				}
				all = append(all, one)
			}
			*p = all
			return true
		},
		text: func() string {
			words := make([]string, len(*p))
			for i, one := range *p {
				words[i] = one.String()
			}
			return "[" + strings.Join(quote(words), ", ") + "]"
		},
	}
}

func prefixes(p *[]netip.Prefix) value {
	return many(p, "a prefix such as 192.0.2.0/24 or 2001:db8::/32, an address", prefix)
}

// prefix reads a prefix, or an address as the longest one. Bits that are set
// beyond its length make it none: more would be meant than is said.
func prefix(word string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(word); err == nil {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), a.Zone() == ""
	}
	p, err := netip.ParsePrefix(word)
	return p, err == nil && p == p.Masked() && !p.Addr().Is4In6()
}

// destinations are those to whom broadcasts are sent.
func destinations(p *[]netip.AddrPort) value {
	return many(p, "an address such as 192.0.2.255, 224.0.1.1 or ff02::101%eth0, with a port or without", destination)
}

// destination reads an address for broadcasts. Which of IPv4 are, knows the
// network alone; those of IPv6 are multicast, and within a link need its name.
func destination(word string) (to netip.AddrPort, ok bool) {
	const ntpPort = 123
	if a, err := netip.ParseAddr(word); err == nil {
		to = netip.AddrPortFrom(a, ntpPort)
	} else if to, err = netip.ParseAddrPort(word); err != nil {
		return to, false
	}
	a := to.Addr()
	if a.Is4() {
		return to, !a.IsUnspecified() && to.Port() != 0
	}
	near := a.IsLinkLocalMulticast() || a.IsInterfaceLocalMulticast()
	return to, a.IsMulticast() && to.Port() != 0 && (a.Zone() != "" || !near)
}

func limit(p *ntp.Limit) value {
	return one(
		fmt.Sprintf("%q or requests a second and requests at once such as %q", ntp.Limit{}, ntp.Limit{Rate: 16, Burst: 64}),
		func(word string) bool {
			l, ok := ntp.ParseLimit(word)
			if ok {
				*p = l
			}
			return ok
		},
		func() string { return strconv.Quote(p.String()) },
	)
}

func quote(words []string) []string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = strconv.Quote(word)
	}
	return quoted
}

// isPrintable reports whether a word is ASCII without spaces and not empty.
func isPrintable(word string) bool {
	return word != "" && !strings.ContainsFunc(word, func(r rune) bool { return r <= ' ' || r > '~' })
}

func isPath(word string) bool { return isPrintable(word) && filepath.IsAbs(word) }

// isName reports whether a word can name a host, as browsers write it.
func isName(word string) bool { return isPrintable(word) && !strings.ContainsAny(word, "/:@[]") }

// isPulse reports whether a word can name a pulse device; if that is to be made of
// a serial port, the port needs its path.
func isPulse(word string) bool {
	s := Pulse{Device: word}.Source()
	return isPrintable(word) && s.Line >= 0 && (s.Kind != PulseDCD || isPath(s.Path)) && (s.Kind != PulsePHC || s.Path != "")
}

// isSensor reports whether a word can name a temperature sensor: labels of hwmon
// have spaces in them.
func isSensor(word string) bool {
	return isPrintable(strings.ReplaceAll(word, " ", "_")) && strings.TrimSpace(word) == word
}

// isInterface reports whether a word can name a network interface (IFNAMSIZ).
func isInterface(word string) bool {
	return isPrintable(word) && len(word) < 16 && !strings.ContainsAny(word, "/:")
}

// isConstellation reports whether a word names a satellite system.
func isConstellation(word string) bool { return slices.Contains(configure.Systems(), word) }

func isRefID(word string) bool { return isPrintable(word) && len(word) <= 4 }

func isListen(word string) bool {
	if port, all := strings.CutPrefix(word, ":"); all {
		word = "[::]:" + port
	}
	_, err := netip.ParseAddrPort(word)
	return err == nil
}
