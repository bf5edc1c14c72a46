// Command card boots the picture of an SD card in QEMU's Raspberry Pi 3B, three times, with
// the kernel, device tree and command line that the picture has, and asserts what its
// owner is promised: he logs in by SSH with the key that host.toml names. It fails when
// anything does not come out as it should. Usage: card [-v] [-logs FOLDER] IMAGE
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// timeout is for all of it, far beyond what it takes beside anything.
const timeout = time.Hour

func main() {
	logs := flag.String("logs", filepath.Join(os.TempDir(), "gpsntpd-card"), "`folder` for the card and for what the consoles said")
	var p player
	flag.StringVar(&p.module, "module", "", "simgps, `file` of the kernel module that plays the pulse")
	flag.StringVar(&p.program, "receiver", "", "`program` that plays the sentences")
	verbose := flag.Bool("v", false, "print what each step said")
	flag.Parse()
	if flag.NArg() != 1 || p.module == "" || p.program == "" {
		fmt.Fprintln(os.Stderr, "card: the picture is needed, and what plays the receiver")
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // no guest outlives us
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := run(ctx, flag.Arg(0), p, *logs, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "card:", err)
		stop()
		os.Exit(1)
	}
}

// run makes a card and lives with it.
func run(ctx context.Context, image string, p player, logs string, verbose bool) error {
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return err
	}
	c, err := newCard(ctx, image, logs)
	if err != nil {
		return err
	}
	c.player = p
	failed, steps := 0, 0
	for _, boot := range story {
		fmt.Println(boot.title)
		m, err := c.start(ctx, boot.title)
		if err != nil {
			return err
		}
		for _, s := range boot.steps {
			steps++
			began := time.Now()
			said, err := s.do(ctx, m)
			fmt.Printf("%7.1f s  %s\n", time.Since(began).Seconds(), s.title)
			if err != nil {
				failed++
				fmt.Printf("    FAIL: %v\n", err)
			}
			if err != nil || verbose {
				fmt.Println("    " + said)
			}
		}
		if err := m.end(ctx); err != nil {
			return fmt.Errorf("%s: %w; its console is in %s", boot.title, err, logs)
		}
	}
	fmt.Printf("%d steps, %d failed; the consoles are in %s\n", steps, failed, logs)
	if failed > 0 {
		return fmt.Errorf("%d steps failed", failed)
	}
	return nil
}
