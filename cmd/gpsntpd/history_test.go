package main

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/discipline"
	"gpsntpd/server/history"
)

func TestTheHistoryOutlivesARestart(t *testing.T) {
	f := historyIn(t.TempDir()+":/elsewhere", zerolog.Nop())
	h := f.load()
	for s := range int64(100) {
		h.Add(1_790_000_000+s, history.Set, history.Moment{State: discipline.Locked, Bound: 1e-6, Offset: math.NaN()})
	}
	f.save(h)
	var before, after bytes.Buffer
	for w, h := range map[*bytes.Buffer]*history.History{&before: h, &after: f.load()} {
		p, err := h.Past("1h")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.WriteTo(w); err != nil {
			t.Fatal(err)
		}
	}
	if before.Len() < 1000 || before.String() != after.String() {
		t.Errorf("%s\n%s", before.String(), after.String())
	}
}

func TestAHistoryThatIsNoneIsIgnoredWithOneLine(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "foreign": "gpsntpd history 99\n1234", "huge": strings.Repeat("x", 2*history.FileBytes)} {
		var said bytes.Buffer
		f := historyIn(t.TempDir(), zerolog.New(&said))
		if err := os.WriteFile(f.path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err := f.load().Past("60d")
		if err != nil {
			t.Fatal(err)
		}
		var shown bytes.Buffer
		if _, err := p.WriteTo(&shown); err != nil || !strings.Contains(shown.String(), `"state":[]`) {
			t.Errorf("%s: %v, %s", name, err, shown.String())
		}
		if strings.Count(said.String(), "\n") != 1 {
			t.Errorf("%s: said %q", name, said.String())
		}
	}
	if f := historyIn("", zerolog.Nop()); f.path != "" {
		t.Errorf("it is kept at %q", f.path)
	}
}

// storage is what is written into a folder: files are replaced, never changed.
type storage struct {
	folder string
	seen   map[string]time.Time // by name
	files  int
	bytes  int64
}

func (w *storage) look(t *testing.T) {
	t.Helper()
	all, err := os.ReadDir(w.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.ModTime() != w.seen[e.Name()] {
			w.seen[e.Name()] = info.ModTime()
			w.files++
			w.bytes += info.Size()
		}
	}
}

func TestADayOfSteadyStateWritesLittleAndSeldom(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		state, past, h := stateIn(folder, zerolog.Nop()), historyIn(folder, zerolog.Nop()), history.New()
		keep := state.tasks(func(context.Context) (loop.Kept, error) {
			return loop.Kept{FrequencyPPM: 11, Date: time.Now()}, nil
		})[0]
		go keep.run(ctx)
		go past.run(ctx, h)
		w := storage{folder: folder, seen: map[string]time.Time{}}
		for s := range int64(24*3600 + 60) {
			h.Add(1_790_000_000+s, history.Set, history.Moment{State: discipline.Locked, Bound: 1e-6})
			<-time.After(time.Second)
			if s%60 == 0 {
				synctest.Wait()
				w.look(t)
			}
		}
		end()
		synctest.Wait()
		if w.files != 2*24 || w.bytes > 24*int64(history.FileBytes+1000) || w.bytes < 24*50_000 {
			t.Errorf("%d files, %d bytes in a day", w.files, w.bytes)
		}
		t.Logf("%d files, %d bytes in a day", w.files, w.bytes)
		names, _ := filepath.Glob(folder + "/*")
		if len(names) != 2 {
			t.Errorf("what is left: %v", names)
		}
	})
}
