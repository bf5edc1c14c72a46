package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"time"

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
	body, sum, _ := bytes.Cut(text, []byte("\n"))
	if err == nil && string(sum) != checksum(body) {
		err = errForeign
	}
	if err == nil {
		err = json.Unmarshal(body, &f.before)
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

// run keeps them until ctx ends.
func (f *cookieFile) run(ctx context.Context) error {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			f.save()
		}
	}
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
	body, err := json.Marshal(all)
	if err == nil {
		err = replace(f.path, append(append(body, '\n'), checksum(body)...), 0o600)
	}
	if err != nil {
		f.log.Warn().Err(err).Msg("cookies of NTS not saved")
	}
}
