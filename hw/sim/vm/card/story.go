package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/beevik/ntp"
)

// start is one life of the board.
type start struct {
	title string
	steps []step
}

// up is when its owner can log in.
const up = 20 * time.Minute

// story is what its owner finds.
var story = []start{
	{"first start", []step{
		{title: "the card names another pin than it has, so it starts again by itself", host: restarted, form: `gpiopin=4\n`},
	}},
	{"second start", []step{
		{title: "the key that the card names lets its owner in, to a host of that name", script: `id -un; uname -n; uname -r`, form: `^admin\nntp1\n6\.`, within: up},
		{title: "the system is up, and nothing failed", script: `systemctl is-system-running --wait; systemctl --failed --no-legend`, form: `^running$`},
		{title: "this is the board that the device tree says", script: `tr -d '\0' </proc/device-tree/model`, form: `Raspberry Pi 3 Model B`},
		{title: "the root has taken the room of the card", script: `df --output=size -BM / | tail -1; lsblk -bno NAME,SIZE,LABEL,PARTTYPE 2>/dev/null; cat /proc/partitions`, form: `^ *1[4-6]\d\dM`},
		{title: "root and boot partition are read-only, what gpsntpd keeps is not", script: `for at in / /boot/firmware /var/lib/gpsntpd /var/log; do findmnt -no FSTYPE,OPTIONS $at | cut -d, -f1; done; sudo touch /x 2>&1 || true`,
			form: `(?s)^ext4 +ro\nvfat +ro\next4 +rw\ntmpfs +rw\n.*Read-only`},
		{title: "no one has a password, and root does not log in", script: `sudo cut -d: -f2 /etc/shadow | grep -vc '^[!*]'; sudo sshd -T | grep -E '^(permitrootlogin|passwordauthentication|kbdinteractiveauthentication) '`,
			form: `^0\npermitrootlogin no\npasswordauthentication no\nkbdinteractiveauthentication no$`},
		{title: "the host has keys and a number of its own", script: `ls /etc/ssh/*_key | wc -l; wc -c </etc/machine-id; systemctl is-active systemd-machine-id-commit; findmnt /etc/machine-id || echo written`, form: `^3\n33\n.*\nwritten$`},
		{title: "the pulse has its driver, and the receiver its port", script: `cat /sys/class/pps/pps0/name; ls -l /dev/serial0; cat /proc/consoles`, form: `(?s)^pps.*/dev/serial0 -> ttyAMA0`},
		{title: "gpsntpd runs, has the configuration of the card, and says what it waits for", script: `systemctl is-active gpsntpd; cat /etc/gpsntpd/gpsntpd.toml; sudo gpsntpctl status | head -1`, form: `(?s)^active\n\[receiver\].*Not synchronized yet: `},
		{title: "it answers that it has no time", host: asked, form: `^leap 3, stratum 0$`, within: time.Minute},
		{title: "the journal is in memory alone", script: `ls /var/log/journal 2>&1; sudo journalctl --header | grep -c 'File path: /run/log'`, form: `(?s)No such file.*\n[1-9]`},
		{title: "no port is open but those of SSH, time and DHCP", script: `sudo ss -Hltun | awk '{print $1, $5}' | grep -vE '127\.|\[::1\]' | sed 's/[^ ]*://' | sort -u`, form: `(?s)^tcp 22\n(udp (123|546|68)\n?)+$`},
		{title: "a receiver is plugged in", host: plugged, form: ``},
		{title: "locked, a year after the date that the board has started with", script: `sudo gpsntpctl wait --timeout 10m && sudo gpsntpctl status | head -1; date +%Y`, form: `(?s)Locked to .*\n20(2[6-9]|[3-9]\d)$`, within: 10 * time.Minute},
		{title: "it answers as stratum 1", host: asked, form: `^leap 0, stratum 1$`, within: time.Minute},
		{title: "the test of a real board measures it", host: measured, form: `(?s)^# Raspberry Pi 3 Model B.*\| error bound \| [\d.]+ µs \|.*locked in [1-9]\d* of .*answers of stratum 1: [1-9]`},
		{title: "it starts again", script: `sudo systemctl reboot`, form: ``},
	}},
	{"third start", []step{
		{title: "the same host is back", script: `uname -n; systemctl is-system-running --wait; systemctl --failed --no-legend`, form: `^ntp1\nrunning$`, within: up},
		{title: "nothing was changed this time", script: `sudo journalctl -b -u gpsntpd-card -o cat; journalctl -b -k -o cat | grep -c 'mmcblk0p3.*re-mounted' || true`, form: `(?s)0$`},
		{title: "apt may write to the root, for as long as it takes", script: `sudo sh -c 'dpkg-divert --help >/dev/null; apt-get -y purge nano >/tmp/said 2>&1 || cat /tmp/said; command -v nano; findmnt -no OPTIONS / | cut -d, -f1'`, form: `^ro$`},
		{title: "it is switched off", script: `sudo systemctl poweroff`, form: ``},
	}},
}

// restarted waits for the end, and reads what the board has left on the card.
func restarted(ctx context.Context, m *machine) (string, error) {
	err := m.end(ctx)
	m.ended <- err
	if err != nil {
		return "", err
	}
	pulse, err := m.text(ctx, "pulse.txt")
	if err != nil {
		return "", err
	}
	report, err := m.text(ctx, "host.txt")
	return pulse + report, err
}

// asked asks the board for the time.
func asked(_ context.Context, m *machine) (string, error) {
	r, err := ntp.QueryWithOptions("127.0.0.1", ntp.QueryOptions{Port: m.ntp, Timeout: 5 * time.Second})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("leap %d, stratum %d", r.Leap, r.Stratum), nil
}

// plugged has the receiver there: its pulse is the next beside that of the pin, its
// sentences come over a cable on USB. It is a day later than what is under test was made.
func plugged(ctx context.Context, m *machine) (string, error) {
	for from, to := range map[string]string{m.module: "/run/parts/simgps.ko", m.program: "/tmp/receiver"} {
		if err := m.put(ctx, from, to); err != nil {
			return "", err
		}
	}
	return m.shell(ctx, fmt.Sprintf("sudo systemd-run -q --unit receiver /tmp/receiver receive /dev/ttyUSB1 t0=%d", time.Now().Add(24*time.Hour).Unix()))
}

// measured has boardtest look at the board for two minutes.
func measured(ctx context.Context, m *machine) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "run", "./cmd/internal/boardtest", "-host", owner, "-ssh", strings.Join(m.login(), " "),
		"-ntp", fmt.Sprintf("127.0.0.1:%d", m.ntp), "-minutes", "2", "-o", m.folder).Output()
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(strings.TrimSpace(string(out)))
	return string(text), err
}
