// Command vm runs gpsntpd on a real kernel, with a real /dev/pps0 and a real
// clock to steer, in a virtual machine, and judges it by a truth that only the
// virtual machine knows. It prints a line for each run, and fails when one of
// them does.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"gpsntpd/hw/sim/vm/trace"
)

const (
	kit          = "hw/sim/vm/kit.sh" // from the module's root, where the Makefile calls us
	guestTimeout = time.Hour          // for one guest, far beyond what it takes beside anything
)

// test is one run of a guest.
type test interface {
	title() string
	guest() (arch string, args []string)
	// judge says what is not as it should be.
	judge(records []trace.Record) (failures []string)
	// line is what was measured, once it was judged.
	line() string
}

func main() {
	full := flag.Bool("full", false, "five seeds of all machines beside chrony, and twice as long")
	only := flag.String("only", "", "only the tests whose title matches this `expression`")
	logs := flag.String("logs", filepath.Join(os.TempDir(), "gpsntpd-vm"), "`folder` for what each guest recorded")
	flag.Parse()
	match, err := regexp.Compile(*only)
	if err == nil {
		err = os.MkdirAll(*logs, 0o755)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "vm:", err)
		os.Exit(64)
	}
	all := slices.Concat(routes(), stampingTests(), discipline(*full), []test{raspberry(), narrowTest(), idle(), inUse("amd64", pi), inUse("arm64", pi+",gpio=1")}, broken(), edgeTests())
	all = slices.DeleteFunc(all, func(t test) bool { return !match.MatchString(t.title()) })
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // no guest outlives us
	defer stop()
	failed := runAll(ctx, all, *logs)
	fmt.Printf("%d tests, %d failed; what the guests recorded is in %s\n", len(all), failed, *logs)
	if failed > 0 || len(all) == 0 {
		os.Exit(1)
	}
}

// runAll runs as many guests at a time as there are processors, prints each in
// its turn, and returns how many failed.
func runAll(ctx context.Context, all []test, logs string) (failed int) {
	results := make([]chan result, len(all))
	for i := range results {
		results[i] = make(chan result, 1)
	}
	var next atomic.Int64 // guests start in the order of the table
	for range runtime.NumCPU() {
		go func() {
			for i := next.Add(1) - 1; i < int64(len(all)); i = next.Add(1) - 1 {
				results[i] <- run(ctx, all[i], logs)
			}
		}()
	}
	for i, t := range all {
		r := <-results[i]
		if r.err != nil {
			fmt.Printf("%-46s %3.0f s  FAIL: did not run: %v\n", t.title(), r.took.Seconds(), r.err)
		} else {
			fmt.Printf("%-46s %3.0f s  %s\n", t.title(), r.took.Seconds(), t.line())
		}
		for _, f := range r.failures {
			fmt.Println("    FAIL:", f)
		}
		if r.err != nil || len(r.failures) > 0 {
			failed++
		}
	}
	return failed
}

// result is what became of a test.
type result struct {
	took     time.Duration // of the host's processors
	err      error         // why there is nothing to judge
	failures []string
}

// run boots a guest for t and judges what it recorded.
func run(ctx context.Context, t test, logs string) result {
	ctx, cancel := context.WithTimeout(ctx, guestTimeout)
	defer cancel()
	arch, args := t.guest()
	records, took, err := boot(ctx, arch, args...)
	if err == nil {
		err = keep(logs, t.title(), records)
	}
	if err != nil {
		return result{took: took, err: err}
	}
	return result{took: took, failures: t.judge(records)}
}
