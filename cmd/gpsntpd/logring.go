package main

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/server/control"
)

// What is kept of the log in memory: some hours of a troubled daemon.
const (
	keptEntries    = 500
	keptEntryBytes = 4 << 10 // a longer one is not kept
)

// logRing keeps the newest lines of the log as zerolog writes them: objects of
// JSON. The zero value is ready for use.
type logRing struct {
	mu    sync.Mutex
	lines [keptEntries][]byte
	next  int // index of the oldest, which the next one replaces
}

// Write implements io.Writer. It never fails: a log that cannot be kept is one
// that has been written elsewhere.
func (r *logRing) Write(line []byte) (int, error) {
	if len(line) > keptEntryBytes {
		return len(line), nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines[r.next] = append(r.lines[r.next][:0], line...)
	r.next = (r.next + 1) % keptEntries
	return len(line), nil
}

// entries returns what is kept, oldest first.
func (r *logRing) entries() control.Log {
	r.mu.Lock()
	lines := make([][]byte, 0, keptEntries)
	for i := range keptEntries {
		if l := r.lines[(r.next+i)%keptEntries]; len(l) > 0 {
			lines = append(lines, slices.Clone(l))
		}
	}
	r.mu.Unlock()
	all := make(control.Log, 0, len(lines))
	for _, l := range lines {
		if e, ok := logEntry(l); ok {
			all = append(all, e)
		}
	}
	return all
}

// logEntry takes a line of the log apart.
func logEntry(line []byte) (e control.LogEntry, ok bool) {
	if json.Unmarshal(line, &e.Fields) != nil {
		return e, false
	}
	text := func(key string) string {
		s, _ := e.Fields.Get(key).(string)
		e.Fields = slices.DeleteFunc(e.Fields, func(f control.Field) bool { return f.Key == key })
		return s
	}
	at, err := time.Parse(time.RFC3339Nano, text(zerolog.TimestampFieldName))
	e.Time = control.Time{Time: at.UTC()}
	e.Level, e.Message = text(zerolog.LevelFieldName), text(zerolog.MessageFieldName)
	return e, err == nil
}

// Log implements control.Daemon.
func (d daemon) Log(context.Context) (control.Log, error) { return d.log.entries(), nil }
