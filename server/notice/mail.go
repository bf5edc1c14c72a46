package notice

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"gpsntpd/server/why"
)

// Mail sends each notice by SMTP.
type Mail struct {
	Name           string // "" is "mail"
	Server         string // smtp://host:587, which turns to TLS if the server can, or smtps://host:465
	User, Password string // "": it wants none
	From           string
	To             []string
	Language       why.Language
	Limit          time.Duration  // of one attempt; 0 is mailLimit
	Roots          *x509.CertPool // nil: those of the host
}

// mailLimit is how long a server may take: some have whoever comes wait for a while.
const mailLimit = 30 * time.Second

// String implements Way.
func (m Mail) String() string { return cmp.Or(m.Name, "mail") }

// smtpPorts are those of submission (RFC 6409, RFC 8314).
var smtpPorts = map[string]string{"smtp": "587", "smtps": "465"}

// Reach is the address that is asked, with its port.
func (m Mail) Reach() string {
	u, err := url.Parse(m.Server)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), smtpPorts[u.Scheme]))
}

// Try implements Way.
func (m Mail) Try(ctx context.Context, n Notice) (answer string, err error) {
	limit := cmp.Or(m.Limit, mailLimit)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err = m.send(ctx, n)
	dialled, _ := errors.AsType[*net.OpError](err)
	absent := dialled != nil && dialled.Op == "dial"
	refused, answered := errors.AsType[*textproto.Error](err)
	switch {
	case err == nil:
		return fmt.Sprintf("%s has taken it for %s", m.Reach(), strings.Join(m.To, ", ")), nil
	case ctx.Err() == context.DeadlineExceeded:
		err = fmt.Errorf("not done within %v", limit)
	case answered && refused.Code >= 500: // RFC 5321, section 4.2.1: not to be tried again as it is
		return "", err
	}
	return "", passing{error: err, away: absent}
}

func (m Mail) send(ctx context.Context, n Notice) error {
	u, err := url.Parse(m.Reach())
	if err != nil {
		return err
	}
	security := &tls.Config{ServerName: u.Hostname(), RootCAs: m.Roots}
	var d interface {
		DialContext(context.Context, string, string) (net.Conn, error)
	} = &net.Dialer{}
	if u.Scheme == "smtps" {
		d = &tls.Dialer{Config: security}
	}
	conn, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	c, err := smtp.NewClient(conn, u.Hostname())
	if err != nil {
		return err
	}
	if err := c.Hello(m.hello(n)); err != nil {
		return err
	}
	if can, _ := c.Extension("STARTTLS"); can && u.Scheme == "smtp" {
		if err := c.StartTLS(security); err != nil {
			return err
		}
	}
	if err := m.enter(c, u.Hostname()); err != nil {
		return err
	}
	return m.hand(c, n)
}

// hello is what we call ourselves (RFC 5321, section 4.1.1.1).
func (m Mail) hello(n Notice) string { return printable(cmp.Or(n.Host, "localhost"), 255) }

// enter says who we are, if that is wanted. A password goes nowhere without TLS but to
// this host, which smtp.PlainAuth sees to.
func (m Mail) enter(c *smtp.Client, host string) error {
	if m.User == "" {
		return nil
	}
	can, ways := c.Extension("AUTH")
	if !can {
		return errors.New("the server asks for no password here; without user and password it may take mail, or it wants TLS first")
	}
	plain := smtp.PlainAuth("", m.User, m.Password, host)
	if !strings.Contains(" "+ways+" ", " PLAIN ") && strings.Contains(ways, "LOGIN") {
		return c.Auth(smtpLogin{m, plain})
	}
	return c.Auth(plain)
}

// smtpLogin is the way in of servers that know no other, such as Exchange: they ask for the
// user, then for the password.
type smtpLogin struct {
	m     Mail
	plain smtp.Auth // which knows where a password may go
}

// Start implements smtp.Auth.
func (l smtpLogin) Start(s *smtp.ServerInfo) (string, []byte, error) {
	_, _, err := l.plain.Start(s)
	return "LOGIN", nil, err
}

// Next implements smtp.Auth.
func (l smtpLogin) Next(asked []byte, more bool) ([]byte, error) {
	switch word := strings.ToLower(string(asked)); {
	case !more:
		return nil, nil
	case strings.HasPrefix(word, "user"):
		return []byte(l.m.User), nil
	case strings.HasPrefix(word, "pass"):
		return []byte(l.m.Password), nil
	}
	return nil, errors.New("the server asks for what is neither user nor password")
}

// hand gives n to a server that knows who we are.
func (m Mail) hand(c *smtp.Client, n Notice) error {
	if err := c.Mail(m.From); err != nil {
		return err
	}
	for _, to := range m.To {
		if err := c.Rcpt(to); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(m.letter(n, time.Now())); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // it has been taken
	return nil
}

// letter is n as RFC 5322 and RFC 2045 have it. RFC 3834 has whoever answers mail by
// itself leave it alone.
func (m Mail) letter(n Notice, now time.Time) []byte {
	var b bytes.Buffer
	_, domain, _ := strings.Cut(m.From, "@")
	for _, field := range [][2]string{
		{"From", m.From}, {"To", strings.Join(m.To, ", ")},
		{"Subject", mime.BEncoding.Encode("utf-8", oneLine(n.title(m.Language)))},
		{"Date", now.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + rand.Text() + "@" + cmp.Or(domain, "localhost") + ">"},
		{"Auto-Submitted", "auto-generated"}, {"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "base64"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", field[0], field[1])
	}
	b.WriteString("\r\n")
	const most = 76 // in a line
	text := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(n.body(m.Language), "\n", "\r\n") + "\r\n"))
	for ; len(text) > most; text = text[most:] {
		b.WriteString(text[:most] + "\r\n")
	}
	b.WriteString(text + "\r\n")
	return b.Bytes()
}
