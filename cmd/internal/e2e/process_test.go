package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Deadlines. Only a test that would hang meets the first; the second is the
// program's promise.
const (
	processTimeout = 3 * time.Minute
	grace          = 2 * time.Second // in which everything ends that is told to
)

// journal is what a process has written so far.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

// String returns all of it.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// process is a program that runs in the background.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err journal
	ended    chan struct{}
}

// start runs a program until the test ends, at the longest.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	return startWith(t, nil, name, args...)
}

// startWith is start with something to read.
func startWith(t *testing.T, input io.Reader, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(name, args...), ended: make(chan struct{})}
	p.cmd.Stdin = input
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		p.cmd.Wait() // how it ended is in ProcessState
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill() // an error says that it has ended
		<-p.ended
		if strings.Contains(p.err.String(), "DATA RACE") {
			t.Error("the race detector has found something")
		}
		if t.Failed() {
			t.Logf("%s %v:\n%s%s", filepath.Base(name), args, &p.out, &p.err)
		}
	})
	return p
}

// signal sends s, to a process that must still run.
func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// wait returns the exit status, −1 for a process that a signal ended.
func (p *process) wait(within time.Duration) int {
	p.t.Helper()
	ctx, end := context.WithTimeout(context.Background(), within)
	defer end()
	select {
	case <-p.ended:
	case <-ctx.Done():
		p.t.Fatalf("still running after %v", within)
	}
	return p.cmd.ProcessState.ExitCode()
}

// until looks again and again until look reports no error.
func until(t *testing.T, look func() error) {
	t.Helper()
	ctx, end := context.WithTimeout(context.Background(), processTimeout)
	defer end()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := look()
		if err == nil {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("after %v: %v", processTimeout, err)
		}
	}
}

// says looks for text in what a process has written.
func says(j *journal, text string) func() error {
	return func() error {
		if strings.Contains(j.String(), text) {
			return nil
		}
		return errors.New("it does not say: " + text)
	}
}

// runs runs one of the two binaries to its end.
func runs(t *testing.T, name string, args ...string) (status int, out, err string) {
	t.Helper()
	p := start(t, filepath.Join(folder, name), args...)
	status = p.wait(processTimeout)
	return status, p.out.String(), p.err.String()
}

// file writes a file and returns its path.
func file(t *testing.T, name, format string, args ...any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, fmt.Appendf(nil, format, args...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// noting returns a program that notes what it is told, and the file where it does.
func noting(t *testing.T) (program, told string) {
	t.Helper()
	folder := t.TempDir()
	program, told = filepath.Join(folder, "program"), filepath.Join(folder, "told")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$@\" >>"+told+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return program, told
}
