package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

// exitRefused is the status of receiver save, reset, survey and send when gpsntpd or
// the receiver cannot do that.
const exitRefused = 1

func newReceiver(f *flags) *cobra.Command {
	c := verbOf[control.ReceiverSetup]{
		name:  "receiver",
		short: "Show which receiver it is, and how it is set",
		long: "Receiver shows which receiver is on the line, and each thing that it is to do: what\n" +
			"is wanted, what it does, and why the two differ. gpsntpd sets it by itself, in its\n" +
			"RAM only, unless receiver.configure says otherwise; the verbs below do more.\n" +
			"Exit status: 0 gpsntpd answered, 69 it did not.",
		example: "  gpsntpctl receiver\n  gpsntpctl receiver --json | jq '.settings[] | select(.state != \"ok\")'",
		ask:     asks((*control.Client).Receiver),
		show:    receiverText,
	}.command(f)
	for _, o := range orders {
		c.AddCommand(newOrder(f, o))
	}
	return c
}

// order is something that the receiver can be told beside its settings.
type order struct{ use, short, long string }

var orders = []order{
	{"save", "Have the receiver keep its settings without power",
		"Save has the receiver write how it is set to its flash or battery-backed memory, so that\nit is set so when its power comes. It can be undone with the maker's program only."},
	{"reset", "Restart the receiver",
		"Reset restarts the receiver, which forgets what it was told. gpsntpd then sets it anew,\nunless receiver.configure says otherwise."},
	{"survey", "Have a timing receiver survey its position again",
		"Survey has a timing receiver find out anew where its antenna stands, which takes half an\nhour or more. gpsntpd asks for it by itself when the antenna has moved."},
	{"send TEXT", "Send a sentence or bytes to the receiver",
		"Send sends TEXT as it is: a sentence that begins with $, whose checksum is added, or bytes\nin hexadecimal. Whoever sends knows what the receiver makes of it: nothing is checked."},
}

func newOrder(f *flags, o order) *cobra.Command {
	name, wants, _ := strings.Cut(o.use, " ")
	c := &cobra.Command{
		Use: o.use, Short: o.short,
		Long:    o.long + "\nExit status: 0 it is sent, 1 that cannot be done, 69 gpsntpd does not answer.",
		Example: "  gpsntpctl receiver " + name, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, args []string) error {
			a, err := control.Environ().Client(f.control).Order(c.Context(), name, strings.Join(args, " "))
			switch {
			case err != nil && explicable(err):
				return f.unreachable(c.Context(), err)
			case err != nil:
				return failure{exitRefused, err}
			case f.json:
				return write(c.OutOrStdout(), a.JSON)
			}
			return write(c.OutOrStdout(), []byte(f.style(c).Say("It is sent. `gpsntpctl receiver` shows what comes of it.")+"\n"))
		},
	}
	if wants != "" {
		c.Args = cobra.MinimumNArgs(1)
		c.Example = "  gpsntpctl receiver send '$PMTK605'\n  gpsntpctl receiver send b5 62 0a 04 00 00 0e 34"
	}
	return c
}

// receiverText is r for people: who it is, then each setting.
func receiverText(r *control.ReceiverSetup, p screen.Style) string {
	t := screen.Table{Style: p}
	t.Title("Receiver")
	said := func(s *string) string {
		if s == nil {
			return t.Say("unknown")
		}
		return *s
	}
	t.Row("family", said(r.Family))
	t.Row("model", said(r.Model))
	t.Row("firmware", said(r.Firmware))
	if r.Baud != nil {
		t.Row("line", t.Say("%d baud", *r.Baud)+lineUsed(r, p))
	}
	t.Row("configure", r.Configure+t.Say(": %s", t.Say(phaseTexts[r.Phase])))
	t.Row("sent", t.Say("%d bytes", r.SentBytes))
	for i, s := range r.Settings {
		if i == 0 {
			t.Section("Settings")
		}
		setting(&t, s)
	}
	return t.String()
}

// setting adds the rows of s: a name may be longer than a label.
func setting(t *screen.Table, s control.ReceiverSetting) {
	name, part, _ := strings.Cut(s.Name, ": ")
	wanted := s.Wanted
	if part != "" && !strings.HasPrefix(wanted, part) {
		wanted = part + " " + wanted
	}
	if s.State == "ok" {
		t.Mark(t.Say(name), "ok", t.Good, t.Say(": %s", wanted))
		return
	}
	text := t.Say(": %s", t.Say(stateTexts[s.State])) + t.Say("; wanted: %s", wanted)
	if s.Actual != nil {
		text += t.Say("; is: %s", *s.Actual)
	}
	t.Mark(t.Say(name), s.State, t.Bad, text)
}

func lineUsed(r *control.ReceiverSetup, p screen.Style) string {
	switch {
	case r.LineFull:
		return p.Say(", %s", p.Say("full"))
	case r.LineUsed != nil:
		return p.Say(", %s", p.Say("%s used", fmt.Sprintf("%.0f %%", *r.LineUsed*100)))
	}
	return ""
}

// phaseTexts say how far it has come.
var phaseTexts = map[string]string{
	"off": "nothing is sent", "listening": "listening to what it says", "asking": "asking who it is", "comparing": "comparing how it is set",
	"done": "whatever could be done is done", "unanswered": "it answers nothing, and is left as it is",
	"unknown": "it is none that gpsntpd knows, and nothing more is sent",
}

// stateTexts say why a setting is not as wanted.
var stateTexts = map[string]string{
	"pending": "not looked at yet", "differs": "it differs, and is not to be changed", "refused": "the receiver refuses it",
	"ignored": "the receiver confirms it, and does not do it", "no_answer": "the receiver does not answer",
	"unread": "the receiver does not tell", "crowded": "the line carries no more",
	"unable": "gpsntpd cannot set that on this receiver",
}
