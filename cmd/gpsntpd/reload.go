package main

import (
	"context"
	"os"
	"strings"
	"sync/atomic"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/ntp"
)

// reloader reads the configuration again on SIGHUP, with the symmetric keys and
// the certificate of NTS. The log level, the policy and the keys take effect at
// once; for every other key that has changed it says that a restart is needed.
type reloader struct {
	options options
	running *atomic.Pointer[config.Config] // the configuration in force
	policy  *atomic.Pointer[ntp.Policy]
	keys    *atomic.Pointer[ntp.Keys]
	nts     *ntsService
	hangups <-chan os.Signal

	confined bool // to the files of the start
	log      zerolog.Logger
}

func (r reloader) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.hangups:
			r.reload()
		}
	}
}

func (r reloader) reload() {
	c, err := r.options.configuration()
	if err != nil {
		r.log.Error().Err(err).Msg("configuration not read again: the old one stays in force" + outside(r.confined, err))
		return
	}
	zerolog.SetGlobalLevel(level(c.Log))
	r.policy.Store(policy(c.Server, r.log))
	r.rekey(c.Server.Keys)
	r.nts.reloadCertificate()
	running := *r.running.Load()
	running.Log.Level = c.Log.Level
	running.Server.Allow, running.Server.Deny, running.Server.RateLimit = c.Server.Allow, c.Server.Deny, c.Server.RateLimit
	running.Server.Keys = c.Server.Keys
	r.running.Store(&running)
	changed := config.Changes(running, c)
	if len(changed) == 0 {
		r.log.Info().Msg("configuration read again")
		return
	}
	r.log.Warn().Str("keys", strings.Join(changed, " ")).Msg("configuration read again; these keys need a restart")
}

// rekey reads the file of symmetric keys at path.
func (r reloader) rekey(path string) {
	keys, err := symmetricKeys(path)
	if err != nil {
		r.log.Error().Err(err).Msg("symmetric keys not read again: the old ones stay in force" + outside(r.confined, err))
		return
	}
	r.keys.Store(&keys)
}
