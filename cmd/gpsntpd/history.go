package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/rs/zerolog"

	"gpsntpd/server/history"
	"gpsntpd/server/regular"
)

// historyFile keeps the history for the next start. Its path is "" when it is not to
// be kept.
type historyFile struct {
	path string
	log  zerolog.Logger
}

// historyIn is the file in folders.
func historyIn(folders string, log zerolog.Logger) historyFile {
	return historyFile{inFirst(folders, "history"), log}
}

// load returns the history that was kept. One that can't be trusted begins anew.
func (f historyFile) load() *history.History {
	if f.path == "" {
		return history.New()
	}
	h, err := readHistory(f.path)
	if err == nil {
		return h
	}
	if !errors.Is(err, fs.ErrNotExist) {
		f.log.Warn().Err(err).Str("file", f.path).Msg("history not used: it begins anew")
	}
	return history.New()
}

func readHistory(path string) (*history.History, error) {
	text, err := regular.Read(path, history.FileBytes)
	if err != nil {
		return nil, err
	}
	return history.Parse(text)
}

// save replaces the file, or leaves it as it is and says why.
func (f historyFile) save(h *history.History) {
	if f.path == "" {
		return
	}
	var text bytes.Buffer
	_, err := h.WriteTo(&text)
	if err == nil {
		err = replace(f.path, text.Bytes(), 0o644)
	}
	if err != nil {
		f.log.Warn().Err(err).Msg("history not saved")
	}
}

// run saves h every hour until ctx ends. The last save is the caller's.
func (f historyFile) run(ctx context.Context, h *history.History) error {
	return hourly(ctx, func() { f.save(h) })
}

// History implements control.Daemon.
func (d daemon) History(_ context.Context, span string) (io.WriterTo, error) {
	return d.history.Past(span)
}
