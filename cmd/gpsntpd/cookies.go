package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/network"
	"gpsntpd/server/regular"
)

// cookieFile keeps the keys and cookies that servers of NTS have given us for the next
// start: like the state, a line of JSON and one with its CRC-32, but for no one else to
// read. Its path is "" when nothing is to be kept.
type cookieFile struct {
	path    string
	log     zerolog.Logger
	before  map[string]json.RawMessage // as it was read, by the server's place
	servers map[string]*network.NTS
}

// cookiesIn is the file in folders.
func cookiesIn(folders string, log zerolog.Logger) *cookieFile {
	f := &cookieFile{path: inFirst(folders, "network-nts"), log: log, servers: map[string]*network.NTS{}}
	if f.path == "" {
		return f
	}
	text, err := regular.Read(f.path, regular.Most)
	if errors.Is(err, fs.ErrNotExist) {
		return f
	}
	if err == nil {
		err = parseSummed(text, &f.before)
	}
	if err != nil {
		f.log.Warn().Err(err).Str("file", f.path).Msg("cookies of NTS not used: keys are exchanged again")
	}
	return f
}

// resume has a server go on with what was kept of it.
func (f *cookieFile) resume(place string, n *network.NTS) {
	f.servers[place] = n
	if before := f.before[place]; before != nil {
		if err := n.Resume(before); err != nil {
			f.log.Warn().Err(err).Str("server", place).Msg("cookies of NTS not used: keys are exchanged again")
		}
	}
}

// tasks keep them.
func (f *cookieFile) tasks() []task {
	if f.path == "" || len(f.servers) == 0 {
		return nil
	}
	return []task{{"cookies", func(ctx context.Context) error { return hourly(ctx, f.save) }}}
}

// save replaces the file. Without a server of NTS it stays as it is.
func (f *cookieFile) save() {
	if f == nil || f.path == "" || len(f.servers) == 0 {
		return
	}
	all := map[string]json.RawMessage{}
	for place, n := range f.servers {
		if text := n.Kept(); text != nil {
			all[place] = text
		}
	}
	if err := replaceSummed(f.path, all, 0o600); err != nil {
		f.log.Warn().Err(err).Msg("cookies of NTS not saved")
	}
}
