package man

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gpsntpd/server/control"
)

// Daemon is gpsntpd(8).
func Daemon(flags *pflag.FlagSet) string {
	p := newPage("gpsntpd", "8", "GPS-disciplined NTP server")
	p.section("SYNOPSIS")
	p.WriteString(".B gpsntpd\n.RI [ options ]\n")
	p.section("DESCRIPTION")
	p.text(daemonText)
	p.section("OPTIONS")
	p.options(flags)
	p.section("SIGNALS")
	p.item(`\fBSIGHUP\fR`, "Reads the configuration again, with the symmetric keys and the certificate of NTS. The log level, who may ask and how often take effect at once; of other keys that have changed it says that they need a restart.")
	p.item(`\fBSIGTERM\fR, \fBSIGINT\fR`, "Ends it within two seconds. The clock goes on at the frequency that its oscillator needs.")
	p.section("EXIT STATUS")
	p.statuses("0", "It was told to end.", "1", "It failed, and says why.", "64", "The command line is wrong.", "78", "The configuration is wrong.")
	p.section("ENVIRONMENT")
	p.item(`\fBRUNTIME_DIRECTORY\fR`, "Where the control socket is made, as systemd sets it; else $XDG_RUNTIME_DIR/gpsntpd, /tmp/gpsntpd-$UID or $HOME/.gpsntpd.")
	p.item(`\fBSTATE_DIRECTORY\fR`, "Where the frequency and other things that have been learnt are kept over a restart. Without it nothing is kept.")
	p.item(`\fBLISTEN_FDS\fR, \fBNOTIFY_SOCKET\fR, \fBWATCHDOG_USEC\fR`, "What systemd passes: sockets that are open already, and where to say that all is well.")
	p.section("FILES")
	p.item(`\fI/etc/gpsntpd/gpsntpd.toml\fR`, "The configuration, gpsntpd.toml(5). It need not be there.")
	p.item(`\fI/run/gpsntpd/control.sock\fR`, "What gpsntpctl(1) talks to.")
	p.item(`\fI/var/lib/gpsntpd\fR`, "The state directory of the service.")
	p.section("EXAMPLES")
	p.example("Without any hardware, and without touching the clock:", "gpsntpd --sim", "gpsntpctl status")
	p.example("With the receiver, but a clock of the program's own:", "gpsntpd --no-steer --listen 127.0.0.1:11123")
	p.also("gpsntpctl(1)", "gpsntpd.toml(5)", "chronyd(8)", "adjtimex(2)")
	return p.String()
}

const daemonText = `gpsntpd reads a GNSS receiver (NMEA sentences on a serial port) and its pulse per second (the kernel's PPS devices), works out how wrong the clock of the host is, steers it, and answers NTP requests as stratum 1.

Every answer carries a bound of its error, which grows honestly while there is no pulse. What is not synchronized says so to its clients (leap indicator 3, stratum 0). A device that is missing is waited for: the daemon starts, says what it waits for, and goes on when the device appears.

No configuration is needed on a Raspberry Pi with a GPS HAT. Steering the clock needs CAP_SYS_TIME, port 123 needs CAP_NET_BIND_SERVICE.`

// Tool is gpsntpctl(1), of all its verbs.
func Tool(root *cobra.Command) string {
	p := newPage("gpsntpctl", "1", "look after gpsntpd")
	p.section("SYNOPSIS")
	p.WriteString(".B gpsntpctl\n.RI [ options ]\n.I verb\n.RI [ arguments ]\n")
	p.section("DESCRIPTION")
	p.text(toolText)
	p.section("OPTIONS")
	p.text("These are for every verb; --help says what else there is.")
	p.options(root.PersistentFlags())
	p.section("VERBS")
	p.verbs(root)
	p.section("EXIT STATUS")
	p.text("What a verb has of its own is said there. All have these:")
	p.statuses("0", "Yes, or done.", "64", "The command line is wrong.", "69", "gpsntpd does not answer.", "78", "The configuration is wrong.")
	p.section("ENVIRONMENT")
	p.item(`\fBGPSNTPD_CONTROL\fR`, "The control socket, where --control does not name one.")
	p.item(`\fBNO_COLOR\fR`, "If it is set, nothing is coloured. What is no terminal never is.")
	p.item(`\fBLC_ALL\fR, \fBLC_CTYPE\fR, \fBLANG\fR`, "Where they do not name UTF-8, text is ASCII. Where they name Chinese, what has a Chinese text uses it.")
	p.section("FILES")
	p.item(`\fI/run/gpsntpd/control.sock\fR`, "The control socket. Who may open it may ask; nothing can be changed by it.")
	p.also("gpsntpd(8)", "gpsntpd.toml(5)", "chronyc(1)", "ntpq(8)")
	return p.String()
}

const toolText = `gpsntpctl asks a running gpsntpd how it is, other NTP servers for the time, and the host for what stands in the way. It changes nothing.

Offsets are UTC minus local time: positive when the clock is slow. JSON has a line for each of several things; keys are in snake_case with their unit last; times are RFC 3339 in UTC; what is unknown is null. Keys are not renamed or removed without a line in the changelog; new ones may come.`

// verbs adds those below c.
func (p *page) verbs(c *cobra.Command) {
	for _, v := range c.Commands() {
		if v.Name() == "help" || v.Hidden {
			continue
		}
		if v.HasSubCommands() {
			p.verbs(v)
			continue
		}
		p.subsection(strings.TrimPrefix(v.CommandPath(), "gpsntpctl ") + strings.TrimPrefix(v.Use, v.Name()))
		p.text(strings.Replace(v.Long, "\nExit status:", "\n\nExit status:", 1))
		p.options(v.LocalNonPersistentFlags())
		p.example("", strings.Split(strings.TrimSpace(v.Example), "\n")...)
	}
}

// Key is a key of the configuration.
type Key struct{ Name, Doc, Want, Default string }

// Settings is gpsntpd.toml(5).
func Settings(keys []Key) string {
	p := newPage("gpsntpd.toml", "5", "configuration of gpsntpd")
	p.section("DESCRIPTION")
	p.text(settingsText)
	section := "-"
	for _, k := range keys {
		in, name := control.Place(k.Name)
		if in != section {
			section = in
			heading := "ABOVE ALL SECTIONS"
			if section != "" {
				heading = "[" + section + "]"
			}
			p.section(heading)
		}
		p.item(`\fB`+escape(name)+`\fR = `+escape(k.Default), k.Doc)
		p.WriteString(".br\n")
		p.words("Takes " + k.Want + ".")
	}
	p.section("EXAMPLE")
	p.example("A receiver on USB whose pulse is on pin 18, serving one network:",
		"[receiver]", `device = "/dev/ttyUSB0"`, "", "[pulse]", `device = "pps0"`, "", "[server]", `allow = ["192.0.2.0/24", "2001:db8::/64"]`)
	p.section("FILES")
	p.item(`\fI/etc/gpsntpd/gpsntpd.toml\fR`, "What gpsntpd(8) reads if --config does not name another one.")
	p.item(`\fI/usr/share/doc/gpsntpd/gpsntpd.example.toml\fR`, "A file with every key.")
	p.also("gpsntpd(8)", "gpsntpctl(1)")
	return p.String()
}

const settingsText = `The file is in TOML. Every key is optional; below, each has the value that it has by default. A value carries its unit ("100ms"). A value that TOML has a type for may also be written as a string, and a list of one as that one. What is not understood is an error that names its line:

    gpsntpctl config check /etc/gpsntpd/gpsntpd.toml
    gpsntpctl config show`

// statuses adds pairs of an exit status and its meaning.
func (p *page) statuses(pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		p.item(`\fB`+pairs[i]+`\fR`, pairs[i+1])
	}
}

// example adds lines to type.
func (p *page) example(intro string, lines ...string) {
	if intro != "" {
		p.text(intro)
	}
	p.open()
	for _, line := range lines {
		p.WriteString(escape(strings.TrimSpace(line)) + "\n")
	}
	p.close()
}

// also adds the pages to read next.
func (p *page) also(pages ...string) {
	p.section("SEE ALSO")
	for i, page := range pages {
		name, rest, _ := strings.Cut(page, "(")
		end := ","
		if i == len(pages)-1 {
			end = ""
		}
		p.WriteString(".BR " + escape(name) + " (" + rest + end + "\n")
	}
}
