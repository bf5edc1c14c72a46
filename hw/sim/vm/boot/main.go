// Command boot starts Debian in a virtual machine, has an administrator install
// gpsntpd's package there and live with it, and fails when anything does not come
// out as it should. Usage: boot [-suite NAME] [-daemon NAME] PACKAGE NEWER
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	kit         = "hw/sim/vm/boot/image.sh" // from the module's root, where the Makefile calls us
	bootTimeout = time.Hour                 // for a machine, far beyond what it takes beside anything
)

// report is what the guest tells of a step.
type report struct {
	Step    string
	Seconds float64 // of the guest's time
	Said    string
	Failed  string
	End     bool
}

func main() {
	suite := flag.String("suite", "bookworm", "Debian's `name`")
	daemon := flag.String("daemon", "systemd-timesyncd", "`package` of the time daemon that is there before")
	logs := flag.String("logs", filepath.Join(os.TempDir(), "gpsntpd-boot"), "`folder` for what the consoles said")
	verbose := flag.Bool("v", false, "print what each step said")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "boot: the package and a newer one are needed")
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // no guest outlives us
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, bootTimeout)
	defer cancel()
	if err := run(ctx, *suite, *daemon, *logs, *verbose, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "boot:", err)
		stop()
		os.Exit(1)
	}
}

// run makes a machine and judges what it reports.
func run(ctx context.Context, suite, daemon, logs string, verbose bool, packages []string) error {
	for _, args := range [][]string{{"root", suite, daemon}, append([]string{"parts", suite, daemon}, packages...)} {
		c := exec.CommandContext(ctx, kit, args...)
		c.Stdout, c.Stderr = os.Stderr, os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("%s %s: %w", kit, args[0], err)
		}
	}
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return err
	}
	console, err := os.Create(filepath.Join(logs, suite+"-"+daemon+".console"))
	if err != nil {
		return err
	}
	defer console.Close()
	c := exec.CommandContext(ctx, kit, "boot", suite, daemon)
	c.Stderr = console
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	failed, ended := 0, false
	steps := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var r report
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return fmt.Errorf("the guest says %q", lines.Text())
		}
		if r.End {
			ended = true
			continue
		}
		steps++
		fmt.Printf("%7.1f s  %s\n", r.Seconds, r.Step)
		if r.Failed != "" {
			failed++
			fmt.Printf("    FAIL: %s\n", r.Failed)
		}
		if r.Failed != "" || verbose {
			fmt.Println("    " + strings.ReplaceAll(r.Said, "\n", "\n    "))
		}
	}
	err = c.Wait()
	took := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	fmt.Printf("%s with %s: %d steps, %d failed, %.0f s of a processor; its console is in %s\n", suite, daemon, steps, failed, took.Seconds(), console.Name())
	switch {
	case err != nil:
		return fmt.Errorf("the machine: %w", err)
	case !ended:
		return fmt.Errorf("the machine did not get to its end")
	case failed > 0:
		return fmt.Errorf("%d steps failed", failed)
	}
	return nil
}
