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
// nobody else wait; one that is full is said once.
type statisticsFiles struct {
	statistics.Files
	log  zerolog.Logger
	fail string // why it last failed; "" when it did not
}

func newStatistics(c config.Statistics, log zerolog.Logger) *statisticsFiles {
	return &statisticsFiles{Files: statistics.Files{Folder: c.Directory, Days: c.Days}, log: log}
}

// run writes until ctx ends.
func (f *statisticsFiles) run(ctx context.Context, status func(context.Context) (control.Status, error)) error {
	if f.Folder == "" {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(statistics.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return f.Close()
		case <-tick.C:
			if s, err := status(ctx); err == nil && statistics.Fresh(&s) {
				f.write(&s)
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
