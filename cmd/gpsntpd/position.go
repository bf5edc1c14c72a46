package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/rs/zerolog"

	"gpsntpd/refclock/configure"
	"gpsntpd/server/regular"
)

// positionFile keeps where the antenna stands, as a survey of the receiver found it, for
// no one else to read. Its path is "" when nothing is to be kept; its form is that of
// stateFile.
type positionFile struct {
	path  string
	log   zerolog.Logger
	found chan configure.Position // the newest
}

func positionIn(folders string, log zerolog.Logger) positionFile {
	return positionFile{inFirst(folders, "position"), log, make(chan configure.Position, 1)}
}

// load returns what was kept; the zero value is nothing.
func (f positionFile) load() configure.Position {
	if f.path == "" {
		return configure.Position{}
	}
	text, err := regular.Read(f.path, regular.Most)
	if errors.Is(err, fs.ErrNotExist) {
		return configure.Position{}
	}
	var p configure.Position
	if err == nil {
		err = parseSummed(text, &p)
	}
	if err != nil {
		f.log.Warn().Err(err).Str("file", f.path).Msg("position not used: a timing receiver surveys it again")
	}
	return p
}

// surveyed has p kept, instead of one that still waits for that.
func (f positionFile) surveyed(p configure.Position) {
	select {
	case <-f.found:
	default:
	}
	f.found <- p
}

// tasks keep what is found.
func (f positionFile) tasks() []task {
	if f.path == "" {
		return nil
	}
	return []task{{"position", f.run}}
}

func (f positionFile) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case p := <-f.found:
			f.save(p)
		}
	}
}

func (f positionFile) save(p configure.Position) {
	if f.path == "" {
		return
	}
	if err := replaceSummed(f.path, p, 0o600); err != nil {
		f.log.Warn().Err(err).Msg("position not saved")
	}
}
