package main

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"gpsntpd/cmd/gpsntpd/sandbox"
	"gpsntpd/cmd/internal/config"
)

// confine gives up, for this process and all that it starts, what is not needed once
// everything is open. Where the kernel cannot, the time is served all the same.
func (a *appliance) confine() {
	if a.config.Sandbox.Landlock == "off" {
		return
	}
	if folder := a.config.Statistics.Directory; folder != "" {
		_ = os.MkdirAll(folder, 0o755) // later it could not be made; what is wrong with it is said when it is written to
	}
	version, err := sandbox.Confine(a.needs())
	switch {
	case errors.Is(err, sandbox.ErrNone):
		a.log.Info().Err(err).Msg("not confined")
	case err != nil:
		a.log.Error().Err(err).Msg("not confined")
	default:
		a.confined = true
		a.log.Info().Int("landlock", version).Msg("confined to its own files and devices")
	}
}

// needs is what is opened after the start.
func (a *appliance) needs() sandbox.Needs {
	c := a.config
	n := sandbox.Needs{
		Devices: c.Receiver.Devices,
		Reread: []string{
			cmp.Or(a.options.config, config.Path), c.Server.Keys,
			c.NTS.Certificate, c.NTS.PrivateKey, c.Network.Authorities, c.Web.Certificate, c.Web.PrivateKey,
		},
		Kept:    []string{a.state.folder(), c.Statistics.Directory},
		Played:  a.options.replay,
		Socket:  a.socket,
		Writes:  c.Sandbox.Write,
		Told:    a.notices.reach(),
		Servers: len(c.Network.Servers) > 0,
		Keyed:   keyPorts(c.Network.Servers),
		Metrics: c.Metrics.Listen,
	}
	if pulse := c.Pulse.Source(); filepath.IsAbs(pulse.Path) {
		n.Devices = append(slices.Clone(n.Devices), pulse.Path)
	}
	if c.NTS.MasterKeys != "" {
		n.Kept = append(n.Kept, filepath.Dir(c.NTS.MasterKeys))
	}
	if len(c.Alarms.Exec) > 0 {
		n.Program = c.Alarms.Exec[0]
	}
	return n
}

// outside explains err, of a file that was named after the start.
func outside(confined bool, err error) string {
	if confined && errors.Is(err, fs.ErrPermission) {
		return "; gpsntpd is confined to the files that it was started with: a restart reads it"
	}
	return ""
}
