package main

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/control"
	"gpsntpd/server/statistics"
)

// statisticsFiles writes what an operator has asked for. A disk that is slow makes
// no one else wait; one that is full is said once.
type statisticsFiles struct {
	statistics.Files
	log  zerolog.Logger
	fail string // why it last failed; "" when it did not
}

func newStatistics(c config.Statistics, log zerolog.Logger) *statisticsFiles {
	return &statisticsFiles{Files: statistics.Files{Folder: c.Directory, Days: c.Days}, log: log}
}

// closeTimeout is how long the end waits for what is being written.
const closeTimeout = time.Second

// tasks write what status says.
func (f *statisticsFiles) tasks(status func(context.Context) (control.Status, error)) []task {
	if f.Folder == "" {
		return nil
	}
	return []task{{"statistics", func(ctx context.Context) error {
		tick := time.NewTicker(statistics.Every)
		defer tick.Stop()
		return f.follow(ctx, tick.C, status)
	}}}
}

// follow writes at each tick until ctx ends. It leaves a disk that hangs to itself:
// what the daemon has learnt is still to be saved, maybe on another one.
func (f *statisticsFiles) follow(ctx context.Context, tick <-chan time.Time, status func(context.Context) (control.Status, error)) error {
	lines, closed := make(chan control.Status, 1), make(chan error, 1)
	go func() {
		for s := range lines {
			f.write(&s)
		}
		closed <- f.Close()
	}()
	for {
		select {
		case <-ctx.Done():
			close(lines)
			select {
			case err := <-closed:
				return err
			case <-time.After(closeTimeout):
				return nil
			}
		case <-tick:
			if s, err := status(ctx); err == nil && statistics.Fresh(&s) {
				select {
				case lines <- s:
				default: // the last ones are still on their way
				}
			}
		}
	}
}

func (f *statisticsFiles) write(s *control.Status) {
	reason := ""
	if err := f.Write(s); err != nil {
		reason = err.Error()
	}
	switch {
	case reason == f.fail:
	case reason == "":
		f.log.Info().Msg("statistics are written again")
	default:
		f.log.Warn().Str("error", reason).Msg("statistics not written")
	}
	f.fail = reason
}
