package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// machine is a board that runs.
type machine struct {
	card
	ssh, ntp int // ports of this host's loopback that lead there
	ended    chan error
	console  string
}

// emulated is what the kernel is told besides: where its console is, and that everything
// takes its time here, on a host with other work most of all.
const emulated = " console=ttyAMA0,115200 loglevel=5 systemd.default_device_timeout_sec=900 systemd.default_timeout_start_sec=900 modprobe.blacklist=vc4,snd_bcm2835,bcm2835_v4l2"

// start switches a board on. It does not start again by itself: QEMU would do so with
// the kernel and device tree from before.
func (c card) start(ctx context.Context, title string) (*machine, error) {
	b, err := c.firmware(ctx)
	if err != nil {
		return nil, err
	}
	m := &machine{card: c, ended: make(chan error, 1), console: filepath.Join(c.folder, strings.ReplaceAll(title, " ", "-")+".console")}
	if m.ssh, err = free("tcp"); err != nil {
		return nil, err
	}
	if m.ntp, err = free("udp"); err != nil {
		return nil, err
	}
	cable := filepath.Join(c.folder, "cable")
	q := exec.CommandContext(ctx, "nice", "qemu-system-aarch64", "-M", "raspi3b", "-display", "none", "-monitor", "none", "-no-reboot",
		"-serial", "file:"+m.console, "-kernel", b.kernel, "-initrd", b.initrd, "-dtb", b.tree, "-append", b.line+emulated,
		"-drive", "if=sd,format=raw,file="+c.file,
		"-netdev", fmt.Sprintf("user,id=lan,restrict=on,hostfwd=tcp:127.0.0.1:%d-:22,hostfwd=udp:127.0.0.1:%d-:123", m.ssh, m.ntp),
		"-device", "usb-net,netdev=lan",
		"-chardev", "socket,id=cable,path="+cable+",server=on,wait=off", "-device", "usb-serial,chardev=cable", // the receiver's cable, both ends
		"-chardev", "socket,id=end,path="+cable, "-device", "usb-serial,chardev=end")
	q.Stderr = os.Stderr
	if err := q.Start(); err != nil {
		return nil, err
	}
	go func() { m.ended <- q.Wait() }()
	return m, nil
}

// free is a port of the loopback that no program has.
func free(network string) (int, error) {
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			return 0, err
		}
		defer c.Close()
		return c.LocalAddr().(*net.UDPAddr).Port, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// end waits until the board has switched itself off, or started again.
func (m *machine) end(ctx context.Context) error {
	select {
	case err := <-m.ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// shell types a script on the board, by SSH with the owner's key.
func (m *machine) shell(ctx context.Context, script string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	login := m.login()
	out, err := exec.CommandContext(ctx, login[0], append(login[1:], owner, script)...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// owner is who may log in, and where.
const owner = "admin@127.0.0.1"

// login is the program that logs in, less where.
func (m *machine) login() []string {
	return []string{"ssh", "-i", filepath.Join(m.folder, "key"), "-p", fmt.Sprint(m.ssh), "-o", "BatchMode=yes", "-o", "ConnectTimeout=60",
		"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"}
}

// put copies a file to the board.
func (m *machine) put(ctx context.Context, from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	login := m.login()
	c := exec.CommandContext(ctx, login[0], append(login[1:], owner, "sudo mkdir -p "+filepath.Dir(to)+" && sudo tee "+to+" >/dev/null && sudo chmod 755 "+to)...)
	c.Stdin = f
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", to, err, out)
	}
	return nil
}

// step is one thing that must be so.
type step struct {
	title  string
	script string                                                         // what is typed on the board
	host   func(ctx context.Context, m *machine) (said string, err error) // or done from outside
	form   string                                                         // what it prints
	within time.Duration                                                  // it is repeated until that is so, for as long
}

// do does a step.
func (s step) do(ctx context.Context, m *machine) (said string, err error) {
	form := regexp.MustCompile(s.form)
	for began := time.Now(); ; {
		if s.host != nil {
			said, err = s.host(ctx, m)
		} else {
			said, err = m.shell(ctx, s.script)
		}
		if err == nil && !form.MatchString(said) {
			err = errors.New("it does not say " + s.form)
		}
		if err == nil || time.Since(began) >= s.within {
			return said, err
		}
		select {
		case end := <-m.ended:
			m.ended <- end
			return said, fmt.Errorf("the machine has ended: %w", err)
		case <-ctx.Done():
			return said, ctx.Err()
		case <-time.After(2 * time.Second):
		}
	}
}
