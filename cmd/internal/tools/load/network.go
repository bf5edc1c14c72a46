package main

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// processors: the generator is never still, so it has one to itself.
const (
	generatorCPU = "0"
	serverCPU    = "1"
)

// Ports of the servers.
const (
	ntpPort = 123
	kePort  = 4460
)

// asking is the network that all requests come from, 2²⁰ addresses; it is behind
// the generator's end of each pair.
const asking = "10.112.0.0/12"

// asker is one of its addresses, each in a network of its own: a network has a
// limit, too.
func asker(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 112, byte(i), 1}) }

// stranger is another of them, one after the other.
func stranger(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, 112 | byte(i>>16)&15, byte(i >> 8), byte(i)})
}

// address of end of pair n: 1 is the server's, 2 the generator's.
func address(n, end int) netip.Addr { return netip.AddrFrom4([4]byte{10, 99, byte(n), byte(end)}) }

// server is one that is measured.
type server struct {
	name string
	at   netip.Addr
	cmd  *exec.Cmd
	in   io.Closer // ends it
}

// startServer runs a server in network n.
func startServer(name string, n int, folder string, p plan) (*server, error) {
	cmd, err := again([]string{fmt.Sprintf("-kernel=%t", p.kernel)}, roleServer, name, fmt.Sprint(n), folder)
	if err != nil {
		return nil, err
	}
	cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{name, address(n, 1), cmd, in}
	if err := ip(
		fmt.Sprintf("link add ours%d type veth peer name theirs%d netns %d", n, n, cmd.Process.Pid),
		fmt.Sprintf("addr add %s/24 dev ours%d", address(n, 2), n),
		fmt.Sprintf("link set ours%d up", n),
	); err != nil {
		return s, err
	}
	if p.kernel {
		if err := sum(fmt.Sprintf("ours%d", n)); err != nil {
			return s, err
		}
	}
	_, err = io.WriteString(in, "\n") // the interface is there
	return s, err
}

// join brings the server's end up and becomes the server.
func join(args []string, p plan) error {
	name, n, folder := args[0], 0, args[2]
	if _, err := fmt.Sscan(args[1], &n); err != nil {
		return err
	}
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	if err := ip(
		"link set lo up",
		fmt.Sprintf("addr add %s/24 dev theirs%d", address(n, 1), n),
		fmt.Sprintf("link set theirs%d up", n),
		fmt.Sprintf("route add %s via %s", asking, address(n, 2)),
	); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	command := alone(self, fmt.Sprintf("-kernel=%t", p.kernel), roleAnswer, address(n, 1).String(), folder)
	if name == chronyd {
		command = chronydAt(filepath.Join(folder, configFile))
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	return syscall.Exec(path, command, os.Environ())
}

// ip runs commands of ip(8).
func ip(commands ...string) error {
	for _, c := range commands {
		if out, err := exec.Command("ip", strings.Fields(c)...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", c, err, out)
		}
	}
	return nil
}

// alone is how a server is run: on a processor of its own.
func alone(command ...string) []string {
	return append([]string{"taskset", "-c", serverCPU}, command...)
}

// chronydAt is how chronyd is run: it touches no clock.
func chronydAt(config string) []string {
	return alone(chronyd, "-x", "-d", "-U", "-u", "root", "-L", "2", "-f", config)
}
