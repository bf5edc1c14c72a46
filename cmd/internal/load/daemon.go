package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// patience is how long the daemon may take for its first answer.
const patience = 10 * time.Second

// daemon starts gpsntpd itself, on the simulated machine, and prints how long
// after that its first answer came, and its memory after some thousand more.
func daemon(p plan, folder string) error {
	at := netip.AddrPortFrom(address(1, 2), 123) // our own end of the first pair
	g, err := newGenerator(at)
	if err != nil {
		return err
	}
	cmd := exec.Command("taskset", "-c", serverCPU, p.daemon, "--sim", "--listen", at.String(), "--control", filepath.Join(folder, "control.sock"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		_ = cmd.Process.Kill() // an error says that it has ended
		_ = cmd.Wait()
	}()
	for g.hear() == 0 {
		if time.Since(begin) > patience {
			return errors.New(p.daemon + " does not answer")
		}
		g.ask(1, load{})
	}
	fmt.Printf("%s --sim: first answer %d ms after its start", p.daemon, time.Since(begin).Milliseconds())
	g.run(load{rate: p.rate, length: p.length})
	memory, err := resident(cmd.Process.Pid)
	if err != nil {
		return err
	}
	fmt.Printf("; then %.1f MB of memory\n", memory)
	return nil
}
