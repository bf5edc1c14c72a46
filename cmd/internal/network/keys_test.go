package network

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/ke"
	"gpsntpd/server/nts"
)

// hand is a clock that a test moves.
type hand struct{ raw hw.Raw }

func (h *hand) Read() hw.Reading             { return hw.Reading{Raw: h.raw} }
func (h *hand) FromKernel(t hw.Time) hw.Time { return t }

// refusing is a server of keys that cannot be reached.
func refusing(h *hand) (*NTS, *int) {
	dials := 0
	return &NTS{
		Host: "time.example", Clock: h, Now: utc, Dated: func() bool { return true }, Random: rand.Reader,
		Client: ke.Client{Dial: func(context.Context, string, string) (net.Conn, error) {
			dials++
			return nil, errors.New("connection refused")
		}},
	}, &dials
}

func TestKeyExchangesKeepToTheirLaw(t *testing.T) {
	h := new(hand)
	n, dials := refusing(h)
	var waits []time.Duration
	for range 40 {
		h.raw = max(h.raw, n.next)
		if _, _, wait, err := n.Ready(t.Context()); err == nil {
			t.Fatal("ready")
		} else {
			waits = append(waits, wait)
		}
		before := *dials
		for range 3 { // too soon
			if _, _, _, err := n.Ready(t.Context()); !errors.Is(err, errTooSoon) || *dials != before {
				t.Fatal(err, *dials)
			}
		}
	}
	want := []time.Duration{10 * time.Second, 15 * time.Second, 22500 * time.Millisecond, 33750 * time.Millisecond}
	for i, w := range want {
		if waits[i] != w {
			t.Errorf("wait %d is %v, want %v", i, waits[i], w)
		}
	}
	if last := waits[len(waits)-1]; last != 432000*time.Second || *dials != 40 {
		t.Errorf("at last %v, %d connections", last, *dials)
	}
	n.Heard()
	h.raw = n.next
	if _, _, wait, _ := n.Ready(t.Context()); wait != 10*time.Second {
		t.Error("after a good answer:", wait)
	}
}

// some is a session as it is kept.
func some(t *testing.T, cookies int) json.RawMessage {
	t.Helper()
	k := kept{C2S: make([]byte, nts.KeySize), S2C: make([]byte, nts.KeySize), Server: "ntp.example", Port: 4123}
	for range cookies {
		k.Cookies = append(k.Cookies, make([]byte, 100))
	}
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCookiesThatWereKeptSpareAnExchange(t *testing.T) {
	h := new(hand)
	n, dials := refusing(h)
	if err := n.Resume(some(t, 2)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, refclock.MostRequest)
	for range 2 {
		if host, port, _, err := n.Ready(t.Context()); host != "ntp.example" || port != 4123 || err != nil {
			t.Fatal(host, port, err)
		}
		if _, err := n.Sign(b); err != nil {
			t.Fatal(err)
		}
	}
	if *dials != 0 || n.Proof() != refclock.ProofNTS {
		t.Error(*dials, n.Proof())
	}
	if _, _, _, err := n.Ready(t.Context()); err == nil || *dials != 1 {
		t.Error("without cookies:", err, *dials)
	}
	if _, err := n.Sign(b); !errors.Is(err, refclock.ErrNoCookies) {
		t.Error(err)
	}
}

func TestWhatWasKeptAndIsNotWholeIsNotUsed(t *testing.T) {
	n, _ := refusing(new(hand))
	for _, text := range []string{"", "{", "{}", `{"C2S":"AA=="}`, string(some(t, 0))} {
		if err := n.Resume(json.RawMessage(text)); err == nil || n.Kept() != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAfterNTSNKeysAreExchangedAnewAndTheOldCookiesKeptUntilThen(t *testing.T) {
	h := new(hand)
	n, dials := refusing(h)
	if err := n.Resume(some(t, 8)); err != nil {
		t.Fatal(err)
	}
	n.Refused()
	n.Heard() // a valid answer came all the same
	if _, _, _, err := n.Ready(t.Context()); err != nil || *dials != 0 {
		t.Error(err, *dials)
	}
	n.Refused()
	for range 3 {
		if host, _, _, err := n.Ready(t.Context()); host != "ntp.example" || err != nil || *dials != 1 {
			t.Error(host, err, *dials)
		}
	}
	if len(n.session.Cookies) != 8 {
		t.Error(len(n.session.Cookies), "cookies")
	}
}
