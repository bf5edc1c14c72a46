package main

import (
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
)

// important are the fields that come first in a line for people, where zerolog has
// no order but that of the alphabet.
var important = []string{"from", "to", "device", "state", "code", "text", "because", "cause", "bound_us", "offset_us", "frequency_ppm"}

// newLog logs to out, at a rate that is to be closed, and keeps the newest
// lines in memory. Beside the time of day, which we may step, each line carries the
// time since the start, which no one can.
func newLog(c config.Log, out io.Writer) (zerolog.Logger, *logRing, *logRate) {
	zerolog.TimeFieldFormat = time.RFC3339Nano
	zerolog.SetGlobalLevel(level(c))
	start := time.Now()
	since := zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) {
		e.Float64("uptime_seconds", float64(time.Since(start).Milliseconds())/1000) // 3.397, not 3.3970000000000002
	})
	file, isFile := out.(*os.File)
	switch {
	case isFile && journalled(file):
		out = newJournal(out, c.Format)
	case c.Format == "console":
		colour := isFile && isatty.IsTerminal(file.Fd())
		out = zerolog.ConsoleWriter{Out: out, TimeFormat: "15:04:05.000", NoColor: !colour, FieldsOrder: important}
	}
	kept, queue := new(logRing), newLogQueue(out)
	rate := &logRate{to: zerolog.MultiLevelWriter(queue, kept), queue: queue, kinds: map[string]*lineKind{}}
	return zerolog.New(rate).With().Timestamp().Logger().Hook(since), kept, rate
}

func level(c config.Log) zerolog.Level {
	l, err := zerolog.ParseLevel(c.Level)
	if err != nil { // the configuration has checked the word
		return zerolog.InfoLevel
	}
	return l
}
