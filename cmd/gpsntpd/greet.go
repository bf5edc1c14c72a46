package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// greet tells the operator what runs here and what to type next, in one piece: the
// log is written meanwhile.
func (a *appliance) greet(out io.Writer) {
	w := new(bytes.Buffer)
	defer func() { _, _ = w.WriteTo(out) }()
	fmt.Fprintf(w, "gpsntpd %s: %s\n", version, a.machine.about)
	query := ""
	for _, c := range a.servers.Counters() {
		fmt.Fprintf(w, "  NTP on     %s\n", c.Listen)
		if query == "" {
			query = c.Listen
		}
	}
	if a.secure.exchange != nil {
		for _, address := range a.secure.exchange.Counters().Listen {
			fmt.Fprintf(w, "  NTS on     %s\n", address)
		}
	}
	if a.page.door != nil {
		fmt.Fprintf(w, "  page on    %s\n", a.page.url())
	}
	fmt.Fprintf(w, "  control on %s\n", a.socket)
	ctl := filepath.Join(filepath.Dir(os.Args[0]), "gpsntpctl") // beside us
	named := ""
	if a.options.control != "" {
		named = " --control " + a.socket
	}
	fmt.Fprintf(w, "Next, in a second terminal:\n  %s%s status\n  %s query %s\nCtrl-C ends it.\n", ctl, named, ctl, query)
}
