package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

// exitNoKeys says that no keys are exchanged.
const exitNoKeys = 1

// renewBefore is how long before its end a certificate is to be renewed at the
// latest: time enough to come back from a holiday.
const renewBefore = 14 * 24 * time.Hour

func newNTSShow(f *flags) *cobra.Command {
	return verbOf[control.KeyExchange]{
		name:  "show",
		short: "Show the certificate, the key exchanges and the master keys",
		long: "Show says for whom the certificate in use is, until when, how many clients have\n" +
			"exchanged keys, and of which days the master keys are.\n" +
			"Exit status: 0 keys are exchanged, 1 they are not, 69 gpsntpd did not answer.",
		example: "  gpsntpctl nts show",
		ask:     asks((*control.Client).KeyExchange),
		show:    keyExchangeText,
		exit: func(k *control.KeyExchange) int {
			if k.State != "ok" {
				return exitNoKeys
			}
			return 0
		},
	}.command(f)
}

// keyExchangeText is k for people.
func keyExchangeText(k *control.KeyExchange, p screen.Style) string {
	t := screen.Table{Style: p}
	if k.CertificatePath == nil {
		return p.Say("There is no NTS: nts.certificate is not set. `gpsntpctl nts init` makes one.") + "\n"
	}
	t.Title("NTS")
	t.Device(k.State, ntsMeaning(&k.NTS, k.Now.Time, t.Style))
	t.Row("listens on", screen.Or(strings.Join(k.Listen, ", ")))
	t.Row("sends to", name(k.Server, t.Say("itself")))
	t.Row("exchanges", exchangesText(&k.NTS, t.Style))
	certificateSection(&t, k)
	if m := k.MasterKeys; m != nil {
		t.Section("Keys")
		t.Row("file", name(m.Path, t.Say("none: they end with gpsntpd")))
		t.Row("generation", t.Say("%s: cookies are sealed with the key of this day", m.Today))
		t.Row("good", t.Say("cookies from %s to %s", m.Oldest, m.Newest))
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

// exchangesText counts key exchanges.
func exchangesText(n *control.NTS, p screen.Style) string {
	return p.Say("%d, %d failed, %d refused", n.KeyExchanges, n.Failed, n.Refused)
}

// certificateSection is a section about the certificate in use, and about the files if
// they are another.
func certificateSection(t *screen.Table, k *control.KeyExchange) {
	t.Section("Identity")
	t.Row("file", *k.CertificatePath)
	if k.CertificateFailure != nil {
		t.Mark("trouble", t.Say("cannot be used"), t.Bad, t.Say(": %s", *k.CertificateFailure))
	}
	c := k.Certificate
	if c == nil {
		return
	}
	t.Row("subject", screen.Or(c.Subject))
	t.Row("names", screen.Or(strings.Join(c.Names, ", ")))
	t.Row("issuer", screen.Or(c.Issuer))
	t.Row("serial", c.Serial)
	t.Row("valid from", screen.UTC(c.NotBefore.Time))
	expiryRow(t, "validity", c.NotAfter.Time, k.Now.Time)
}

// expiryRow is a row about the end of a certificate.
func expiryRow(t *screen.Table, label string, end, now time.Time) {
	left := end.Sub(now)
	switch {
	case left < 0:
		t.Mark(label, t.Say("expired"), t.Bad, t.Say(" on %s, %s ago", screen.Day(end), t.Duration(-left)))
	case left < renewBefore:
		t.Mark(label, t.Say("renew it"), t.Fair, t.Say(": it ends on %s, in %s", screen.Day(end), t.Duration(left)))
	default:
		t.Row(label, t.Say("until %s, in %s", screen.Day(end), t.Duration(left)))
	}
}
