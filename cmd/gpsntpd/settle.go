package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"slices"

	"gpsntpd/cmd/internal/config"
)

// settle joins the file, the command line, and what the simulated machine asks
// for: nobody else's clock, and loopback only.
func (o options) settle() (config.Config, error) {
	c := config.Default()
	path := o.config
	if path == "" && !o.pretends() {
		if _, err := os.Stat(config.Path); !errors.Is(err, fs.ErrNotExist) {
			path = config.Path
		}
	}
	if path != "" {
		var err error
		if c, err = config.Load(path); err != nil {
			return c, err
		}
	}
	if o.pretends() {
		c.Server.RefID, c.Server.SentenceRefID = "SIM", "SIM"
		c = o.harmless(o.here(c))
	}
	failures := []error{o.elsewhere()}
	if len(o.listen) > 0 {
		failures = append(failures, c.Set("server.listen", o.listen...))
	}
	if o.web != "" {
		failures = append(failures, c.Set("web.listen", o.web))
	}
	if o.logFormat != "" {
		failures = append(failures, c.Set("log.format", o.logFormat))
	}
	if o.noSteer {
		c.Clock.Steer = false
	}
	return c, errors.Join(failures...)
}

// here is c with the doors of the simulated machine, which are open to this host only,
// where the file names none, or, without --anywhere, one that others can reach.
func (o options) here(c config.Config) config.Config {
	usual := config.Default()
	ours := func(door *string, usual, simulated string) {
		if *door != "" && (*door == usual || !o.anywhere && !onThisHost(*door)) {
			*door = simulated
		}
	}
	all := func(doors *[]string, usual []string, simulated string) {
		if slices.Equal(*doors, usual) || !o.anywhere && !every(*doors, onThisHost) {
			*doors = []string{simulated}
		}
	}
	all(&c.Server.Listen, usual.Server.Listen, simListen)
	all(&c.NTS.Listen, usual.NTS.Listen, simListenNTS)
	ours(&c.Web.Listen, usual.Web.Listen, simListenWeb)
	ours(&c.Metrics.Listen, usual.Metrics.Listen, simListenMetrics)
	return c
}

// elsewhere is an error for addresses of the command line at which others would take
// simulated time for the real one, unless that is wanted.
func (o options) elsewhere() error {
	if o.anywhere || !o.pretends() {
		return nil
	}
	for _, door := range append(slices.Clone(o.listen), o.web) {
		if _, _, err := net.SplitHostPort(door); err == nil && !onThisHost(door) {
			return fmt.Errorf("%s: simulated time is for this host only; --anywhere shows it to others, too", door)
		}
	}
	return nil
}

// onThisHost reports whether only this host reaches an address and port.
func onThisHost(door string) bool {
	host, _, _ := net.SplitHostPort(door)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

func every(doors []string, is func(string) bool) bool {
	return !slices.ContainsFunc(doors, func(door string) bool { return !is(door) })
}

// harmless is c for a machine that is not real: nothing real is written, and nobody is
// told. Master keys, files of statistics and alarms are the production's.
func (o options) harmless(c config.Config) config.Config {
	c.Clock.Steer = false
	c.NTS.MasterKeys = ""
	c.Statistics.Directory = ""
	c.Alarms = config.Alarms{Language: c.Alarms.Language}
	if !o.anywhere {
		c.Server.Broadcast = nil
	}
	return c
}

// stateDirectory is where something may be kept from one start to the next, as
// systemd passes it; "" for what is simulated.
func (o options) stateDirectory() string {
	if o.pretends() {
		return ""
	}
	return os.Getenv("STATE_DIRECTORY")
}

// pretends tells whether the hardware is simulated.
func (o options) pretends() bool { return o.simulate || o.replay != "" }
