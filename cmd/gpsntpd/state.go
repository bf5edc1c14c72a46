package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2"
	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/server/regular"
)

// saveEvery spares the board's card: what is kept changes slowly.
const saveEvery = time.Hour

// stateFile keeps what the daemon has learnt for its next start. Its path is
// "" when nothing is to be kept.
//
// The file is a line of JSON and a line with its CRC-32: anything else is torn
// or foreign.
type stateFile struct {
	path string
	log  zerolog.Logger
}

// stateIn is the file in folders.
func stateIn(folders string, log zerolog.Logger) stateFile {
	return stateFile{inFirst(folders, "state"), log}
}

// inFirst is the path of name in the first of folders, which are as systemd passes
// $STATE_DIRECTORY; "" without any.
func inFirst(folders, name string) string {
	all := filepath.SplitList(folders)
	if len(all) == 0 {
		return ""
	}
	return filepath.Join(all[0], name)
}

// folder is where the file is; "" when nothing is to be kept.
func (f stateFile) folder() string {
	if f.path == "" {
		return ""
	}
	return filepath.Dir(f.path)
}

var errForeign = errors.New("its checksum is not right: it is torn, or not ours")

// load returns what was kept. Without a file, or with one that it can't trust,
// the daemon starts cold and says why. No date after notAfter is believed.
func (f stateFile) load(notAfter time.Time) loop.Kept {
	if f.path == "" {
		return loop.Kept{}
	}
	text, err := regular.Read(f.path, regular.Most)
	if errors.Is(err, fs.ErrNotExist) {
		return loop.Kept{}
	}
	var k loop.Kept
	if err == nil {
		k, err = parseState(text, notAfter)
	}
	if err != nil {
		f.log.Warn().Err(err).Str("file", f.path).Msg("state not used: starting cold")
		return loop.Kept{}
	}
	return k
}

func parseState(text []byte, notAfter time.Time) (loop.Kept, error) {
	var k loop.Kept
	if err := parseSummed(text, &k); err != nil {
		return loop.Kept{}, err
	}
	return k, k.Check(notAfter)
}

// parseSummed reads what replaceSummed has written: a line of JSON, and one with its CRC-32.
func parseSummed(text []byte, into any) error {
	body, sum, _ := bytes.Cut(text, []byte("\n"))
	if string(sum) != checksum(body) {
		return errForeign
	}
	return json.Unmarshal(body, into)
}

// replaceSummed replaces a file by a value.
func replaceSummed(path string, value any, mode fs.FileMode) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return replace(path, append(append(body, '\n'), checksum(body)...), mode)
}

func checksum(body []byte) string { return fmt.Sprintf("crc32 %08x\n", crc32.ChecksumIEEE(body)) }

// save replaces the file, or leaves it as it is. That a disk is full or read
// only must not stop the clock: it is logged, and tried again next time.
func (f stateFile) save(k loop.Kept) {
	if f.path == "" || k == (loop.Kept{}) {
		return
	}
	if err := replaceSummed(f.path, k, 0o644); err != nil {
		f.log.Warn().Err(err).Msg("state not saved")
	}
}

// replace also syncs the folder: a name is not on the disk before that.
func replace(path string, text []byte, mode fs.FileMode) error {
	if err := renameio.WriteFile(path, text, mode); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// tasks save every hour what the loop says. The last save is the caller's, when the loop
// has come to rest.
func (f stateFile) tasks(kept func(context.Context) (loop.Kept, error)) []task {
	if f.path == "" {
		return nil
	}
	return []task{{"state", func(ctx context.Context) error {
		return hourly(ctx, func() {
			if k, err := kept(ctx); err == nil {
				f.save(k)
			}
		})
	}}}
}

// hourly calls save every hour until ctx ends.
func hourly(ctx context.Context, save func()) error {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			save()
		}
	}
}
