package main

import (
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
)

// newLog logs to standard error. Beside the time of day, which we may step,
// each line carries the time since the start, which nobody can.
func newLog(c config.Log) zerolog.Logger {
	zerolog.TimeFieldFormat = time.RFC3339Nano
	zerolog.SetGlobalLevel(level(c))
	start := time.Now()
	since := zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) {
		e.Float64("uptime_seconds", time.Since(start).Round(time.Millisecond).Seconds())
	})
	if c.Format == "json" {
		return zerolog.New(os.Stderr).With().Timestamp().Logger().Hook(since)
	}
	console := zerolog.ConsoleWriter{Out: os.Stderr, TimeFormat: "15:04:05.000", NoColor: !isatty.IsTerminal(os.Stderr.Fd())}
	return zerolog.New(console).With().Timestamp().Logger().Hook(since)
}

func level(c config.Log) zerolog.Level {
	l, err := zerolog.ParseLevel(c.Level)
	if err != nil { // the configuration has checked the word
		return zerolog.InfoLevel
	}
	return l
}
