package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/mattn/go-isatty"
)

// banner is what the daemon prints when it has started: what runs here.
type banner struct {
	about         string
	ntp, nts      []string // addresses
	page, control string   // "": no page
	named         bool     // the control socket, on the command line
}

// printBanner tells the operator what runs here, and in a terminal what to type next.
func (a *appliance) printBanner(out *os.File) {
	g := banner{about: a.machine.about, control: a.socket, named: a.options.control != ""}
	for _, c := range a.servers.Counters() {
		g.ntp = append(g.ntp, c.Listen)
	}
	if a.nts.exchange != nil {
		g.nts = a.nts.exchange.Counters().Listen
	}
	if a.page.listener != nil {
		g.page = a.page.url()
	}
	g.write(out, isatty.IsTerminal(out.Fd()))
}

// write does it in one piece: the log is written meanwhile.
func (g banner) write(out io.Writer, terminal bool) {
	w := new(bytes.Buffer)
	defer func() { _, _ = w.WriteTo(out) }()
	fmt.Fprintf(w, "gpsntpd %s: %s\n", version, g.about)
	for _, address := range g.ntp {
		fmt.Fprintf(w, "  NTP on     %s\n", address)
	}
	for _, address := range g.nts {
		fmt.Fprintf(w, "  NTS on     %s\n", address)
	}
	if g.page != "" {
		fmt.Fprintf(w, "  page on    %s\n", g.page)
	}
	fmt.Fprintf(w, "  control on %s\n", g.control)
	if !terminal || len(g.ntp) == 0 {
		return
	}
	ctl := filepath.Join(filepath.Dir(os.Args[0]), "gpsntpctl") // beside us
	socket := ""
	if g.named {
		socket = " --control " + g.control
	}
	fmt.Fprintf(w, "Next, in a second terminal:\n  %s%s status\n  %s query %s\nCtrl-C ends it.\n", ctl, socket, ctl, g.ntp[0])
}
