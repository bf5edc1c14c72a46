package network

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/hw/peer"
	"gpsntpd/refclock"
	"gpsntpd/refclock/ntp"
)

// fake is a server on loopback that answers as answer says: with any number of packets.
type fake struct {
	*net.UDPConn
	port uint16
}

// utc is what the host's clock shows.
func utc() refclock.UTC { return refclock.UTC(clock.Host{}.Read().Time) }

func serve(t *testing.T, answer func(asked refclock.Packet, good refclock.Packet) [][]byte) fake {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		b := make([]byte, 2048)
		for {
			n, from, err := c.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			came := utc()
			asked, _ := refclock.ParsePacket(b[:n])
			good := refclock.Packet{
				Version: 4, Mode: refclock.ServerMode, Stratum: 1, RefID: refclock.RefIDOf("GPS"), Reference: refclock.TimestampOf(came - 1e9),
				Origin: asked.Transmit, Receive: refclock.TimestampOf(came), Transmit: refclock.TimestampOf(utc()),
			}
			for _, packet := range answer(asked, good) {
				_, _ = c.WriteToUDPAddrPort(packet, from)
			}
		}
	}()
	return fake{c, c.LocalAddr().(*net.UDPAddr).AddrPort().Port()}
}

func put(p refclock.Packet) []byte {
	b := make([]byte, refclock.PacketSize)
	p.Put(b)
	return b
}

// asking runs a pump until the test ends.
func asking(t *testing.T, p *Pump) (<-chan refclock.Peer, <-chan refclock.Exchange) {
	t.Helper()
	peers, exchanges := make(chan refclock.Peer, 1000), make(chan refclock.Exchange, 1000)
	p.Clock, p.Now, p.Random = clock.Host{}, utc, rand.Reader
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx, News{Peers: peers, Exchanges: exchanges}) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return peers, exchanges
}

func at(s fake, options string) config.TimeServer {
	c, _ := config.ParseTimeServer(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), s.port).String() + options)
	return c
}

func TestAnAnswerBecomesAnExchange(t *testing.T) {
	t.Parallel()
	s := serve(t, func(_, good refclock.Packet) [][]byte { return [][]byte{put(good)} })
	peers, exchanges := asking(t, &Pump{Number: 5, Server: at(s, " poll=1s")})
	x := <-exchanges
	if x.Server != 5 || x.Stratum != 1 || x.Delay() < 0 || x.Came < x.Sent {
		t.Errorf("%+v", x)
	}
	for p := range peers {
		if p.State == "ok" {
			if p.Server != 5 || p.Reach&1 == 0 || p.Exchanges != 1 || p.Address.Port() != s.port || p.Proof != refclock.ProofNone {
				t.Errorf("%+v", p)
			}
			break
		}
	}
}

func TestAHostileServerYieldsNoExchangeAndNoBusyLoop(t *testing.T) {
	t.Parallel()
	s := serve(t, func(asked, good refclock.Packet) (all [][]byte) {
		bad := good
		bad.Origin++
		all = append(all, put(bad))
		for _, change := range []func(p *refclock.Packet){
			func(p *refclock.Packet) { p.Mode = refclock.BroadcastMode },
			func(p *refclock.Packet) { p.Version = 3 },
			func(p *refclock.Packet) { p.Stratum, p.RefID, p.Origin = 0, refclock.RefIDOf("DENY"), asked.Transmit+1 },
		} {
			p := good
			change(&p)
			all = append(all, put(p))
		}
		all = append(all, nil, []byte("x"), put(good)[:47], make([]byte, 2000))
		for range 200 { // a flood
			all = append(all, put(bad))
		}
		return all
	})
	peers, exchanges := asking(t, &Pump{Server: at(s, " poll=1s")})
	for p := range peers {
		if p.Requests < 4 {
			continue
		}
		for _, r := range []*refclock.Reason{ntp.ErrOrigin, ntp.ErrMode, ntp.ErrVersion, ntp.ErrShort} {
			if p.Reasons[r] == 0 {
				t.Errorf("no %s in %v", r.Word, p.Reasons)
			}
		}
		if n := p.Reasons[ntp.ErrOrigin]; n > 4*mostPackets {
			t.Error("packets looked at:", n)
		}
		break
	}
	select {
	case x := <-exchanges:
		t.Errorf("%+v", x)
	default:
	}
}

func TestAKissOfDeathEndsTheQuestions(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 100)
	s := serve(t, func(_, good refclock.Packet) [][]byte {
		asked <- struct{}{}
		good.Stratum, good.RefID = 0, refclock.RefIDOf("DENY")
		return [][]byte{put(good)}
	})
	peers, _ := asking(t, &Pump{Server: at(s, " poll=1s")})
	for p := range peers {
		if p.State == refclock.PeerRefused && p.Requests == 1 && len(asked) == 1 {
			break
		}
	}
}

// lookup is a resolver with one answer after the other, the last one for ever.
type lookup struct {
	answers [][]netip.Addr
	asked   int
}

func (l *lookup) LookupNetIP(ctx context.Context, _, _ string) ([]netip.Addr, error) {
	i := min(l.asked, len(l.answers)-1)
	l.asked++
	if l.answers[i] == nil {
		return nil, errors.New("no such host")
	}
	return l.answers[i], nil
}

func (*lookup) LookupSRV(context.Context, string, string, string) (string, []*net.SRV, error) {
	return "", nil, errors.New("no such record")
}

func TestANameWithoutAnAddressIsAStateAndNoBusyLoop(t *testing.T) {
	t.Parallel()
	r := &lookup{answers: [][]netip.Addr{nil}}
	peers, _ := asking(t, &Pump{Server: config.TimeServer{Host: "a.lan"}, Resolver: r})
	if p := <-peers; p.State != refclock.PeerNoAddress || p.Address.IsValid() {
		t.Errorf("%+v", p)
	}
	if r.asked != 1 {
		t.Error(r.asked, "lookups")
	}
}

func TestADeadAddressIsLeftForTheNextOne(t *testing.T) {
	t.Parallel()
	s := serve(t, func(_, good refclock.Packet) [][]byte { return [][]byte{put(good)} })
	r := &lookup{answers: [][]netip.Addr{{netip.MustParseAddr("127.0.0.2"), netip.MustParseAddr("127.0.0.1")}}} // at the first no one listens
	server := at(s, " poll=1s")
	server.Host = "two.lan"
	_, exchanges := asking(t, &Pump{Server: server, Resolver: r})
	began := clock.Host{}.Read().Raw
	if x := <-exchanges; x.Sent.Sub(began) > time.Minute {
		t.Errorf("after %v", x.Sent.Sub(began))
	}
}

func TestOurOwnAddressesAreKnownByTheirIdentifiers(t *testing.T) {
	t.Parallel()
	p := &Pump{Clock: clock.Host{}}
	own, err := peer.Own()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range own {
		if p.isOwn(refclock.RefIDOfAddress(a)) == a.IsLoopback() {
			t.Errorf("%v: %t", a, a.IsLoopback())
		}
	}
	if p.isOwn(refclock.RefID{192, 0, 2, 250}) {
		t.Error("a stranger's")
	}
	left := refclock.RefID{192, 0, 2, 251} // the address of a virtual router that is elsewhere now
	p.own[left], p.ownAt = clock.Host{}.Read().Raw-hw.Raw(time.Minute), 0
	if !p.isOwn(left) {
		t.Error("forgotten after a minute")
	}
	p.own[left], p.ownAt = clock.Host{}.Read().Raw-hw.Raw(2*time.Hour), 0
	if p.isOwn(left) {
		t.Error("remembered for ever")
	}
}
