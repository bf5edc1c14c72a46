package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/beevik/ntp"
)

// board is reached by SSH.
type board struct {
	ssh  []string
	host string
}

// become has a script run what needs it as root.
const become = `sudo=; [ "$(id -u)" = 0 ] || sudo='sudo -n'; PATH=$PATH:/usr/sbin; `

func (b board) command(ctx context.Context, script string) *exec.Cmd {
	c := exec.CommandContext(ctx, b.ssh[0], append(append([]string{}, b.ssh[1:]...), b.host, become+script)...)
	c.WaitDelay = 5 * time.Second
	return c
}

// run runs a script there. The error has what it complained of.
func (b board) run(ctx context.Context, script string) (string, error) {
	c := b.command(ctx, script)
	var wrong bytes.Buffer
	c.Stderr = &wrong
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("on the board: %w: %s", err, bytes.TrimSpace(wrong.Bytes()))
	}
	return strings.TrimSpace(string(out)), err
}

// install installs the package for the board's system.
func (b board) install(ctx context.Context, folder string) error {
	arch, err := b.run(ctx, `dpkg --print-architecture`)
	if err != nil {
		return fmt.Errorf("no Debian, or a relative of it: %w", err)
	}
	debs, err := filepath.Glob(filepath.Join(folder, "gpsntpd_*_"+arch+".deb"))
	if err != nil || len(debs) != 1 {
		return fmt.Errorf("%d packages for %s in %s: one is wanted", len(debs), arch, folder)
	}
	deb, err := os.Open(debs[0])
	if err != nil {
		return err
	}
	defer deb.Close()
	say("installing %s", filepath.Base(debs[0]))
	c := b.command(ctx, `f=$(mktemp -d)/gpsntpd.deb; cat >$f && chmod -R go+rX ${f%/*} && $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --allow-downgrades install $f; n=$?; rm -r ${f%/*}; `+
		`[ $n != 0 ] || $sudo systemctl is-active -q gpsntpd || { $sudo /usr/lib/gpsntpd/time-daemons take; $sudo systemctl enable -q --now gpsntpd; n=$?; }; exit $n`)
	c.Stdin = deb
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("the package is not installed: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// facts asks what the board and its system are. Nothing of it tells whose it is.
func (b board) facts(ctx context.Context, r *result) error {
	for _, f := range []struct {
		into   *string
		script string
	}{
		{&r.Model, `tr -d '\0' </proc/device-tree/model 2>/dev/null || cat /sys/class/dmi/id/product_name 2>/dev/null || uname -m`},
		{&r.System, `. /etc/os-release; echo "$PRETTY_NAME, Linux $(uname -r), $(uname -m)"`},
		{&r.Version, `gpsntpctl version | sed -n 's/^gpsntpd  *//p' | head -1`},
		{&r.Governor, `cat /sys/devices/system/cpu/cpu0/cpufreq/scaling_governor 2>/dev/null || echo none`},
		{&r.Pulse, `cat /sys/class/pps/*/name 2>/dev/null | tr '\n' ' '`},
	} {
		said, err := b.run(ctx, f.script)
		if err != nil {
			return err
		}
		*f.into = said
	}
	return nil
}

// doctor has gpsntpctl look at every link. What it has seen, which may name hosts,
// stays there; the codes say enough.
func (b board) doctor(ctx context.Context, r *result) error {
	said, err := b.run(ctx, `$sudo gpsntpctl doctor --json || [ $? -le 2 ]`)
	if err != nil {
		return err
	}
	for line := range strings.Lines(said) {
		var f finding
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			return fmt.Errorf("doctor says %q", line)
		}
		if f.Severity != "ok" {
			r.Findings = append(r.Findings, f)
		}
	}
	return nil
}

// looking prints how things are, every ten seconds. Memory is what no file has.
const looking = `while pid=$(systemctl show -P MainPID gpsntpd); do
	echo "status $($sudo gpsntpctl status --json)"
	echo "celsius $(cat /sys/class/thermal/thermal_zone0/temp 2>/dev/null)"
	echo "ticks $(awk '{ print $14 + $15 }' /proc/$pid/stat 2>/dev/null) $pid"
	echo "memory $($sudo awk '/^(Anonymous|Swap):/ { n += $2 } END { print n }' /proc/$pid/smaps_rollup 2>/dev/null)"
	echo "load $(cut -d' ' -f1 /proc/loadavg)"
	echo "uptime $(cut -d' ' -f1 /proc/uptime)"
	echo end
	sleep 10
done`

// watch takes what looking prints, until the time is over.
func (b board) watch(ctx context.Context, r *result) error {
	c := b.command(ctx, looking)
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	var l look
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if lines.Text() == "end" {
			r.Looks = append(r.Looks, l)
			l = look{}
			continue
		}
		if err := l.line(lines.Text()); err != nil {
			say("passed over: %v", err)
		}
	}
	err = c.Wait()
	if ctx.Err() != nil { // the time is over, or someone has ended it
		return nil
	}
	return errors.Join(err, errors.New("the connection ended early"))
}

// line takes one line of looking. What a board does not tell is left out.
func (l *look) line(text string) error {
	name, value, _ := strings.Cut(text, " ")
	if value == "" {
		return nil
	}
	if name == "status" {
		l.told = true
		return json.Unmarshal([]byte(value), &l.Status)
	}
	value, pid, _ := strings.Cut(value, " ")
	number, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	switch name {
	case "celsius":
		l.Celsius = number / 1000 // the kernel counts thousandths
	case "ticks":
		l.CPU, l.process = number/100, pid // USER_HZ is 100 on all of Linux's processors that Go knows
	case "memory":
		l.Memory = number * 1024
	case "load":
		l.Load = number
	case "uptime":
		l.Uptime = number
	}
	return nil
}

// answer is what came of a request for the time.
type answer struct {
	Failed  bool
	Stratum uint8
	Delay   time.Duration
}

// ask asks for the time once a second.
func ask(ctx context.Context, address string) []answer {
	var all []answer
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-ctx.Done():
			return all
		case <-second.C:
		}
		said, err := ntp.QueryWithOptions(address, ntp.QueryOptions{Timeout: 900 * time.Millisecond})
		if ctx.Err() != nil {
			return all
		}
		if err != nil {
			all = append(all, answer{Failed: true})
			continue
		}
		all = append(all, answer{Stratum: said.Stratum, Delay: said.RTT})
	}
}
