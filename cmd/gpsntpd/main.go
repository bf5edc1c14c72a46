// Command gpsntpd disciplines a clock by a GNSS receiver and its pulse per
// second, and serves the time by NTP.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	systemd "github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/pflag"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw/sim"
)

// Stamped by the Makefile.
var (
	version   = "dev"
	committed = "2026-11-22" // date of the commit that was built: no receiver's date lies before it
)

// Exit statuses, of sysexits.h where they are not 0 or 1.
const (
	exitFailed = 1
	exitUsage  = 64 // EX_USAGE
	exitConfig = 78 // EX_CONFIG
)

// options are what the command line says.
type options struct {
	config, check string
	simulate      bool
	scenario      string
	receiver      string
	edges         string
	replay        string
	notBefore     string
	noSteer       bool
	listen        []string
	anywhere      bool
	web           string
	control       string
	logFormat     string
	version       bool
}

// errConfig marks an error that is the configuration's.
type errConfig struct{ error }

func (e errConfig) Unwrap() error { return e.error }

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	var o options
	fs := o.flags()
	switch err := fs.Parse(args); {
	case errors.Is(err, pflag.ErrHelp):
		return 0
	case err != nil:
		return fail(exitUsage, err)
	case fs.NArg() > 0:
		return fail(exitUsage, fmt.Errorf("unexpected argument %q", fs.Arg(0)))
	case o.simulate && o.replay != "":
		return fail(exitUsage, errors.New("--sim and --replay exclude each other"))
	case fs.Changed("scenario") && !o.simulate:
		return fail(exitUsage, errors.New("--scenario goes with --sim"))
	case o.receiver != "" && !o.simulate:
		return fail(exitUsage, errors.New("--receiver goes with --sim"))
	case o.edges != "" && !o.simulate:
		return fail(exitUsage, errors.New("--edges goes with --sim"))
	case o.anywhere && !o.simulated():
		return fail(exitUsage, errors.New("--anywhere goes with --sim or --replay"))
	case o.version:
		fmt.Println("gpsntpd", version)
		return 0
	case o.check != "":
		if err := config.Check(o.check); err != nil {
			return fail(exitConfig, err)
		}
		fmt.Println(o.check + ": ok")
		return 0
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := serve(ctx, o)
	if c := (errConfig{}); errors.As(err, &c) {
		return fail(exitConfig, err)
	}
	if err != nil {
		lastWords(err)
		return fail(exitFailed, err)
	}
	return 0
}

// lastWords leaves with systemd why we end: in words, and the number of the
// kernel's error, by which gpsntpctl can tell one that does not let us steer.
func lastWords(err error) {
	number := syscall.Errno(0)
	errors.As(err, &number)
	status, _, _ := strings.Cut(err.Error(), "\n")
	systemd.SdNotify(false, fmt.Sprintf("STATUS=%s\nERRNO=%d", status, int(number))) // without systemd no one hears it
}

func fail(status int, err error) int {
	fmt.Fprint(os.Stderr, failed(err, journalled(os.Stderr)))
	return status
}

func (o *options) flags() *pflag.FlagSet {
	fs := pflag.NewFlagSet("gpsntpd", pflag.ContinueOnError)
	fs.SortFlags = false
	fs.StringVar(&o.config, "config", "", "configuration `FILE` (default "+config.Path+", when it exists)")
	fs.StringVar(&o.check, "check", "", "check the configuration `FILE` and exit")
	fs.BoolVar(&o.simulate, "sim", false, "run on the simulated machine; touches no clock, serves this host only")
	fs.StringVar(&o.scenario, "scenario", "default", "with --sim: what the machine does, a built-in `NAME` or a file")
	fs.StringVar(&o.receiver, "receiver", "", "with --sim: a receiver that can be set, by `NAME`: "+strings.Join(sim.Modules(), ", "))
	fs.StringVar(&o.edges, "edges", "", "with --sim: the paths by which the pulse is seen, those of `BOARD`: "+strings.Join(sim.Boards(), ", "))
	fs.StringVar(&o.replay, "replay", "", "play a receiver's capture in `FILE`, with a simulated pulse")
	fs.StringVar(&o.notBefore, "not-before", "", "no receiver's date lies before `DATE` (default: 1999-01-01 with --replay, else the build's date)")
	fs.BoolVar(&o.noSteer, "no-steer", false, "discipline a clock of our own instead of the host's")
	fs.StringArrayVar(&o.listen, "listen", nil, "serve NTP on `ADDR:PORT`; may be repeated")
	fs.BoolVar(&o.anywhere, "anywhere", false, "with --sim or --replay: serve others than this host, too")
	fs.StringVar(&o.web, "web", "", "show the page on `ADDR:PORT`, or \"off\"")
	fs.StringVar(&o.control, "control", "", "`PATH` of the control socket")
	fs.StringVar(&o.logFormat, "log-format", "", "`FORMAT` of the log: console or json")
	fs.BoolVar(&o.version, "version", false, "print the version and exit")
	return fs
}
