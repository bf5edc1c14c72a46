package ntp

import (
	"iter"
	"math/bits"
	"net/netip"
	"slices"
)

// Nearby are the addresses that are answered unless the operator says
// otherwise: those that no router of the Internet forwards (RFC 1918, RFC 3927,
// RFC 4193, RFC 4291). 100.64.0.0/10 (RFC 6598) is not among them: behind a
// carrier's translation it is strangers.
func Nearby() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
		netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("fc00::/7"),
	}
}

// Loopbacks are the addresses that are always answered: no one has them outside
// of this host.
func Loopbacks() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// nobodies are addresses that no single host sends from: this network,
// multicast, reserved, broadcast. They are never answered, whatever is allowed.
func nobodies() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("224.0.0.0/3"),
		netip.MustParsePrefix("::/128"), netip.MustParsePrefix("ff00::/8"),
	}
}

// Access tells who may ask. It never changes. The zero value admits no one.
type Access struct {
	spans []span // in order of their addresses, IPv4 first, without gaps
}

// span is a run of addresses that are treated alike, up to the next span.
type span struct {
	first   netip.Addr
	allowed bool
}

// NewAccess makes a list of which the longest prefix that holds an address
// decides, and the denied of two that are equal. What is in neither is denied.
// Loopback and own, the host's addresses, may ask always: the daemon watches
// itself.
func NewAccess(allow, deny []netip.Prefix, own []netip.Addr) Access {
	always, never := Loopbacks(), nobodies()
	for _, a := range own {
		a = a.Unmap().WithZone("")
		always = append(always, netip.PrefixFrom(a, a.BitLen()))
	}
	firsts := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	for _, p := range slices.Concat(always, never, allow, deny) {
		firsts = append(firsts, p.Masked().Addr())
		if next := last(p).Next(); next.IsValid() {
			firsts = append(firsts, next)
		}
	}
	slices.SortFunc(firsts, netip.Addr.Compare)
	var a Access
	for _, first := range slices.Compact(firsts) {
		allowed := longest(always, first) >= 0 ||
			longest(never, first) < 0 && longest(allow, first) > longest(deny, first)
		a.spans = append(a.spans, span{first, allowed})
	}
	return a
}

// last returns the last address of p.
func last(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// longest returns the length of the longest of prefixes that holds a, −1 when
// none does.
func longest(prefixes []netip.Prefix, a netip.Addr) int {
	bits := -1
	for _, p := range prefixes {
		if p.Contains(a) {
			bits = max(bits, p.Bits())
		}
	}
	return bits
}

// Allows reports whether a may ask.
func (l *Access) Allows(a netip.Addr) bool {
	a = a.Unmap()
	low, high := 0, len(l.spans) // a is not before low and before high; slices.BinarySearchFunc takes 1.6 times as long
	for high-low > 1 {
		if middle := (low + high) / 2; l.spans[middle].first.Compare(a) <= 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return low < high && l.spans[low].allowed
}

// Prefixes lists the addresses that may ask as prefixes that do not overlap, IPv4
// first.
func (l *Access) Prefixes() iter.Seq[netip.Prefix] {
	return func(yield func(netip.Prefix) bool) {
		for i, s := range l.spans {
			for first := s.first; s.allowed && first.IsValid(); {
				p := netip.PrefixFrom(first, first.BitLen()-zeros(first))
				for i+1 < len(l.spans) && l.spans[i+1].first.Is4() == first.Is4() && last(p).Compare(l.spans[i+1].first) >= 0 {
					p = netip.PrefixFrom(first, p.Bits()+1)
				}
				if !yield(p) {
					return
				}
				if first = last(p).Next(); i+1 < len(l.spans) && first == l.spans[i+1].first {
					break
				}
			}
		}
	}
}

// zeros is how many bits at the end of a are 0.
func zeros(a netip.Addr) (n int) {
	b := a.AsSlice()
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != 0 {
			return n + bits.TrailingZeros8(b[i])
		}
		n += 8
	}
	return n
}
