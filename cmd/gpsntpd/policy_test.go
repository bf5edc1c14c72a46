package main

import (
	"net"
	"net/netip"
	"testing"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
)

func TestAHostThatAdmitsNobodyStillAnswersItself(t *testing.T) {
	addresses, err := net.InterfaceAddrs()
	if err != nil || len(addresses) == 0 {
		t.Fatal(addresses, err)
	}
	p := policy(config.Server{Listen: []string{":123", "203.0.113.7:123", "[2001:db8::7]:123"}}, zerolog.Nop())
	own := []string{"127.0.0.1", "::1", "203.0.113.7", "2001:db8::7"}
	for _, a := range addresses {
		own = append(own, a.(*net.IPNet).IP.String())
	}
	for _, a := range own {
		if !p.Access.Allows(netip.MustParseAddr(a)) {
			t.Errorf("%s is denied", a)
		}
	}
	for _, a := range []string{"203.0.113.8", "2001:db8::8"} {
		if p.Access.Allows(netip.MustParseAddr(a)) {
			t.Errorf("%s is allowed", a)
		}
	}
}
