package main

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	answerTimeout = 10 * time.Second // that a daemon has for its first answer
	starts        = 5
	strangers     = 1_000_000

	settling = 30 * time.Second // until its memory is what it stays
)

// Files of the daemon's configuration.
const (
	bareFile = "bare.toml"
	fullFile = "full.toml"
)

// daemons prints how long after its start gpsntpd itself, on the simulated
// machine, answers first, chronyd beside it; how much memory it takes, and how
// much more after requests from a million addresses.
func daemons(p plan, folder string) error {
	at := netip.AddrPortFrom(address(1, 2), ntpPort) // our own end of the first pair
	config := filepath.Join(folder, "start.conf")
	for path, text := range map[string]string{
		config:                          fmt.Sprintf(settings+"bindaddress %[2]s\n", folder, at.Addr()),
		filepath.Join(folder, bareFile): "[web]\nlisten = \"off\"\n[metrics]\nlisten = \"off\"\n[recorder]\nsize = \"0\"\n",
		filepath.Join(folder, fullFile): "[web]\nlisten = \"127.0.0.1:8123\"\n[metrics]\nlisten = \"127.0.0.1:9123\"\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	command := func(file string) []string {
		return alone(p.daemon, "--sim", "--anywhere", "--config", filepath.Join(folder, file), "--listen", at.String(), "--control", filepath.Join(folder, "control.sock"))
	}
	g, err := newGenerator(at)
	if err != nil {
		return err
	}
	var a, b []row
	for range starts {
		for _, s := range []struct {
			command []string
			rows    *[]row
		}{{command(bareFile), &a}, {chronydAt(config), &b}} {
			d, took, err := startDaemon(s.command, g)
			d.end()
			if err != nil {
				return err
			}
			*s.rows = append(*s.rows, row{rate: took.Seconds() * 1e3})
		}
	}
	c := column{"first answer after the start, ms", "%.0f", func(r row) float64 { return r.rate }, bar{at: 100}}
	c.print(median(a, c.of), median(b, c.of))
	for _, s := range []struct {
		title, file string
		most        float64 // MB
	}{{"without page, metrics and recorder", bareFile, 8}, {"with all of them", fullFile, 12}} {
		d, _, err := startDaemon(command(s.file), g)
		if err == nil {
			err = d.remember(g, p, s.title, s.most)
		}
		d.end()
		if err != nil {
			return err
		}
	}
	return nil
}

// started is a daemon that was started for this.
type started struct{ *exec.Cmd }

func (d started) end() {
	_ = d.Process.Kill() // an error says that it has ended
	_ = d.Wait()
}

// startDaemon starts a daemon that g asks, and returns how long it took until
// the first answer.
func startDaemon(command []string, g *generator) (started, time.Duration, error) {
	d := started{exec.Command(command[0], command[1:]...)}
	d.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	begin := time.Now()
	if err := d.Start(); err != nil {
		return d, 0, err
	}
	for g.hear() == 0 {
		if time.Since(begin) > answerTimeout {
			return d, 0, fmt.Errorf("%s: no answer", command)
		}
		g.ask(1)
	}
	return d, time.Since(begin), nil
}

// remember prints what the daemon's memory is once it has settled, with some
// clients and with many.
func (d started) remember(g *generator, p plan, title string, most float64) error {
	g.run(load{rate: p.rate, length: settling})
	few, resident, err := memory(d.Process.Pid)
	if err != nil {
		return err
	}
	if o := g.run(load{strangers: strangers, length: time.Minute}); o.answered < strangers*99/100 {
		return fmt.Errorf("only %d of %d addresses were answered", o.answered, strangers)
	}
	many, _, err := memory(d.Process.Pid)
	if err != nil {
		return err
	}
	fmt.Printf("  memory of its own %s, MB: %.1f%s; resident %.1f\n", title, few, bar{at: most}.judge(few, 0), resident)
	fmt.Printf("  … and more after a million addresses: %.2f%s\n", many-few, bar{at: 1}.judge(many-few, 0))
	return nil
}
