package ke

import (
	"io"
	"net"
	"net/netip"
	"testing"
	"time"
)

// hello is how a handshake begins: 512 bytes are to follow.
var hello = []byte{22, 3, 1, 2, 0, 1}

// besiege opens eight connections from each of 40 clients, which say so much and
// nothing more.
func (w *world) besiege(t *testing.T, say []byte) {
	t.Helper()
	for i := range 40 * 8 {
		from := &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(i/8))}
		conn, err := (&net.Dialer{LocalAddr: from}).Dial("tcp", w.Counters().Listen[0])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		_, _ = conn.Write(say) // it may have been closed already
	}
}

func TestConnectionsThatSayNothingKeepNobodyOut(t *testing.T) {
	w := begin(t)
	w.besiege(t, nil)
	ask(t, w.dial(t, 0, 0, protocol), usual)
}

func TestConnectionsThatGreetAndStopKeepNobodyOut(t *testing.T) {
	w := begin(t)
	w.besiege(t, hello)
	ask(t, w.dial(t, 0, 0, protocol), usual)
}

func TestWhoComesTooOftenIsRefusedBeforeItCostsAnything(t *testing.T) {
	w := begin(t)
	w.guard.Charge(netip.MustParseAddr("127.0.0.1"), time.Now(), time.Hour)
	if w.dial(t, 0, 0, protocol).Handshake() == nil {
		t.Error("let in")
	}
	ask(t, w.dial(t, 1, 0, protocol), usual)
	if c := w.Counters(); c.Refused != 1 || c.Exchanges != 1 {
		t.Errorf("%+v", c)
	}
}

func TestOneClientMayHaveSoManyExchangesAtOnceAndASecond(t *testing.T) {
	s, err := Listen(nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	now, client := time.Now(), netip.MustParseAddr("2001:db8::1")
	count := func() (n int) {
		for {
			if _, ok := s.guard.Reserve(client, now, cost, 0); !ok {
				return n
			}
			n++
		}
	}
	if n := count(); n != 65 { // what is over is let in once, and paid for later
		t.Errorf("%d at once", n)
	}
	n := 0
	for range 10 {
		now = now.Add(time.Second)
		n += count()
	}
	if n < 79 || n > 81 {
		t.Errorf("%d in 10 s", n)
	}
}

// held is a connection that keeps what is written until it is let go.
type held struct {
	net.Conn
	on   bool
	kept []byte
}

func (h *held) Write(b []byte) (int, error) {
	if !h.on {
		return h.Conn.Write(b)
	}
	h.kept = append(h.kept, b...)
	return len(b), nil
}

func TestHalfAnAlertBehindTheProposalIsNoTrouble(t *testing.T) {
	w := begin(t)
	line := &held{}
	conn := w.dialBy(t, 0, 0, func(c net.Conn) net.Conn { line.Conn = c; return line }, protocol)
	if err := conn.Handshake(); err != nil {
		t.Fatal(err)
	}
	line.on = true
	if _, err := conn.Write(usual); err != nil {
		t.Fatal(err)
	}
	if _, err := line.Conn.Write(append(line.kept, 21, 3)); err != nil {
		t.Fatal(err)
	}
	if err := line.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	_, _ = io.ReadAll(conn) // an answer or none
	ask(t, w.dial(t, 0, 0, protocol), usual)
}
