// Package e2e runs the two real binaries as their users do: real processes,
// real sockets, a real pseudo-terminal. Every test has daemons of its own, on
// ports that the kernel chooses, so that they run beside each other and beside
// a daemon of the user's.
package e2e

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// folder is where TestMain puts the binaries.
var folder string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if folder, err = os.MkdirTemp("", "gpsntpd-e2e-"); err != nil {
		return fail(err)
	}
	defer os.RemoveAll(folder)
	// With the environment of the test: GOFLAGS=-race is for the daemon, too.
	build := exec.Command("go", "build", "-o", folder, "gpsntpd/cmd/gpsntpd", "gpsntpd/cmd/gpsntpctl")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return fail(err)
	}
	// The daemons wait for the next second most of the time, not for a processor.
	if err := flag.Set("test.parallel", "16"); err != nil {
		return fail(err)
	}
	return m.Run()
}

// The binaries are built here and not imported. go test sees that a kept result is of other
// sources by the folders that a test has opened, and what was in them.
func TestAResultIsNotKeptForOtherSources(t *testing.T) {
	err := filepath.WalkDir("../../..", func(_ string, d fs.DirEntry, err error) error {
		if name := d.Name(); err == nil && d.IsDir() && (name == ".git" || name == "bin" || name == "node_modules") {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, "e2e:", err)
	return 1
}
