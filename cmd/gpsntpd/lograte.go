package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// How often one message is logged: a receiver that changes its mind with each sentence
// must not drive out of the log what else is in it.
const (
	burstLines = 60          // at once
	lineEvery  = time.Minute // then
	mostKinds  = 256         // of messages that are told apart
)

// logRate passes on lines of the log. Of a message that comes too often it passes on the
// newest line once a minute, with how many were left out. Debug lines all pass.
type logRate struct {
	to    zerolog.LevelWriter
	queue *logQueue // behind to
	mu    sync.Mutex
	kinds map[string]*lineKind
}

// lineKind is what is known of one message.
type lineKind struct {
	since   int       // lines of the burst that are used up
	at      time.Time // as of then
	omitted int       // lines that were not passed on; the last of them is newest
	newest  []byte
	level   zerolog.Level
	timer   *time.Timer // that passes it on
}

// Write implements io.Writer.
func (r *logRate) Write(line []byte) (int, error) { return r.WriteLevel(zerolog.NoLevel, line) }

// WriteLevel implements zerolog.LevelWriter.
func (r *logRate) WriteLevel(level zerolog.Level, line []byte) (int, error) {
	if level < zerolog.InfoLevel {
		return r.to.WriteLevel(level, line)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.kind(line)
	now := time.Now()
	for k.since > 0 && now.Sub(k.at) >= lineEvery {
		k.since, k.at = k.since-1, k.at.Add(lineEvery)
	}
	if k.since == 0 {
		k.at = now
	}
	if k.since < burstLines && k.omitted == 0 {
		k.since++
		return r.to.WriteLevel(level, line)
	}
	k.omitted, k.newest, k.level = k.omitted+1, append(k.newest[:0], line...), level
	if k.timer == nil {
		k.timer = time.AfterFunc(k.at.Add(lineEvery).Sub(now), func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.release(k)
		})
	}
	return len(line), nil
}

// kind is that of line: its message, and the code of an alarm.
func (r *logRate) kind(line []byte) *lineKind {
	var of struct{ Message, Code string }
	_ = json.Unmarshal(line, &of) // what is torn is of the kind without a message
	name := of.Message + "\x00" + of.Code
	k := r.kinds[name]
	if k == nil {
		if len(r.kinds) >= mostKinds {
			name = "" // they share one
		}
		if k = r.kinds[name]; k == nil {
			k = new(lineKind)
			r.kinds[name] = k
		}
	}
	return k
}

// release passes the newest line on.
func (r *logRate) release(k *lineKind) {
	if k.omitted == 0 {
		return
	}
	line := k.newest
	if left := k.omitted - 1; left > 0 {
		line = fmt.Appendf(bytes.TrimRight(line, "}\n"), ",\"left_out\":%d}\n", left)
	}
	_, _ = r.to.WriteLevel(k.level, line) // there is no other place to report it
	k.omitted, k.timer, k.at = 0, nil, k.at.Add(lineEvery)
}

// close passes on what is held back, and ends the queue.
func (r *logRate) close() {
	r.mu.Lock()
	for _, k := range r.kinds {
		if k.timer != nil {
			k.timer.Stop()
		}
		r.release(k)
	}
	r.mu.Unlock()
	r.queue.close()
}
