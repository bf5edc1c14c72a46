// Package config reads the configuration file that both commands share. Every
// key is optional, every value carries its unit, and whatever is not understood
// is an error that names its line.
package config

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/refclock"
	"gpsntpd/refclock/configure"
	"gpsntpd/server/notice"
	"gpsntpd/server/ntp"
	"gpsntpd/server/regular"
	"gpsntpd/server/why"
)

// Config is what an operator can choose.
type Config struct {
	Language why.Language // of the page, of alarms and of why; "": what a browser asks for, else English
	Receiver Receiver
	Pulse    Pulse
	Clock    Clock
	Network  Network
	Server   Server
	NTS      NTS
	Log      Log
	Control  Control
	Web      Web
	Alarms   Alarms
	Metrics  Metrics
	Recorder Recorder

	Statistics Statistics
	Sandbox    Sandbox
}

// Receiver is the serial port that the sentences come from.
type Receiver struct {
	Enabled         bool          // else there is none, and network servers are followed
	Devices         []string      // paths and patterns, tried in this order
	Baud            int           // 0: found out
	NotBefore       refclock.UTC  // 0: the date of the commit that was built
	SentenceLatency time.Duration // 0: learned
	Sawtooth        string        // "auto" or "off": whether what it says of its pulses is used

	Configure      configure.Mode // what may be done to the receiver
	ElevationMask  *int           // degrees; nil: as it is
	CableDelay     *time.Duration // of the antenna; nil: as it is
	Constellations []string       // none: as they are
}

// Options are what is wanted of the receiver.
func (r Receiver) Options() configure.Options {
	return configure.Options{Mode: r.Configure, ElevationMask: r.ElevationMask, CableDelay: r.CableDelay, Constellations: r.Constellations, FixedSpeed: r.Baud != 0}
}

// Pulse is the pulse per second.
type Pulse struct {
	Device  string        // "": none; "dcd:" and a path: the DCD line of a serial port
	Compare string        // another path of the same pulse: "auto", as Device, "": none
	Edge    string        // "assert" or "clear"
	Latency time.Duration // of its timestamps

	LatencyError *time.Duration // how far Latency may be too small; nil: what is known of the board
}

// Clock is what may be done to the clock and what is expected of it.
type Clock struct {
	Steer         bool          // else a clock of our own is disciplined and served
	MaxError      time.Duration // bound above which we are not synchronized
	StepThreshold time.Duration // how far someone else must move the clock before we step it back
	Bound         string        // path of the page that clients of ClockBound read; "": none
	LeapSeconds   string        // path of a leap-seconds.list; "": the system's
	Temperature   string        // sensor near the oscillator; "auto": the nearest, "": none
}

// Server is the NTP server.
type Server struct {
	Listen        []string // addr:port; an empty addr is all of them
	RefID         string   // while the pulse disciplines
	SentenceRefID string   // while sentences alone do

	Allow, Deny []netip.Prefix // who may ask, and who may not
	RateLimit   ntp.Limit      // of each client
	Keys        string         // path of a file of symmetric keys; "": none
	Ntpq        []netip.Prefix // who may read with mode 6

	Broadcast         []netip.AddrPort // to whom mode 5 is sent; none: to no one
	BroadcastInterval time.Duration
	BroadcastKey      int // number of the symmetric key; 0: not signed

	Interface string // the only one; "": all
	DSCP      int    // of the answers
	Hardware  string // timestamps of the network interface: "auto" or "off"
	Workers   int    // for each address; 0: one for each processor
	FastPath  string // "off" or "xdp"
}

// NTS is Network Time Security.
type NTS struct {
	Certificate string   // path; "": no NTS
	PrivateKey  string   // path; "": beside the certificate in its file
	Listen      []string // addr:port of the key exchange; an empty addr is all of them
	Server      string   // that clients are to ask for the time; "": the one that they talked to
	MasterKeys  string   // path; "": in the state directory
}

// Log is what the daemon says of itself.
type Log struct {
	Level  string // "debug", "info", "warn" or "error"
	Format string // "console" or "json"
}

// Alarms is where alarms are delivered, beside the log.
type Alarms struct {
	Exec     []string      // path of a program and its arguments; nil: none
	Webhook  string        // URL; "": none
	Services []string      // paths of files that LoadService reads
	Syslog   notice.Syslog // zero: none
	Language why.Language  // of what is delivered; "": Config.Language
}

// Control is where gpsntpctl finds the daemon.
type Control struct {
	Socket string // path; "": the usual places
}

// Default is the configuration without a file: that of a Raspberry Pi with a
// GPS HAT, or with a receiver on USB.
func Default() Config {
	return Config{
		Receiver: Receiver{Enabled: true, Devices: []string{"/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0", "/dev/ttyUSB*", "/dev/ttyACM*"}, Configure: configure.Auto, Sawtooth: "auto"},
		Pulse:    Pulse{Device: "/dev/pps0", Compare: "auto", Edge: "assert"},
		Clock:    Clock{Steer: true, MaxError: time.Millisecond, StepThreshold: 50 * time.Millisecond, Temperature: "auto"},
		Server:   Server{Listen: []string{":123"}, RefID: discipline.DefaultPulseRefID, SentenceRefID: discipline.DefaultSentenceRefID, Allow: ntp.Nearby(), RateLimit: ntp.DefaultLimit(), Ntpq: loopback(), BroadcastInterval: 64 * time.Second, Hardware: "auto", FastPath: "off"},
		NTS:      NTS{Listen: []string{":4460"}},
		Web:      Web{Listen: "127.0.0.1:8123"},
		Recorder: Recorder{Size: 4e6},

		Statistics: Statistics{Days: 31},
		Sandbox:    Sandbox{Landlock: "auto"},
		Log:        Log{Level: "info", Format: "console"},
	}
}

func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// Web is the page.
type Web struct {
	Listen      string   // addr:port; an empty addr is all of them; "": no page
	Names       []string // by which browsers may know this host, beside its own name and its addresses
	Certificate string   // path; "": no TLS
	PrivateKey  string   // path; "": beside the certificate in its file
	Passwords   string   // path; "": whoever can connect may read

	Proxies []netip.Prefix // whose X-Forwarded-For is believed
}

// Statistics is files as ntpd and chronyd write them.
type Statistics struct {
	Directory string // path; "": there are none
	Days      int    // how many days' files are kept
}

// Recorder is the flight recorder.
type Recorder struct {
	Size int // bytes of memory; 0: nothing is recorded
}

// Sandbox is what the kernel keeps the daemon from.
type Sandbox struct {
	Landlock string   // "auto" or "off"
	Write    []string // folders in which the program of alarms.exec may write
}

// Metrics is where Prometheus asks.
type Metrics struct {
	Listen string // addr:port; an empty addr is all of them; "": closed
}

// most is how long a file may be, in bytes.
const most = 256 << 10

// Load reads the file at path.
func Load(path string) (Config, error) {
	text, err := regular.Read(path, most)
	if err != nil {
		return Config{}, err
	}
	return Parse(path, text)
}

// Told is where alarms are delivered, in a language.
func (c Config) Told() Alarms {
	told := c.Alarms
	told.Language = cmp.Or(told.Language, c.Language, why.English)
	return told
}

// String returns c as a file that Parse reads as c.
func (c Config) String() string {
	var b strings.Builder
	section := ""
	for _, k := range keys(&c) {
		s, name := k.place()
		if s != section {
			section = s
			fmt.Fprintf(&b, "\n[%s]\n", section)
		}
		fmt.Fprintf(&b, "# %s\n%s = %s\n", k.doc, name, k.text())
	}
	return strings.TrimPrefix(b.String(), "\n")
}
