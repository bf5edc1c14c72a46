package main

import (
	"bytes"
	"context"
	"encoding/json"
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
		p, err = parsePosition(text)
	}
	if err != nil {
		f.log.Warn().Err(err).Str("file", f.path).Msg("position not used: a timing receiver surveys it again")
	}
	return p
}

func parsePosition(text []byte) (p configure.Position, err error) {
	body, sum, _ := bytes.Cut(text, []byte("\n"))
	if string(sum) != checksum(body) {
		return p, errForeign
	}
	return p, json.Unmarshal(body, &p)
}

// surveyed has p kept, instead of one that still waits for that.
func (f positionFile) surveyed(p configure.Position) {
	select {
	case <-f.found:
	default:
	}
	f.found <- p
}

// run keeps what is found until ctx ends.
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
	body, err := json.Marshal(p)
	if err == nil {
		err = replace(f.path, append(append(body, '\n'), checksum(body)...), 0o600)
	}
	if err != nil {
		f.log.Warn().Err(err).Msg("position not saved")
	}
}
