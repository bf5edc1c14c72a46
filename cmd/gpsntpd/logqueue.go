package main

import (
	"bytes"
	"io"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

// Limits of the log on its way out.
const (
	queuedLines = 256                    // may wait for whoever reads it
	lastLines   = 500 * time.Millisecond // is how long they may take at the end
)

// logQueue hands lines on to a writer that may take its time: a pipe that no one
// reads, or a journal that hangs, must not stop the clock.
type logQueue struct {
	lines chan []byte
	lost  atomic.Uint64
	end   chan struct{} // closed when no more lines are to come
	ended chan struct{} // closed when all have been written
}

// newLogQueue returns one that writes to out until it is closed.
func newLogQueue(out io.Writer) *logQueue {
	q := &logQueue{lines: make(chan []byte, queuedLines), end: make(chan struct{}), ended: make(chan struct{})}
	go q.run(out)
	return q
}

// Write implements io.Writer. It never waits: a line for which there is no room is
// counted, and the log says so.
func (q *logQueue) Write(line []byte) (int, error) {
	select {
	case q.lines <- bytes.Clone(line):
	default:
		q.lost.Add(1)
	}
	return len(line), nil
}

func (q *logQueue) run(out io.Writer) {
	defer close(q.ended)
	log := zerolog.New(out).With().Timestamp().Logger()
	write := func(line []byte) {
		_, _ = out.Write(line) // there is no other place to report it
		if n := q.lost.Swap(0); n > 0 {
			log.Warn().Uint64("lines", n).Msg("no one took the log in time; lines are missing here")
		}
	}
	for {
		select {
		case line := <-q.lines:
			write(line)
		case <-q.end:
			for len(q.lines) > 0 { // no one else takes from it
				write(<-q.lines)
			}
			return
		}
	}
}

// close waits for what is still to be written, but not for long.
func (q *logQueue) close() {
	close(q.end)
	select {
	case <-q.ended:
	case <-time.After(lastLines):
	}
}
