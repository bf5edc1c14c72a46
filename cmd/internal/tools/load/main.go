// Command load asks gpsntpd's server and chronyd for the time, in turn and in
// the same run, and prints side by side what an answer costs, how many there
// are and how exact their timestamps are. Each server has a network of its own,
// which a pair of virtual interfaces joins to the generator's; no clock is
// touched. It needs ip, chronyd and taskset, and two processors: one asks, one
// answers.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// The roles that the program starts itself in.
const (
	roleAsk    = "ask"    // in the network of the generator
	roleServer = "server" // in a network of its own: what to run, number of the network, the bench's folder
	roleAnswer = "answer" // the server of this program: its address, the bench's folder
)

// plan is what is measured.
type plan struct {
	rounds int
	length time.Duration // of each measurement
	rate   int           // requests a second
	only   *regexp.Regexp
	daemon string // path of gpsntpd
	kernel bool   // answers instead of our sockets
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run() error {
	var p plan
	flag.IntVar(&p.rounds, "rounds", 5, "measurements of each server, one after the other in turn")
	flag.DurationVar(&p.length, "length", 2*time.Second, "of each")
	flag.IntVar(&p.rate, "rate", 20_000, "requests a second where they are not as many as it answers")
	only := flag.String("run", "", "regular expression: which tables")
	flag.BoolVar(&p.kernel, "kernel", false, "put our answer into the kernel; needs root")
	flag.StringVar(&p.daemon, "daemon", "bin/gpsntpd", "gpsntpd, for its memory and its start")
	flag.Parse()
	var err error
	if p.only, err = regexp.Compile(*only); err != nil {
		return err
	}
	switch flag.Arg(0) {
	case "":
		return isolated()
	case roleAsk:
		return compare(p)
	case roleServer:
		return join(flag.Args()[1:], p)
	case roleAnswer:
		at, err := netip.ParseAddr(flag.Arg(1))
		if err != nil {
			return err
		}
		return answer(at, flag.Arg(2), p.kernel)
	}
	return errors.New("no arguments are expected")
}

// isolated runs this program again in a network where it is root.
func isolated() error {
	cmd, err := again(os.Args[1:], roleAsk)
	if err != nil {
		return err
	}
	cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	return cmd.Run()
}

// again is this program in another role. It dies with us.
func again(flags []string, role ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, append(flags[:len(flags):len(flags)], role...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd, nil
}
