package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
)

// exitNoKeys says that no keys are exchanged.
const exitNoKeys = 1

// renewBefore is how long before its end a certificate is to be renewed at the
// latest: time enough for somebody to come back from a holiday.
const renewBefore = 14 * 24 * time.Hour

func newNTSShow(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show the certificate, the key exchanges and the master keys",
		Long: "Show says for whom the certificate in use is, until when, how many clients have\n" +
			"exchanged keys, and of which days the master keys are.\n" +
			"Exit status: 0 keys are exchanged, 1 they are not, 69 gpsntpd did not answer.",
		Example: "  gpsntpctl nts show",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := control.Environ().Client(f.control).KeyExchange(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			text := a.JSON
			if !f.json {
				text = []byte(keyExchangeText(&a.Value, f.style(c)))
			}
			err = write(c.OutOrStdout(), text)
			if err == nil && a.Value.State != "ok" {
				return failure{status: exitNoKeys}
			}
			return err
		},
	}
}

// keyExchangeText is k for people.
func keyExchangeText(k *control.KeyExchange, p style) string {
	t := table80{style: p}
	if k.CertificatePath == nil {
		return p.say("There is no NTS: nts.certificate is not set. `gpsntpctl nts init` makes one.") + "\n"
	}
	t.title = "NTS"
	t.device(k.State, t.ntsMeaning(&k.NTS, k.Now.Time))
	t.row("listens on", or(strings.Join(k.Listen, ", ")))
	t.row("sends to", name(k.Server, t.say("itself")))
	t.row("exchanges", t.exchanges(&k.NTS))
	t.certificate(k)
	if m := k.MasterKeys; m != nil {
		t.section("Keys")
		t.row("file", name(m.Path, t.say("none: they end with gpsntpd")))
		t.row("generation", t.say("%s: cookies are sealed with the key of this day", m.Today))
		t.row("good", t.say("cookies from %s to %s", m.Oldest, m.Newest))
	}
	return t.String()
}

// name is s, or what it means that there is none.
func name(s *string, none string) string {
	if s == nil {
		return none
	}
	return *s
}

// exchanges counts key exchanges.
func (p style) exchanges(n *control.NTS) string {
	return p.say("%d, %d failed, %d refused", n.KeyExchanges, n.Failed, n.Refused)
}

// certificate is a section about the certificate in use, and about the files if
// they are another.
func (t *table80) certificate(k *control.KeyExchange) {
	t.section("Identity")
	t.row("file", *k.CertificatePath)
	if k.CertificateFailure != nil {
		t.mark("trouble", t.say("cannot be used"), t.bad, t.say(": %s", *k.CertificateFailure))
	}
	c := k.Certificate
	if c == nil {
		return
	}
	t.row("subject", or(c.Subject))
	t.row("names", or(strings.Join(c.Names, ", ")))
	t.row("issuer", or(c.Issuer))
	t.row("serial", c.Serial)
	t.row("valid from", utc(c.NotBefore.Time))
	t.expiry("validity", c.NotAfter.Time, k.Now.Time)
}

// expiry is a row about the end of a certificate.
func (t *table80) expiry(label string, end, now time.Time) {
	left := end.Sub(now)
	switch {
	case left < 0:
		t.mark(label, t.say("expired"), t.bad, t.say(" on %s, %s ago", day(end), t.duration(-left)))
	case left < renewBefore:
		t.mark(label, t.say("renew it"), t.fair, t.say(": it ends on %s, in %s", day(end), t.duration(left)))
	default:
		t.row(label, t.say("until %s, in %s", day(end), t.duration(left)))
	}
}
