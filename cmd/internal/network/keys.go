package network

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"math"
	"sync"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/ke"
	"gpsntpd/server/nts"
)

// The law of key exchanges (RFC 8915, section 4.2): the wait grows with each that no
// good answer followed.
const (
	firstWait   = 10 * time.Second
	factor      = 1.5
	longestWait = 432000 * time.Second
)

// backOff is the wait after this many in a row.
func backOff(n int) time.Duration {
	return time.Duration(min(float64(firstWait)*math.Pow(factor, float64(n-1)), float64(longestWait)))
}

// KeyPort is where keys are exchanged, unless the server's name says otherwise (RFC 8915, section 6).
const KeyPort = 4460

var errTooSoon = errors.New("it is too soon for another key exchange")

// NTS is the keys and cookies of one server. Its methods but Kept are for one
// goroutine.
type NTS struct {
	Host   string
	Port   uint16 // of the key exchange; 0: the usual one
	Client ke.Client
	Clock  hw.Clock
	Now    func() refclock.UTC // about what time it is; not before what is surely past …
	Dated  func() bool         // … and whether that is right
	Random io.Reader

	mu      sync.Mutex // of session and what it was got by, against Kept
	session *nts.Session
	got     ke.Exchanged
	undated bool // the dates of the certificate were judged by a time that may be wrong

	anew      bool   // the server has said that it does not know the keys
	inARow    int    // exchanges of keys without a good answer after them
	next      hw.Raw // before which there is none
	exchanges uint64
}

// Ready implements Keys.
func (n *NTS) Ready(ctx context.Context) (host string, port uint16, wait time.Duration, err error) {
	err = n.judgeAgain()
	if n.session == nil || len(n.session.Cookies) == 0 || n.anew {
		err = errors.Join(err, n.exchange(ctx))
	}
	if n.session == nil || len(n.session.Cookies) == 0 {
		return "", 0, max(n.next.Sub(n.Clock.Read().Raw), time.Second), cmp.Or(err, error(refclock.ErrNoCookies))
	}
	return cmp.Or(n.got.Server, n.got.Peer), cmp.Or(n.got.Port, usualPort), 0, nil // old keys may do until there are new ones
}

// judgeAgain judges a certificate again once the date is known.
func (n *NTS) judgeAgain() error {
	if n.session == nil || !n.undated || !n.Dated() {
		return nil
	}
	if err := n.Client.Verify(n.Host, n.got.Chain, n.Now().Std()); err != nil {
		n.set(nil, ke.Exchanged{}, false)
		return err
	}
	n.set(n.session, n.got, false)
	return nil
}

func (n *NTS) exchange(ctx context.Context) error {
	now := n.Clock.Read().Raw
	if now < n.next {
		return errTooSoon
	}
	n.inARow++
	n.next = now + hw.Raw(backOff(n.inARow))
	sure := n.Dated()
	x, err := n.Client.Exchange(ctx, n.Host, cmp.Or(n.Port, KeyPort), n.Now().Std(), sure)
	if err != nil {
		return err
	}
	s, err := nts.NewSession(x.Yield, n.Random)
	if err != nil {
		return err
	}
	n.exchanges++
	n.anew = false
	n.set(s, x, !sure)
	return nil
}

func (n *NTS) set(s *nts.Session, x ke.Exchanged, undated bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.session, n.got, n.undated = s, x, undated
}

// Sign implements refclock.Seal.
func (n *NTS) Sign(b []byte) (int, error) {
	if n.session == nil {
		return 0, refclock.ErrNoCookies
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.session.Sign(b)
}

// Verify implements refclock.Seal.
func (n *NTS) Verify(answer []byte) error {
	if n.session == nil {
		return refclock.ErrUnproven
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.session.Verify(answer)
}

// Heard implements Keys.
func (n *NTS) Heard() { n.anew, n.inARow = false, 0 }

// Refused implements Keys: unless a valid answer comes until the next request, keys
// are exchanged anew (RFC 8915, section 5.7).
func (n *NTS) Refused() { n.anew = true }

// Proof implements Keys.
func (n *NTS) Proof() refclock.Proof {
	if n.undated {
		return refclock.ProofUndated
	}
	return refclock.ProofNTS
}

// Exchanges implements Keys.
func (n *NTS) Exchanges() uint64 { return n.exchanges }

// kept is what is kept for the next start.
type kept struct {
	C2S, S2C []byte
	Cookies  [][]byte
	Server   string
	Port     uint16
	Peer     string
	Chain    [][]byte `json:",omitempty"` // that is to be judged again
}

// Kept returns keys and cookies for the next start, so that a network whose hosts start
// together does not exchange keys with its servers all at once; nil: there are none.
func (n *NTS) Kept() json.RawMessage {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.session == nil {
		return nil
	}
	k := kept{n.got.C2S, n.got.S2C, n.session.Cookies, n.got.Server, n.got.Port, n.got.Peer, nil}
	if n.undated {
		for _, c := range n.got.Chain {
			k.Chain = append(k.Chain, c.Raw)
		}
	}
	text, _ := json.Marshal(k) // of such a value it does not fail
	return text
}

// Resume goes on with what Kept returned.
func (n *NTS) Resume(text json.RawMessage) error {
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return err
	}
	if len(k.C2S) != nts.KeySize || len(k.S2C) != nts.KeySize || len(k.Cookies) == 0 || k.Server == "" && k.Peer == "" {
		return errors.New("they are not whole")
	}
	x := ke.Exchanged{Peer: k.Peer, Yield: nts.Yield{C2S: k.C2S, S2C: k.S2C, Cookies: k.Cookies, Grant: nts.Grant{Server: k.Server, Port: k.Port}}}
	for _, raw := range k.Chain {
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			return err
		}
		x.Chain = append(x.Chain, c)
	}
	s, err := nts.NewSession(x.Yield, n.Random)
	if err == nil {
		n.set(s, x, len(x.Chain) > 0)
	}
	return err
}
