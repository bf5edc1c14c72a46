package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
)

// ntsFolder is where the files of nts init lie, unless --dir says otherwise.
const ntsFolder = "/etc/gpsntpd/nts"

// reasonable is a moment that is certainly past: a clock that shows less has
// not been set, and would date certificates wrongly.
var reasonable = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func newNTS(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "nts",
		Short: "Make certificates for Network Time Security, and show how it is",
		Long: `Make certificates for Network Time Security, and show how it is.
Exit status: that of the verb, 64 without one.`,
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return errors.New("nts: want init or show") },
		Example: "  gpsntpctl nts init ntp1.lan 192.0.2.1",
	}
	folder := ntsFolder
	first := &cobra.Command{
		Use:   "init NAME…",
		Short: "Make an authority and a certificate for a network of your own",
		Long: "Init makes an authority, if there is none in the folder yet, and a certificate for a\n" +
			"server by the names and addresses that clients know it by. It prints what to write\n" +
			"into the configurations of gpsntpd and of its clients. With the same folder it renews\n" +
			"the certificate, which the clients need not know of.\n" +
			"Exit status: 0 done, 64 usage, 1 a file cannot be written.",
		Example: "  sudo gpsntpctl nts init ntp1.lan 192.0.2.1",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, names []string) error {
			folder, err := filepath.Abs(folder)
			if err != nil {
				return failure{exitNotWritten, err}
			}
			for _, name := range names {
				if !isHost(name) {
					return failure{exitUsage, fmt.Errorf("%q: expected a host's name or an IP address", name)}
				}
			}
			made, err := certify(folder, names, time.Now())
			switch {
			case errors.Is(err, errClock):
				return failure{exitUsage, err}
			case errors.Is(err, fs.ErrPermission):
				return failure{exitNotWritten, fmt.Errorf("%w; as root, or with --dir, it works", err)}
			case err != nil:
				return failure{exitNotWritten, err}
			case f.json:
				text, err := json.Marshal(made)
				if err != nil {
					return err
				}
				return write(c.OutOrStdout(), append(text, '\n'))
			}
			return made.advise(c.OutOrStdout(), f.style(c))
		},
	}
	first.Flags().StringVar(&folder, "dir", ntsFolder, "`DIR`ectory of the files")
	c.AddCommand(first, newNTSShow(f))
	return c
}

// isHost reports whether a word can be the name of a host or an address.
func isHost(word string) bool {
	return word != "" && len(word) <= 253 && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:") == ""
}

// advise says what to do with what was made.
func (m certified) advise(w io.Writer, p screen.Style) error {
	var b strings.Builder
	said := func(form string, args ...any) { b.WriteString(p.Say(form, args...) + "\n") }
	said("authority    %s until %s", m.Authority, screen.Day(m.AuthorityNotAfter.Time))
	said("certificate  %s for %s until %s", m.Certificate, strings.Join(m.Names, p.Comma()), screen.Day(m.NotAfter.Time))
	b.WriteString("\n")
	said("On the server, in /etc/gpsntpd/gpsntpd.toml; gpsntpd's user must read the key:")
	fmt.Fprintf(&b, `
    [nts]
    certificate = "%s"
    private-key = "%[2]s"

    sudo chown _gpsntp %[2]s

`, m.Certificate, m.PrivateKey)
	said("On each client, to which you copy %s as /etc/gpsntpd-ca.crt:", m.Authority)
	fmt.Fprintf(&b, `
    # chrony.conf
    server %[1]s iburst nts
    ntstrustedcerts /etc/gpsntpd-ca.crt

    # %[2]s
    server %[1]s iburst nts ca /etc/gpsntpd-ca.crt

`, m.Names[0], p.Say("ntp.conf of ntpsec"))
	said("Whoever has %s can pretend to be your server: keep it off the network.", m.AuthorityKey)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return failure{exitNotWritten, err}
	}
	return nil
}
