package nts

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"gpsntpd/refclock"
)

// newSession is a client with this many cookies, and its server.
func newSession(t *testing.T, cookies int) (*Session, *Server) {
	t.Helper()
	r := ring(t)
	known := newClient(t, r)
	y := Yield{C2S: known.keys[:keySize], S2C: known.keys[keySize:]}
	for range cookies {
		y.Cookies = append(y.Cookies, bytes.Clone(known.cookie))
	}
	s, err := NewSession(y, dice())
	if err != nil {
		t.Fatal(err)
	}
	return s, server(r)
}

// request signs one.
func (s *Session) request(t *testing.T) []byte {
	t.Helper()
	b := make([]byte, refclock.MostRequest)
	copy(b, header())
	n, err := s.Sign(b)
	if err != nil {
		t.Fatal(err)
	}
	return b[:n]
}

func TestASessionComesBackToEightCookies(t *testing.T) {
	for cookies := 1; cookies <= 8; cookies++ {
		s, w := newSession(t, cookies)
		q := s.request(t)
		if len(s.Cookies) != cookies-1 || len(q)%4 != 0 {
			t.Fatal(len(s.Cookies), len(q))
		}
		a, err := answer(w, q, len(q))
		if err != nil || len(a) > len(q) {
			t.Fatal(err, len(a), len(q))
		}
		if err := s.Verify(bytes.Clone(a)); err != nil || len(s.Cookies) != 8 {
			t.Errorf("%d cookies: %v, now %d", cookies, err, len(s.Cookies))
		}
		if err := s.Verify(a); !errors.Is(err, refclock.ErrUnproven) || len(s.Cookies) != 8 {
			t.Errorf("the same answer again: %v, %d cookies", err, len(s.Cookies))
		}
	}
}

func TestCookiesEndAndAreNotUsedTwice(t *testing.T) {
	s, _ := newSession(t, 3)
	for i := range s.Cookies {
		s.Cookies[i][0] = byte(i)
	}
	for i := range 3 {
		q := s.request(t)
		if got := q[packetHeader+fieldHeader+identifierSize+fieldHeader]; got != byte(i) {
			t.Errorf("cookie %d, want %d", got, i)
		}
	}
	if _, err := s.Sign(make([]byte, refclock.MostRequest)); !errors.Is(err, refclock.ErrNoCookies) {
		t.Error(err)
	}
}

func TestLongCookiesFitIntoARequest(t *testing.T) {
	for size := 16; size <= longestCookie; size += 4 {
		s, _ := newSession(t, 0)
		s.Cookies = [][]byte{make([]byte, size)}
		if q := s.request(t); len(q) > refclock.MostRequest {
			t.Fatalf("%d: %d bytes", size, len(q))
		}
	}
}

// ntsn is what a server says that cannot open a cookie.
func ntsn(s *Session) []byte {
	b := make([]byte, packetHeader, 100)
	b[0] = 0xc0 | 4<<3 | refclock.ServerMode
	copy(b[12:], codeNTSN)
	return append(b, field(uniqueIdentifier, s.identifier[:]...)...)
}

func TestHostileAnswersProveNothing(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *Session, a []byte) []byte
		want   error
	}{
		"header changed":         {func(_ *Session, a []byte) []byte { a[20] ^= 1; return a }, refclock.ErrUnproven},
		"authenticator stripped": {func(_ *Session, a []byte) []byte { return a[:packetHeader+fieldHeader+identifierSize] }, refclock.ErrUnproven},
		"all stripped":           {func(_ *Session, a []byte) []byte { return a[:packetHeader] }, refclock.ErrUnproven},
		"cut off":                {func(_ *Session, a []byte) []byte { return a[:len(a)-4] }, refclock.ErrUnproven},
		"another's identifier": {func(_ *Session, a []byte) []byte {
			a[packetHeader+fieldHeader] ^= 1
			return a
		}, refclock.ErrUnproven},
		"a field of length 0": {func(_ *Session, a []byte) []byte {
			binary.BigEndian.PutUint16(a[packetHeader+2:], 0)
			return a
		}, refclock.ErrUnproven},
		"NTSN":                   {func(s *Session, _ []byte) []byte { return ntsn(s) }, refclock.ErrKeyless},
		"NTSN of someone":        {func(s *Session, _ []byte) []byte { b := ntsn(s); b[60] ^= 1; return b }, refclock.ErrUnproven},
		"NTSN without a name":    {func(s *Session, _ []byte) []byte { return ntsn(s)[:packetHeader] }, refclock.ErrUnproven},
		"a plain DENY":           {func(s *Session, _ []byte) []byte { b := ntsn(s); copy(b[12:], "DENY"); return b }, refclock.ErrUnproven},
		"fields behind the seal": {func(_ *Session, a []byte) []byte { return append(a, field(cookieField, make([]byte, 100)...)...) }, nil},
	} {
		s, w := newSession(t, 8)
		q := s.request(t)
		a, err := answer(w, q, len(q))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(c.change(s, bytes.Clone(a))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if c.want == nil {
			continue
		}
		if len(s.Cookies) != 7 {
			t.Errorf("%s: %d cookies", name, len(s.Cookies))
		}
		if err := s.Verify(a); err != nil { // the genuine one still counts
			t.Errorf("%s, then the genuine one: %v", name, err)
		}
	}
}

func TestAGrantIsReadAndWhatIsNoneHasAName(t *testing.T) {
	protocol, algorithm := record(nil, critical|nextProtocol, 0, 0), record(nil, critical|aeadAlgorithm, 0, 15)
	cookie := record(nil, newCookie, make([]byte, 100)...)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	good := join(protocol, algorithm, cookie, cookie)
	for name, c := range map[string]struct {
		text []byte
		want string // "": it is one
	}{
		"a grant":               {end(good), ""},
		"without critical":      {end(join(record(nil, nextProtocol, 0, 0), record(nil, aeadAlgorithm, 0, 15), cookie)), ""},
		"with a server":         {end(join(good, record(nil, serverRecord, []byte("ntp.example")...), record(nil, portRecord, 0, 123))), ""},
		"an unknown record":     {end(join(good, record(nil, 99, 1, 2))), ""},
		"twenty cookies":        {end(join(protocol, algorithm, bytes.Repeat(cookie, 20))), ""},
		"nothing":               {nil, "EOF"},
		"no end":                {good, "EOF"},
		"for ever":              {bytes.Repeat(record(nil, 99, make([]byte, 1000)...), 1000), "unexpected EOF"},
		"no protocol":           {end(join(algorithm, cookie)), ErrNotGranted.Error()},
		"no algorithm":          {end(join(protocol, cookie)), ErrNotGranted.Error()},
		"another algorithm":     {end(join(protocol, record(nil, critical|aeadAlgorithm, 0, 30), cookie)), ErrNotGranted.Error()},
		"two algorithms":        {end(join(protocol, record(nil, critical|aeadAlgorithm, 0, 15, 0, 30), cookie)), ErrNotGranted.Error()},
		"the same twice":        {end(join(protocol, protocol, algorithm, cookie)), errRecords.Error()},
		"no cookie":             {end(join(protocol, algorithm)), ErrNoCookie.Error()},
		"cookies of no use":     {end(join(protocol, algorithm, record(nil, newCookie), record(nil, newCookie, make([]byte, 2000)...), record(nil, newCookie, make([]byte, 17)...))), ErrNoCookie.Error()},
		"an error":              {end(record(nil, critical|errorRecord, 0, 1)), "the server says error 1"},
		"a warning":             {end(record(nil, critical|warningRecord, 0, 9)), "the server says warning 9"},
		"an error of no length": {end(record(nil, critical|errorRecord)), errRecords.Error()},
		"critical and unknown":  {end(join(good, record(nil, critical|99))), errRecords.Error() + ": type 99"},
		"a name with a line":    {end(join(good, record(nil, serverRecord, []byte("a\nb")...))), errRecords.Error()},
		"an empty name":         {end(join(good, record(nil, serverRecord))), errRecords.Error()},
		"a port of a byte":      {end(join(good, record(nil, portRecord, 1))), errRecords.Error()},
	} {
		y, err := ReadGrant(bytes.NewReader(c.text))
		if got := message(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil && (len(y.Cookies) == 0 || len(y.Cookies) > 8) {
			t.Errorf("%s: %d cookies", name, len(y.Cookies))
		}
	}
	if p, err := ReadProposal(bytes.NewReader(ProposalMessage())); err != nil || !p.NTPv4 || !p.AESSIVCMAC256 {
		t.Errorf("our own proposal: %+v, %v", p, err)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func FuzzReadGrant(f *testing.F) {
	f.Add(end(record(record(record(nil, critical|nextProtocol, 0, 0), critical|aeadAlgorithm, 0, 15), newCookie, make([]byte, 100)...)))
	f.Fuzz(func(t *testing.T, text []byte) {
		if y, err := ReadGrant(bytes.NewReader(text)); err == nil && (len(y.Cookies) < 1 || len(y.Cookies) > 8) {
			t.Error(len(y.Cookies), "cookies")
		}
	})
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte{})
	f.Add(ntsn(new(Session)))
	f.Fuzz(func(t *testing.T, a []byte) {
		s, _ := newSession(t, 8)
		s.request(t)
		if err := s.Verify(a); err == nil {
			t.Error("no one has these keys")
		}
	})
}
