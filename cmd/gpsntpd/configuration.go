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

// configuration joins the file, the command line, and what the simulated machine asks
// for: no real clock, and loopback only.
func (o options) configuration() (config.Config, error) {
	c := config.Default()
	path := o.config
	if path == "" && !o.simulated() {
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
	if o.simulated() {
		c.Server.RefID, c.Server.SentenceRefID = "SIM", "SIM"
		c = o.withoutEffects(o.withLoopback(c))
	}
	failures := []error{o.refuseForeign()}
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

// withLoopback is c with the addresses of the simulated machine, which only this host reaches,
// where the file names none, or, without --anywhere, one that others can reach.
func (o options) withLoopback(c config.Config) config.Config {
	usual := config.Default()
	ours := func(address *string, usual, simulated string) {
		if *address != "" && (*address == usual || !o.anywhere && !isLoopback(*address)) {
			*address = simulated
		}
	}
	all := func(addresses *[]string, usual []string, simulated string) {
		if slices.Equal(*addresses, usual) || !o.anywhere && !every(*addresses, isLoopback) {
			*addresses = []string{simulated}
		}
	}
	all(&c.Server.Listen, usual.Server.Listen, simListen)
	all(&c.NTS.Listen, usual.NTS.Listen, simListenNTS)
	ours(&c.Web.Listen, usual.Web.Listen, simListenWeb)
	ours(&c.Metrics.Listen, usual.Metrics.Listen, simListenMetrics)
	return c
}

// refuseForeign returns an error for addresses of the command line at which others would take
// simulated time for the real one, unless that is wanted.
func (o options) refuseForeign() error {
	if o.anywhere || !o.simulated() {
		return nil
	}
	for _, address := range append(slices.Clone(o.listen), o.web) {
		if _, _, err := net.SplitHostPort(address); err == nil && !isLoopback(address) {
			return fmt.Errorf("%s: simulated time is for this host only; --anywhere shows it to others, too", address)
		}
	}
	return nil
}

// isLoopback reports whether only this host reaches an address and port.
func isLoopback(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

func every(addresses []string, is func(string) bool) bool {
	return !slices.ContainsFunc(addresses, func(address string) bool { return !is(address) })
}

// withoutEffects is c for a machine that is not real: nothing real is written, and no alarm
// is sent. Master keys, files of statistics and alarms are the production's.
func (o options) withoutEffects(c config.Config) config.Config {
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
	if o.simulated() {
		return ""
	}
	return os.Getenv("STATE_DIRECTORY")
}

// simulated reports whether the hardware is simulated.
func (o options) simulated() bool { return o.simulate || o.replay != "" }
