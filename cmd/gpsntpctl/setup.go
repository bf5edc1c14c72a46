package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/internal/setup"
	"gpsntpd/hw/board"
)

// Exit statuses of setup.
const (
	setupNeeded  = 1  // a change is needed
	setupRefused = 2  // a change is refused, or it failed
	setupReboot  = 3  // only the reboot is missing
	exitDenied   = 77 // EX_NOPERM
)

// setupFlags are those of setup.
type setupFlags struct {
	check, apply, undo, resume bool
	root, board, hat, pin      string
}

func newSetup(f *flags) *cobra.Command {
	var s setupFlags
	c := &cobra.Command{
		Use:   "setup",
		Short: "Set up this board for its receiver, or take that back",
		Long: `Find out which board and which receiver this is, and what is missing until gpsntpd
can use them: pulse and serial port in config.txt, no console, login, Bluetooth, gpsd
or other time daemon in the way, gpsntpd's configuration. --check says it and changes
nothing; --apply does it; --undo takes all of it back, byte for byte. What cannot be
found out is asked for: --hat, or --pin. After the reboot that it asks for, it goes on
by itself (gpsntpd-setup.service says --resume).

Exit status: 0 nothing to do, or done; 1 changes are needed; 2 something was refused,
or failed; 3 all is done but the reboot; 64 usage; 77 it takes root.`,
		Example: "  gpsntpctl setup\n  sudo gpsntpctl setup --apply --hat uputronics; test $? = 3 && sudo reboot\n  sudo gpsntpctl setup --apply --pin 18\n  sudo gpsntpctl setup --undo",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return s.run(c, f) },
	}
	c.Flags().BoolVar(&s.check, "check", false, "say what there is to do (default)")
	c.Flags().BoolVar(&s.apply, "apply", false, "do it")
	c.Flags().BoolVar(&s.undo, "undo", false, "take back all that --apply has done")
	c.Flags().BoolVar(&s.resume, "resume", false, "go on after the reboot")
	c.MarkFlagsMutuallyExclusive("check", "apply", "undo", "resume")
	c.Flags().StringVar(&s.hat, "hat", "", "`NAME` of the HAT: "+strings.Join(hatNames(), ", "))
	offers(c, "hat", hatNames())
	c.Flags().StringVar(&s.pin, "pin", "", "GPIO `N` that the pulse is wired to, or none")
	c.Flags().StringVar(&s.board, "board", "", "`NAME` of the board, such as pi4, cm5 or zero-2w, where the device tree does not tell")
	offers(c, "board", boardNames())
	c.Flags().StringVar(&s.root, "root", "/", "`FOLDER` of another system, such as a mounted image; nothing of it runs")
	return c
}

func hatNames() (names []string) {
	for _, h := range board.HATs() {
		names = append(names, h.Name)
	}
	return names
}

func boardNames() (names []string) {
	for _, m := range board.Models() {
		names = append(names, m.Name)
	}
	return names
}

// choice is what the flags say; what does not exist is a mistake.
func (s *setupFlags) choice() (c setup.Choice, err error) {
	c = setup.Choice{Board: s.board, HAT: s.hat}
	if _, ok := board.Named(s.board); s.board != "" && !ok {
		return c, fmt.Errorf("--board %s: there are %s", s.board, strings.Join(boardNames(), ", "))
	}
	if _, ok := board.HATNamed(s.hat); s.hat != "" && !ok {
		return c, fmt.Errorf("--hat %s: there are %s; for others: --pin", s.hat, strings.Join(hatNames(), ", "))
	}
	switch n, err := strconv.Atoi(s.pin); {
	case s.pin == "":
	case s.pin == "none":
		c.Pin = new(board.NoPin)
	case err != nil || n < 0 || n > 27:
		return c, fmt.Errorf("--pin %s: want the number of a GPIO, from 0 to 27, not of the header's pin; or none", s.pin)
	case n == 14 || n == 15:
		return c, fmt.Errorf("--pin %d: that is the serial port", n)
	default:
		c.Pin = &n
	}
	return c, nil
}

func (s *setupFlags) run(c *cobra.Command, f *flags) error {
	choice, err := s.choice()
	if err != nil {
		return failure{exitUsage, err}
	}
	offline := s.offline()
	if info, err := os.Stat(s.root); err != nil || !info.IsDir() {
		return failure{exitUsage, fmt.Errorf("--root %s: is no folder", s.root)}
	}
	if (s.apply || s.undo || s.resume) && !offline && !root() {
		return failure{exitDenied, errors.New("that takes root: sudo " + strings.Join(os.Args, " "))}
	}
	system := &setup.System{Root: s.root, Offline: offline, Disk: setup.Medium{}, Commands: hostCommands{}, Language: f.language()}
	if !offline {
		system.User = os.Getenv("SUDO_USER")
		system.Terminal, _ = os.Readlink("/proc/self/fd/0") // or none
	}
	if !s.checking() {
		release, err := alone(filepath.Join(s.root, "var/lib"))
		if err != nil {
			return failure{setupRefused, err}
		}
		defer release()
	}
	plan, err := s.act(c.Context(), system, choice)
	if plan == nil {
		return failure{setupRefused, err}
	}
	plan.Reboot = plan.Reboot && !offline
	if f.json {
		if e := writeSetupLines(c.OutOrStdout(), plan); e != nil {
			return e
		}
	} else if e := write(c.OutOrStdout(), []byte(s.text(plan, err, f.style(c)))); e != nil {
		return e
	}
	return s.status(plan, err)
}

// alone keeps a second setup from a system, such as the one after the reboot, by a
// lock on the folder that the journal's folder is in.
func alone(folder string) (release func(), err error) {
	f, err := os.Open(folder)
	if err != nil {
		return func() {}, nil // none has been there
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(errors.New("another gpsntpctl setup is at work; try again"), f.Close())
	}
	return func() { f.Close() }, nil
}

// act does what the flags ask for.
func (s *setupFlags) act(ctx context.Context, system *setup.System, choice setup.Choice) (*setup.Plan, error) {
	switch {
	case s.undo:
		return system.Undo(ctx)
	case s.resume:
		return system.Resume(ctx)
	}
	plan := system.Plan(ctx, choice)
	if !s.apply || plan.Outcome() == setup.Blocked {
		return plan, nil
	}
	return plan, system.Apply(ctx, plan)
}

// status is how the program ends.
func (s *setupFlags) status(plan *setup.Plan, err error) error {
	switch {
	case errors.Is(err, setup.ErrNothing):
		return nil
	case errors.Is(err, setup.ErrReboot):
		return failure{setupReboot, err}
	case err != nil:
		return failure{setupRefused, err}
	}
	switch plan.Outcome() {
	case setup.Blocked, setup.Failed:
		return failure{status: setupRefused}
	case setup.Todo, setup.Hand:
		return failure{status: setupNeeded}
	}
	if plan.Reboot {
		return failure{status: setupReboot}
	}
	return nil
}

// offline reports whether it is another system; no reboot of it is due.
func (s *setupFlags) offline() bool { return filepath.Clean(s.root) != "/" }

func (s *setupFlags) checking() bool { return !s.apply && !s.undo && !s.resume }

// hostCommands are those of this host.
type hostCommands struct{}

const commandTimeout = 90 * time.Second // as long as systemd gives a unit to stop

// Run implements setup.Commands.
func (hostCommands) Run(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Env = append(os.Environ(), "LC_ALL=C")
	out, err := command.Output()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(e.Stderr)))
	}
	return strings.TrimSpace(string(out)), err
}
