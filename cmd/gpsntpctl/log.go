package main

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

// followEvery is how often log -f asks for what is new.
const followEvery = time.Second

// levels are the words for how important a message is.
var levels = []string{"debug", "info", "warn", "error"}

// reading is how the log is to be read.
type reading struct {
	follow bool
	level  string // the least important
	lines  int    // of what was there before, at most; 0: all
	json   bool
	screen.Style
}

func newLog(f *flags) *cobra.Command {
	var r reading
	c := &cobra.Command{
		Use:   "log",
		Short: "Show what gpsntpd has logged lately",
		Long: `Show what gpsntpd has logged since its start, the newest 500 lines at most, also
where nothing else keeps a log. Times are UTC by the clock that was disciplined. -f
goes on until it is stopped, over a restart of gpsntpd, too. What is less important
than log.level of the configuration is not there. JSON is a line for each.

Exit status: 0 gpsntpd answered, 69 it did not.`,
		Example: "  gpsntpctl log --level warn\n  gpsntpctl log -f",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains(levels, r.level) {
				return fmt.Errorf("--level: want %s; got %q", strings.Join(levels, ", "), r.level)
			}
			if r.lines < 0 {
				return fmt.Errorf("--lines: want a number of lines; got %d", r.lines)
			}
			r.json, r.Style = f.json, f.style(c)
			client := control.Environ().Client(f.control)
			a, err := client.Log(c.Context())
			if err != nil {
				return f.unreachable(c.Context(), err)
			}
			if err := r.print(c.OutOrStdout(), r.wanted(a.Value, r.lines)); err != nil || !r.follow {
				return err
			}
			tick := time.NewTicker(followEvery)
			defer tick.Stop()
			return r.goOn(c.Context(), client, c.OutOrStdout(), a.Value, tick.C)
		},
	}
	c.Flags().BoolVarP(&r.follow, "follow", "f", false, "go on with what is logged from now on")
	c.Flags().StringVar(&r.level, "level", "debug", "nothing below this `LEVEL`: debug, info, warn or error")
	offers(c, "level", levels)
	c.Flags().IntVarP(&r.lines, "lines", "n", 0, "the newest `N` lines (default: all)")
	return c
}

// wanted is all that is important enough, at most the newest lines of it.
func (r *reading) wanted(all control.Log, most int) control.Log {
	least := slices.Index(levels, r.level)
	var some control.Log
	for _, e := range all {
		if i := slices.Index(levels, e.Level); i < 0 || i >= least { // those that we do not know are worse
			some = append(some, e)
		}
	}
	if most > 0 && len(some) > most {
		some = some[len(some)-most:]
	}
	return some
}

// goOn prints what is new at every tick. A daemon that is not there may come
// back.
func (r *reading) goOn(ctx context.Context, client *control.Client, w io.Writer, before control.Log, tick <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
		a, err := client.Log(ctx)
		if err != nil {
			continue
		}
		if err := r.print(w, r.wanted(newer(before, a.Value), 0)); err != nil {
			return err
		}
		before = a.Value
	}
}

// newer is what has come after all that was there before: all of it when the
// newest line of then is not there any more.
func newer(before, now control.Log) control.Log {
	if len(before) == 0 {
		return now
	}
	last := &before[len(before)-1]
	for i := len(now) - 1; i >= 0; i-- {
		if now[i].Time.Equal(last.Time.Time) && reflect.DeepEqual(now[i].Fields, last.Fields) && now[i].Message == last.Message {
			return now[i+1:]
		}
	}
	return now
}

func (r *reading) print(w io.Writer, all control.Log) error {
	if r.json {
		return writeLines(w, all)
	}
	return write(w, []byte(logText(all, r.Style)))
}

// logText is a paragraph for each entry.
func logText(all control.Log, p screen.Style) string {
	const indent = 26
	var b strings.Builder
	for _, e := range all {
		text := e.Message
		for _, f := range e.Fields {
			switch v := f.Value.(type) {
			case float64:
				if f.Key != "uptime_seconds" { // the time says it, too
					text += fmt.Sprintf(" %s=%s", f.Key, strconv.FormatFloat(v, 'f', -1, 64))
				}
			default:
				text += fmt.Sprintf(" %s=%v", f.Key, v)
			}
		}
		level := fmt.Sprintf("%-5s", e.Level)
		if colour := ofLevel(e.Level, p); colour != "" {
			level = colour + level + p.End
		}
		head := e.Time.UTC().Format(time.DateTime) + " " + level + " "
		for _, line := range screen.Wrap(text, screen.Columns-indent) {
			b.WriteString(head + line + "\n")
			head = strings.Repeat(" ", indent)
		}
	}
	return b.String()
}

func ofLevel(level string, p screen.Style) string {
	switch level {
	case "warn":
		return p.Fair
	case "debug", "info":
		return ""
	}
	return p.Bad
}
