package ntp

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

func prefixes(words ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, w := range words {
		all = append(all, netip.MustParsePrefix(w))
	}
	return all
}

func TestTheNeighbourhoodIsAnsweredAndTheInternetIsNot(t *testing.T) {
	l := NewAccess(Nearby(), nil, nil)
	for address, want := range map[string]bool{
		"127.0.0.1": true, "127.255.255.255": true, "::1": true, "::ffff:127.0.0.1": true,
		"10.0.0.0": true, "10.255.255.255": true, "9.255.255.255": false, "11.0.0.0": false,
		"172.16.0.1": true, "172.31.255.255": true, "172.32.0.0": false, "172.15.255.255": false,
		"192.168.0.1": true, "192.169.0.0": false, "169.254.1.1": true,
		"fe80::1": true, "fe80::1%eth0": true, "febf:ffff::1": true, "fec0::1": false,
		"fc00::1": true, "fdff::1": true, "fe00::1": false, "::ffff:10.1.2.3": true, "::ffff:8.8.8.8": false,
		"100.64.0.1": false, "8.8.8.8": false, "2001:db8::1": false, "::2": false, "::": false,
		"0.0.0.0": false, "224.0.1.1": false, "255.255.255.255": false, "ff02::101": false, "ffff::": false,
	} {
		if got := l.Allows(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestTheLongestPrefixDecidesAndADeniedOneWinsATie(t *testing.T) {
	l := NewAccess(
		prefixes("0.0.0.0/0", "10.1.2.0/24", "10.1.2.3/32", "192.168.7.0/24", "2001:db8::/32"),
		prefixes("10.0.0.0/8", "10.1.2.3/32", "10.1.2.64/26", "127.0.0.0/8", "192.168.7.9/32", "2001:db8:5::/48", "255.255.255.0/24"),
		[]netip.Addr{netip.MustParseAddr("192.168.7.9"), netip.MustParseAddr("fe80::9%eth0"), netip.MustParseAddr("255.255.255.254")},
	)
	for address, want := range map[string]bool{
		"8.8.8.8": true, "10.9.9.9": false, "10.1.2.1": true, "10.1.2.3": false, "10.1.2.64": false, "10.1.2.128": true,
		"127.0.0.1": true, "192.168.7.9": true, "fe80::9": true, "fe80::9%eth1": true, "fe80::8": false, "224.0.0.1": false,
		"2001:db8::1": true, "2001:db8:5::1": false, "2001:db8:5:ffff:ffff:ffff:ffff:ffff": false, "2001:db8:6::": true,
	} {
		if got := l.Allows(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestTheZeroListAdmitsNobody(t *testing.T) {
	if l := (Access{}); l.Allows(netip.MustParseAddr("127.0.0.1")) {
		t.Error("it does")
	}
}

// random returns prefixes of random length around few addresses, so that they nest
// and touch.
func random(r *rand.Rand, n int) []netip.Prefix {
	var all []netip.Prefix
	for range n {
		a := randomAddr(r)
		all = append(all, netip.PrefixFrom(a, r.IntN(a.BitLen()+1)).Masked())
	}
	return all
}

func randomAddr(r *rand.Rand) netip.Addr {
	b := [16]byte{0x20, 1, 15: byte(r.IntN(4))}
	b[r.IntN(16)] ^= 1 << r.IntN(8)
	if r.IntN(2) == 0 {
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return netip.AddrFrom16(b)
}

func TestTheListSaysWhatGoingThroughAllPrefixesSays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		allow, deny := random(r, 12), random(r, 12)
		l := NewAccess(allow, deny, nil)
		for range 100 {
			a := randomAddr(r)
			want := longest(Loopbacks(), a) >= 0 || longest(nobodies(), a) < 0 && longest(allow, a) > longest(deny, a)
			if got := l.Allows(a); got != want {
				t.Fatalf("%v: %v, allow %v, deny %v", a, got, allow, deny)
			}
		}
	}
}

func BenchmarkAccess(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	l := NewAccess(append(Nearby(), random(r, 20)...), random(r, 20), nil)
	var asked [256]netip.Addr
	for i := range asked {
		asked[i] = netip.AddrFrom4([4]byte{10, byte(r.IntN(256)), byte(r.IntN(256)), byte(i)})
	}
	for i := 0; b.Loop(); i++ {
		l.Allows(asked[i%len(asked)])
	}
}

func TestThePrefixesOfAListAreTheAddressesThatMayAsk(t *testing.T) {
	allow := []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("10.1.2.3/32"), netip.MustParsePrefix("2001:db8::/32"),
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0"),
	}
	deny := []netip.Prefix{
		netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("2001:db8:1::/48"), netip.MustParsePrefix("223.255.255.255/32"),
		netip.MustParsePrefix("203.0.113.77/32"), netip.MustParsePrefix("2001:db8::ffff/128"),
	}
	for n := range 1 << (len(allow) + len(deny)) {
		var yes, no []netip.Prefix
		for i, p := range slices.Concat(allow, deny) {
			switch {
			case n>>i&1 == 0:
			case i < len(allow):
				yes = append(yes, p)
			default:
				no = append(no, p)
			}
		}
		l := NewAccess(yes, no, nil)
		all := slices.Collect(l.Prefixes())
		for _, p := range slices.Concat(allow, deny, Nearby(), Loopbacks(), nobodies()) {
			for _, a := range []netip.Addr{p.Addr().Prev(), p.Addr(), p.Addr().Next(), last(p).Prev(), last(p), last(p).Next()} {
				in := 0
				for _, q := range all {
					if q != q.Masked() {
						t.Fatalf("%v has more bits than its length", q)
					}
					if q.Contains(a) {
						in++
					}
				}
				if a.IsValid() && (in > 1 || (in == 1) != l.Allows(a)) {
					t.Fatalf("allow %v deny %v: %v is in %d of %v", yes, no, a, in, all)
				}
			}
		}
	}
}
