package main

import (
	"errors"
	"io/fs"
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
		c.Server.Listen = []string{simListen}
		c.Server.RefID, c.Server.SentenceRefID = "SIM", "SIM"
		if slices.Equal(c.NTS.Listen, config.Default().NTS.Listen) {
			c.NTS.Listen = []string{simListenNTS}
		}
		if c.Web.Listen == config.Default().Web.Listen {
			c.Web.Listen = simListenWeb
		}
		c = o.harmless(c)
	}
	var failures []error
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

// harmless is c for a machine that is not real: nothing real is written, and nobody is
// told. Master keys, files of statistics and alarms are the production's.
func (o options) harmless(c config.Config) config.Config {
	c.Clock.Steer = false
	c.NTS.MasterKeys = ""
	c.Statistics.Directory = ""
	c.Alarms = config.Alarms{Language: c.Alarms.Language}
	if len(o.listen) == 0 {
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
