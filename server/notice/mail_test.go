package notice

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http/httptest"
	"net/mail"
	"net/smtp"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/server/why"
)

// mailer is a server of mail that takes one letter in each connection.
type mailer struct {
	offers  []string          // lines of its answer to EHLO
	refuses map[string]string // answers to verbs that are not as usual
	tls     *tls.Config
	smtps   bool
	says    chan string // what it was told, each line; letters as a whole
}

// starts has m serve, and returns where.
func (m *mailer) starts(t *testing.T) (address string, roots *x509.CertPool) {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(web.Close)
	m.tls, m.says = web.TLS.Clone(), make(chan string, 100)
	m.tls.NextProtos = nil
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if m.smtps {
		l = tls.NewListener(l, m.tls)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			m.talk(c)
			c.Close()
		}
	}()
	roots = x509.NewCertPool()
	roots.AddCert(web.Certificate())
	return l.Addr().String(), roots
}

func (m *mailer) talk(c net.Conn) {
	lines := bufio.NewReader(c)
	fmt.Fprint(c, "220 mail.example ESMTP\r\n")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		m.says <- line
		verb, _, _ := strings.Cut(line, " ")
		answer := "250 ok"
		switch verb {
		case "EHLO":
			answer = "250-" + strings.Join(append([]string{"mail.example"}, m.offers...), "\r\n250-")
			i := strings.LastIndex(answer, "250-")
			answer = answer[:i] + "250 " + answer[i+4:]
		case "AUTH":
			if strings.HasPrefix(line, "AUTH LOGIN") {
				fmt.Fprintf(c, "334 %s\r\n", base64.StdEncoding.EncodeToString([]byte("Username:")))
				user, _ := lines.ReadString('\n')
				fmt.Fprintf(c, "334 %s\r\n", base64.StdEncoding.EncodeToString([]byte("Password:")))
				password, _ := lines.ReadString('\n')
				m.says <- strings.TrimSpace(user) + " " + strings.TrimSpace(password)
			}
			answer = "235 welcome"
		case "DATA":
			fmt.Fprint(c, "354 go on\r\n")
			var letter strings.Builder
			for line := ""; line != ".\r\n"; line, _ = lines.ReadString('\n') {
				letter.WriteString(line)
			}
			m.says <- letter.String()
		case "STARTTLS":
			fmt.Fprint(c, "220 go on\r\n")
			c = tls.Server(c, m.tls)
			lines = bufio.NewReader(c)
			continue
		case "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		}
		if other, ok := m.refuses[verb]; ok {
			answer = other
		}
		fmt.Fprint(c, answer+"\r\n")
	}
}

// heard is what m was told, as far as it goes by now.
func (m *mailer) heard() (all []string) {
	for {
		select {
		case line := <-m.says:
			all = append(all, line)
		default:
			return all
		}
	}
}

func letterTo(address string, roots *x509.CertPool) Mail {
	return Mail{
		Server: "smtp://" + address, From: "clock@example.net", To: []string{"ops@example.net"},
		Roots: roots, Language: why.Chinese,
	}
}

func TestMailIsWhatAReaderOfMailReads(t *testing.T) {
	m := &mailer{offers: []string{"STARTTLS", "8BITMIME"}}
	way := letterTo(m.starts(t))
	way.To = append(way.To, "boss@example.net")
	answer, err := way.Try(t.Context(), inChinese())
	if err != nil || !strings.Contains(answer, "ops@example.net, boss@example.net") {
		t.Fatalf("%q, %v", answer, err)
	}
	told := m.heard()
	for _, line := range []string{"EHLO clock", "STARTTLS", "MAIL FROM:<clock@example.net> BODY=8BITMIME", "RCPT TO:<ops@example.net>", "RCPT TO:<boss@example.net>"} {
		if !slices.Contains(told, line) {
			t.Errorf("not told %q: %q", line, told)
		}
	}
	i := slices.IndexFunc(told, func(s string) bool { return strings.Contains(s, "Subject:") })
	if i < 0 {
		t.Fatalf("%q", told)
	}
	letter, err := mail.ReadMessage(strings.NewReader(told[i]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
	if err != nil || subject != "【严重】clock 的 gpsntpd：no_pulse" {
		t.Errorf("%q, %v", subject, err)
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, letter.Body))
	if want := "没有秒脉冲。\r\n处理：请检查接线。\r\n2026-11-22 08:00:00 UTC\r\n"; err != nil || string(body) != want {
		t.Errorf("%q, %v", body, err)
	}
	if date, err := letter.Header.Date(); err != nil || date.IsZero() || letter.Header.Get("Auto-Submitted") != "auto-generated" ||
		letter.Header.Get("To") != "ops@example.net, boss@example.net" || !strings.HasSuffix(letter.Header.Get("Message-Id"), "@example.net>") {
		t.Errorf("%v: %v", err, letter.Header)
	}
}

func TestAPasswordIsSaidWithinTLSAlone(t *testing.T) {
	plain := base64.StdEncoding.EncodeToString([]byte("\x00me\x00s3cret"))
	login := base64.StdEncoding.EncodeToString([]byte("me")) + " " + base64.StdEncoding.EncodeToString([]byte("s3cret"))
	for name, c := range map[string]struct {
		m    mailer
		want string
	}{
		"plain":  {mailer{offers: []string{"STARTTLS", "AUTH LOGIN PLAIN"}}, "AUTH PLAIN " + plain},
		"login":  {mailer{offers: []string{"STARTTLS", "AUTH LOGIN XOAUTH2"}}, login},
		"at 465": {mailer{offers: []string{"AUTH PLAIN"}, smtps: true}, "AUTH PLAIN " + plain},
	} {
		way := letterTo(c.m.starts(t))
		way.User, way.Password = "me", "s3cret"
		if c.m.smtps {
			way.Server = "smtps" + strings.TrimPrefix(way.Server, "smtp")
		}
		if _, err := way.Try(t.Context(), one); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if told := c.m.heard(); !slices.Contains(told, c.want) {
			t.Errorf("%s: %q", name, told)
		}
		way.Roots = x509.NewCertPool() // someone else's certificate
		if _, err := way.Try(t.Context(), one); err == nil {
			t.Errorf("%s: anybody is believed", name)
		}
		for _, line := range c.m.heard() {
			if strings.Contains(line, plain) || strings.Contains(line, login) {
				t.Errorf("%s: it was said to anybody", name)
			}
		}
	}
	if _, _, err := (smtpLogin{Mail{}, smtp.PlainAuth("", "me", "p", "mail.example")}).Start(&smtp.ServerInfo{Name: "mail.example"}); err == nil {
		t.Error("LOGIN without TLS")
	}
}

func TestMailThatIsRefusedForGoodIsNotTriedAgain(t *testing.T) {
	for verb, c := range map[string]struct {
		answer string
		again  bool
	}{
		"RCPT": {"550 5.1.1 no such user", false},
		"MAIL": {"451 4.7.1 greylisted, try again", true},
		"EHLO": {"421 too many connections", true},
	} {
		m := &mailer{refuses: map[string]string{verb: c.answer, "HELO": c.answer}}
		_, err := letterTo(m.starts(t)).Try(t.Context(), one)
		_, passes := errors.AsType[passing](err)
		if err == nil || passes != c.again || !strings.Contains(err.Error(), c.answer[4:]) {
			t.Errorf("%s: %v, again %v", verb, err, passes)
		}
	}
	m := &mailer{}
	way := letterTo(m.starts(t))
	way.User, way.Password = "me", "s3cret"
	if _, err := way.Try(t.Context(), one); err == nil || !strings.Contains(err.Error(), "no password") {
		t.Error(err)
	}
}

func TestAServerOfMailThatSaysNothingHoldsNobodyUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	way := letterTo(l.Addr().String(), nil)
	way.Limit = 50 * time.Millisecond
	if _, err := way.Try(t.Context(), one); err == nil || !strings.Contains(err.Error(), "not done within 50ms") {
		t.Error(err)
	}
}

func TestAServerOfMailHasThePortOfItsKind(t *testing.T) {
	for server, want := range map[string]string{
		"smtp://mail.example": "smtp://mail.example:587", "smtps://mail.example": "smtps://mail.example:465",
		"smtp://[::1]:25": "smtp://[::1]:25",
	} {
		if got := (Mail{Server: server}).Reach(); got != want {
			t.Errorf("%s: %s", server, got)
		}
	}
}
