package doctor

import (
	"net/netip"
	"slices"
	"testing"
)

const udp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
   97: 0100007F:007B 00000000:0000 07 00000000:00000000 00:00000000 00000000   112        0 4711 2 0000000000000000 0
  120: B80D0120000000000000000001000000:2B73 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 9001 2 0000000000000000 0
 broken: line
`

func TestSocketsOfTheKernelAreRead(t *testing.T) {
	want := []socket{{netip.MustParseAddrPort("127.0.0.1:123"), "4711"}, {netip.MustParseAddrPort("[2001:db8::1]:11123"), "9001"}}
	if got := parseSockets(udp); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func FuzzSockets(f *testing.F) {
	f.Add(udp)
	f.Fuzz(func(_ *testing.T, text string) { parseSockets(text) })
}

func TestAFirewallIsShutOnlyWhenNothingLetsTheRequestIn(t *testing.T) {
	nft := func(policy, rules string) string {
		return "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy " + policy + ";\n" + rules + "\t}\n}\n"
	}
	for name, c := range map[string]struct{ got, want bool }{
		"nft drops":                   {shutsNFT(nft("drop", "\t\ttcp dport 22 accept\n"), "123"), true},
		"nft accepts by name":         {shutsNFT(nft("drop", "\t\tudp dport ntp accept\n"), "123"), false},
		"nft accepts by number":       {shutsNFT(nft("drop", "\t\tip saddr 10.0.0.0/8 accept\n\t\tudp dport 123 counter packets 0 bytes 0 accept\n"), "123"), false},
		"nft accepts a set":           {shutsNFT(nft("drop", "\t\tudp dport { 53, 123 } accept\n"), "123"), false},
		"nft accepts another":         {shutsNFT(nft("drop", "\t\tudp dport { 53, 1234 } accept\n"), "123"), true},
		"nft accepts all":             {shutsNFT(nft("accept", ""), "123"), false},
		"nft rejects what is left":    {shutsNFT(nft("accept", "\t\ttcp dport 22 accept\n\t\tcounter packets 1 bytes 2 reject\n"), "123"), true},
		"nft jumps":                   {shutsNFT(nft("drop", "\t\tjump services\n"), "123"), false},
		"nft has no hook":             {shutsNFT("table ip nat {\n}\n", "123"), false},
		"iptables drops":              {shutsIPTables("-P INPUT DROP\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n", "123"), true},
		"iptables accepts":            {shutsIPTables("-P INPUT DROP\n-A INPUT -p udp -m udp --dport 123 -j ACCEPT\n", "123"), false},
		"iptables accepts several":    {shutsIPTables("-P INPUT DROP\n-A INPUT -p udp -m multiport --dports 53,123 -j ACCEPT\n", "123"), false},
		"iptables jumps":              {shutsIPTables("-P INPUT DROP\n-A INPUT -j ufw-before-input\n", "123"), false},
		"iptables is open":            {shutsIPTables("-P INPUT ACCEPT\n", "123"), false},
		"iptables rejects at the end": {shutsIPTables("-P INPUT ACCEPT\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\n", "123"), true},
		"ufw":                         {opensUFW("### tuple ### allow udp 123 0.0.0.0/0 any 0.0.0.0/0 in\n", "123"), true},
		"ufw without it":              {opensUFW("### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n", "123"), false},
		"ufw status":                  {opensUFW("Status: active\n\n123/udp                    ALLOW       Anywhere\n", "123"), true},
		"firewalld by service":        {opensFirewalld("public (active)\n  services: dhcpv6-client ntp ssh\n", "123"), true},
		"firewalld by port":           {opensFirewalld("public (active)\n  services: ssh\n  ports: 123/udp\n", "123"), true},
		"firewalld without it":        {opensFirewalld("public (active)\n  target: default\n  services: ssh\n", "123"), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v", name, c.got)
		}
	}
}

func TestOfEachListenedAddressItIsAskedThere(t *testing.T) {
	own := []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")}
	got := asked([]string{"0.0.0.0:123", "[::]:123", "192.0.2.1:123", "127.0.0.1:11123", "nonsense"}, own)
	if want := []string{"127.0.0.1:123", "192.0.2.1:123", "[2001:db8::1]:123", "127.0.0.1:11123"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestThePinIsTheNameInHexadecimal(t *testing.T) {
	for _, c := range [][3]string{
		{"pps@12.-1", "", "GPIO 18"}, {"soc:pps@4.-1", "", "GPIO 4"}, {"pps@12", "", "GPIO 18"}, {"serial0", "/dev/ttyS0", "DCD /dev/ttyS0"}, {"ktimer", "", "ktimer"},
	} {
		if got := where(c[0], c[1]); got != c[2] {
			t.Errorf("%v: %s", c, got)
		}
	}
}

func TestADeviceIsOpenToItsOwnerItsGroupOrAll(t *testing.T) {
	a := account{997, []int{997, 20}}
	for _, c := range []struct {
		Owned
		want bool
	}{
		{Owned{0, 20, 0o660}, true}, {Owned{0, 20, 0o640}, false}, {Owned{0, 5, 0o620}, false}, {Owned{997, 0, 0o600}, true}, {Owned{0, 0, 0o666}, true}, {Owned{997, 20, 0o060}, false},
	} {
		if got := a.may(c.Owned); got != c.want {
			t.Errorf("%+v: %v", c.Owned, got)
		}
	}
}
