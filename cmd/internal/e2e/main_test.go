// Package e2e runs the two real binaries as their users do: real processes,
// real sockets, a real pseudo-terminal. Every test has daemons of its own, on
// ports that the kernel chooses, so that they run beside each other and beside
// a daemon of the user's.
package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
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

func fail(err error) int {
	fmt.Fprintln(os.Stderr, "e2e:", err)
	return 1
}
