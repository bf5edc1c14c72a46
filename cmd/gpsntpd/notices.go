package main

import (
	"os"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/alarm"
	"gpsntpd/server/notice"
	"gpsntpd/server/why"
)

// notices delivers alarms by the ways of the configuration.
type notices struct {
	*notice.Post
	host     string
	language why.Language
}

func newNotices(c config.Alarms, log zerolog.Logger) notices {
	var ways []notice.Way
	if len(c.Exec) > 0 {
		ways = append(ways, notice.Exec{Command: c.Exec})
	}
	if c.Webhook != "" {
		ways = append(ways, notice.Webhook{URL: c.Webhook})
	}
	if c.Syslog != (notice.Syslog{}) {
		ways = append(ways, c.Syslog)
	}
	host, _ := os.Hostname() // a host without a name tells of its alarms all the same
	return notices{notice.New(log, ways...), host, c.Language}
}

// raised queues what the loop has raised or cleared: one for each cause, not what
// follows from it.
func (n notices) raised(a alarm.Alarm) {
	if !a.Told {
		return
	}
	text, remedy := a.Notice(n.language)
	told := notice.Notice{
		Host: n.host, Code: string(a.Code), Severity: string(a.Severity), State: notice.Raised,
		Time: a.Raised, Text: text, Remedy: remedy,
	}
	if !a.Cleared.IsZero() {
		told.State, told.Time = notice.Cleared, a.Cleared
	}
	n.Send(told)
}
