package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/control"
)

func TestStatisticsAreWrittenEverySixteenSecondsWhileThereAreSamples(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "stats")
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		f := newStatistics(config.Statistics{Directory: folder, Days: 2}, zerolog.Nop())
		began := time.Now()
		status := func(context.Context) (control.Status, error) {
			s := control.Status{Now: control.Time{Time: time.Now()}, OffsetSeconds: new(1e-6), Sample: &control.Sample{Source: "pulse"}}
			s.Sample.AgeSeconds = max(time.Since(began)-10*time.Minute, 0).Seconds() // then the pulse is gone
			return s, nil
		}
		ended := make(chan error)
		go func() { ended <- f.tasks(status)[0].run(ctx) }()
		<-time.After(20 * time.Minute)
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		text, err := os.ReadFile(filepath.Join(folder, "loopstats"))
		if n := strings.Count(string(text), "\n"); err != nil || n != 38 {
			t.Errorf("%d lines in ten minutes, %v", n, err)
		}
	})
}

func TestAFolderThatCannotBeWrittenIsSaidOnce(t *testing.T) {
	var said bytes.Buffer
	folder := filepath.Join(t.TempDir(), "stats")
	if err := os.WriteFile(folder, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	f := newStatistics(config.Statistics{Directory: folder, Days: 2}, zerolog.New(&said))
	s := control.Status{Now: control.Time{Time: time.Unix(1_790_000_000, 0)}, OffsetSeconds: new(1e-6), Sample: &control.Sample{}}
	for range 5 {
		f.write(&s)
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		f.write(&s)
	}
	f.Close()
	if text := said.String(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "not written") || !strings.Contains(text, "written again") {
		t.Errorf("%q", text)
	}
}

// A FIFO stands for a disk that hangs: to open it takes until someone reads.
func TestADiskThatHangsHoldsUpNeitherTheStatusNorTheEnd(t *testing.T) {
	folder := t.TempDir()
	fifo := filepath.Join(folder, "loopstats.20260921")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	f := newStatistics(config.Statistics{Directory: folder, Days: 2}, zerolog.Nop())
	asked := 0
	status := func(context.Context) (control.Status, error) {
		asked++
		return control.Status{Now: control.Time{Time: time.Unix(1_790_000_000, 0)}, OffsetSeconds: new(1e-6), Sample: &control.Sample{}}, nil
	}
	ctx, end := context.WithCancel(t.Context())
	tick, ended := make(chan time.Time), make(chan error)
	go func() { ended <- f.follow(ctx, tick, status) }()
	for range 5 {
		tick <- time.Time{}
	}
	end()
	if err := <-ended; err != nil || asked != 5 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	reader, err := os.Open(fifo) // and the disk comes back
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if text, err := io.ReadAll(reader); err != nil || len(text) == 0 {
		t.Errorf("%q, %v", text, err)
	}
}
