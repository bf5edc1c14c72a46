package main

import "time"

// The files that a purge may not leave changed: what is configured, what is started, and
// whatever has our name.
const look = `{ find /etc /usr/lib/systemd /usr/lib/udev /usr/lib/sysusers.d /usr/lib/tmpfiles.d -xdev \( -path /etc/.pwd.lock -o -name 'passwd*' ` +
	`-o -name 'group*' -o -name '*shadow*' -o -path /etc/systemd/system/receiver.service -o -path /etc/systemd/system/multi-user.target.wants \) ` +
	`-prune -o -printf '%p %M %u %g %l\n'; ls -d /var/lib/*; find /usr /opt /srv /var /run -xdev -path /usr/lib/modules -prune -o -iname '*gpsntp*' -print; } | sort`

// receiver has the receiver there from the next start on, early, as on a board with a
// HAT: its pulses are /dev/pps0, its sentences come from the other end of a cable.
const receiver = `cat >/etc/systemd/system/receiver.service <<END
[Unit]
DefaultDependencies=no
After=systemd-udevd.service systemd-remount-fs.service
Before=sysinit.target
[Service]
ExecStartPre=ln -sf ttyS1 /dev/serial0
ExecStartPre=ln -sf ttyS1 /dev/ttyAMA0
ExecStart=/run/parts/receiver receive /dev/ttyS2 init_ns=1500000000
[Install]
WantedBy=multi-user.target
END
systemctl enable receiver 2>&1`

// card is the boot partition of a Raspberry Pi 4 as it comes; nothing in the guest reads it.
const card = `; cd /boot && mkdir -p firmware/overlays && touch firmware/overlays/disable-bt.dtbo && printf 'dtparam=audio=on\n' >firmware/config.txt && ` +
	`echo 'console=serial0,115200 console=tty1 root=/dev/mmcblk0p2 rootwait' >firmware/cmdline.txt && sha256sum firmware/*.txt >/root/card`

// same is whether the card is as it came.
const same = `cd /boot && sha256sum -c /root/card`

// pi is what setup cannot find out in the guest, which has no device tree, and whose
// pulse is of no pin.
const pi = ` --board pi4 --pin none`

const locked = `gpsntpctl wait --timeout 10m && gpsntpctl health`

// story is what an administrator does, and what must come of it. DAEMON is the unit of
// the time daemon that the system came with.
var story = []step{
	{title: "the system is up before anything of ours", script: `systemctl is-system-running --wait`, form: `^running$`},
	{title: "and a time daemon keeps its time", script: `systemctl is-active DAEMON && timedatectl show -p NTP; ` + look + ` >/root/before`, form: `^active\nNTP=yes$`},

	{title: "installed without a receiver, it leaves the time alone and says so",
		script: `apt-get install -y /run/parts/gpsntpd.deb`, form: `no pulse of a receiver is here yet[^\n]*\n.*This host goes on with DAEMON\.`},
	{title: "the other goes on", script: `systemctl is-active DAEMON gpsntpd; systemctl is-enabled DAEMON gpsntpd; true`,
		form: `^active\ninactive\nenabled\ndisabled$`},

	{title: "a receiver is put on the header of a board that does not know of it", script: receiver + card, form: ``},
	{title: "what is missing is said, and nothing changed", script: `gpsntpctl setup` + pi + `; echo $?; ` + same, form: `(?s)Nothing has been changed yet.*\n1\n.*cmdline\.txt: OK\n.*config\.txt: OK$`},
	{title: "set up", script: `gpsntpctl setup --apply` + pi + `; echo $?; cat /boot/firmware/*.txt; systemctl is-active DAEMON gpsntpd; systemctl is-enabled DAEMON gpsntpd gpsntpd-setup`,
		form: `(?s)It holds after the reboot.*\n3\nconsole=tty1 root.*\nenable_uart=1\ndtoverlay=disable-bt\nactive\ninactive\ndisabled\nenabled\nenabled$`},
	{title: "and the machine starts again", script: `systemctl reboot`, form: ``, reboots: true},
	{title: "locked within a minute of the start, with three commands typed", script: locked + ` && cut -d' ' -f1 /proc/uptime; systemctl is-active gpsntpd DAEMON; systemctl is-system-running --wait`,
		form: `(?s)(?i)locked.*\n[1-5]?\d\.\d+\nactive\ninactive\nrunning$`},
	{title: "setup has looked after the reboot, once, and said so", script: `journalctl -b -u gpsntpd-setup -o cat; systemctl show -P Result gpsntpd-setup; systemctl is-enabled gpsntpd-setup; ls /var/lib/gpsntpd-setup`,
		form: `(?s)Nothing is left to do.*\nsuccess\ndisabled\njournal\.json$`},
	{title: "nothing is left to do", script: `gpsntpctl setup` + pi + `; echo $?; gpsntpctl setup --hat none; echo $?`, form: `(?s)Nothing is left to do\.\n0\n.*Nothing is left to do\.\n0$`},
	{title: "the doctor finds nothing but that the receiver does not speak of its antenna", script: `gpsntpctl doctor; echo $?`, form: `(?s)^Good: .*Unknown: antenna.*\n0$`},
	{title: "its only warning is the step that it made", script: `journalctl -b -p warning -u gpsntpd --no-pager -o cat`, form: `^clock stepped step_us=[\d.]+ uptime_seconds=[\d.]+$`},
	{title: "what is for a terminal is not in the journal", script: `journalctl -b -u gpsntpd -o cat | grep -E 'terminal|Ctrl-C|^<[0-9]>' || echo nothing`, form: `^nothing$`},
	{title: "with no receiver to be found, the console is still left to who has it",
		script: `rm /dev/serial0 /dev/ttyAMA0; systemctl restart gpsntpd; for i in $(seq 60); do gpsntpctl status | grep 'left alone' && break; sleep 1; done; gpsntpctl why; ` +
			`ls -l /proc/$(systemctl show -P MainPID gpsntpd)/fd | grep ttyS || echo no port; systemctl is-active serial-getty@ttyS0; systemctl show -P NRestarts serial-getty@ttyS0; ` +
			`ln -s ttyS1 /dev/serial0; ln -s ttyS1 /dev/ttyAMA0; systemctl restart gpsntpd`,
		form: `(?s)^left alone +/dev/ttyS0: .*/dev/ttyS0.*\nno port\nactive\n0$`},
	{title: "taken back", script: `gpsntpctl setup --undo; echo $?; ` + same + `; systemctl is-active DAEMON gpsntpd; systemctl is-enabled DAEMON gpsntpd gpsntpd-setup; ls /var/lib | grep -c gpsntpd-setup; true`,
		form: `(?s)All is as it was\..*\n3\n.*cmdline\.txt: OK\n.*config\.txt: OK\nactive\ninactive\nenabled\ndisabled\ndisabled\n0$`},
	{title: "purged, it leaves nothing behind", script: `apt-get purge -y gpsntpd >/dev/null && ` + look + ` | diff /root/before - && echo the same`, form: `^the same$`},

	{title: "a policy that forbids to start services is obeyed",
		script: `printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; apt-get install -y /run/parts/gpsntpd.deb 2>&1; rm /usr/sbin/policy-rc.d; ` +
			`systemctl is-active DAEMON gpsntpd; systemctl is-enabled DAEMON gpsntpd; apt-get purge -y gpsntpd >/dev/null 2>&1`,
		form: `(?s)policy-rc\.d does not let it be started: nothing is changed\.\n.*active\ninactive\nenabled\ndisabled$`},
	{title: "installed beside the other time daemon as it runs", script: `apt-get install -y /run/parts/gpsntpd.deb`, form: `DAEMON is stopped and disabled; it comes back when gpsntpd is removed`},
	{title: "it runs, and the other does not", script: `systemctl is-active gpsntpd DAEMON; systemctl is-enabled gpsntpd DAEMON; true`,
		form: `^active\ninactive\nenabled\ndisabled$`},
	{title: "the pulse belongs to its group", script: `stat -c '%U %G %a' /dev/pps0`, form: `^root _gpsntp 660$`},
	{title: "it has two privileges and a user of its own",
		script: `pid=$(systemctl show -P MainPID gpsntpd); ps -o user= -p $pid; grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/$pid/status | tr -s '\t\n' ' '`,
		form:   `^_gpsntp\nCapEff: 0000000002000400 NoNewPrivs: 1 Seccomp: 2$`},
	{title: "locked", script: locked, form: `(?i)locked`},
	{title: "timedatectl says synchronized", script: `timedatectl show -p NTPSynchronized -p NTP -p CanNTP`, form: `(?s)CanNTP=yes.*NTP=yes.*NTPSynchronized=yes`, within: 2 * time.Minute},
	{title: "it answers as stratum 1", script: `gpsntpctl query 127.0.0.1`, form: `127\.0\.0\.1 .* 1 GPS\n`},
	{title: "a program of the host takes the bound as from ClockBound",
		script: `printf '[clock]\nbound-page = "/run/clockbound/shm0"\n' >/etc/gpsntpd/gpsntpd.toml; systemctl restart gpsntpd; ` + locked + `; ` +
			`perl -e 'sleep 2; open F, "</run/clockbound/shm0"; read F, $b, 80; printf "%x %x %d v%d even%d bound%d drift%d status%d\n", (unpack "LLLSSqqqqqQLlC", $b)[0..3], ` +
			`1 - (unpack "x14S", $b)[0] % 2, (unpack "x48q", $b)[0] > 0, (unpack "x64L", $b)[0] > 0, (unpack "x68l", $b)[0]'; stat -c '%U %a' /run/clockbound/shm0; rm /etc/gpsntpd/gpsntpd.toml`,
		form: `(?s)(?i)locked.*414d5a4e 43420200 80 v2 even1 bound1 drift1 status1\n_gpsntp 644$`},
	{title: "what needs the right time waits for it", script: `systemctl enable --now gpsntpd-wait 2>&1; systemctl is-active gpsntpd-wait time-sync.target`,
		form: `(?m)^active\nactive$`},
	{title: "the system is still as it should be", script: `systemctl is-system-running; systemctl --failed --no-legend`, form: `^running$`},
	{title: "systemd finds it confined", script: `systemd-analyze security --no-pager gpsntpd | tail -1; systemd-analyze security --no-pager gpsntpd-wait | tail -1`,
		form: `level for gpsntpd\.service: ([01]\.\d|2\.[0-3]) OK(?s).*level for gpsntpd-wait\.service: 0\.\d SAFE`},
	{title: "it has warned of nothing", script: `journalctl -q -p warning _SYSTEMD_INVOCATION_ID=$(systemctl show -P InvocationID gpsntpd) --no-pager -o cat`, form: `^$`},

	{title: "stopped dead, it is killed by the watchdog and comes back",
		script: `pid=$(systemctl show -P MainPID gpsntpd); kill -STOP $pid; for i in $(seq 90); do sleep 1; now=$(systemctl show -P MainPID gpsntpd); [ $now = $pid -o $now = 0 ] || break; done; ` +
			`systemctl show -P NRestarts gpsntpd; for i in $(seq 50); do systemctl -q is-active gpsntpd && break; sleep 0.2; done; systemctl is-active gpsntpd; journalctl -b -u gpsntpd -o cat | grep -i watchdog`, form: `(?s)^1\nactive\n.*[Ww]atchdog`},
	{title: "and is locked again", script: locked, form: `(?i)locked`},
	{title: "with each refused system call deadly, it locks too",
		script: `mkdir -p /run/systemd/system/gpsntpd.service.d && printf '[Service]\nSystemCallErrorNumber=\nRestart=no\n' >/run/systemd/system/gpsntpd.service.d/kill.conf && ` +
			`systemctl daemon-reload && systemctl show -P SystemCallErrorNumber gpsntpd && systemctl restart gpsntpd && ` + locked + ` && gpsntpctl status >/dev/null && systemctl reload gpsntpd && sleep 12 && systemctl is-active gpsntpd; ` +
			`rm -r /run/systemd/system/gpsntpd.service.d; systemctl daemon-reload; systemctl restart gpsntpd; journalctl -b -o cat | grep -ci 'SIGSYS\|sig=31' || true`,
		form: `(?s)^2147483646\n.*(?i)locked.*active\n0$`},

	{title: "upgraded, it is away for less than two seconds",
		script: `gpsntpctl wait --timeout 10m >/dev/null; touch /run/asking; /run/parts/guest gap /run/asking >/run/gap & sleep 2; before=$(systemctl show -P MainPID gpsntpd); ` +
			`apt-get install -y /run/parts/newer.deb >/run/said 2>&1 || cat /run/said; sleep 3; rm /run/asking; wait; cat /run/gap; journalctl -b -o short-monotonic -n 60 | grep -v audit; ` +
			`[ $before != $(systemctl show -P MainPID gpsntpd) ] && gpsntpctl version`,
		form: `(?s)^longest gap (1?\d{1,3}) ms\n.*gpsntpctl +\S+\+newer\ngpsntpd +\S+\+newer$`},
	{title: "with what it had learnt", script: `journalctl -b -u gpsntpd -o cat | grep -ic 'frequency_ppm\|restored\|state' ; ls /var/lib/gpsntpd/state && ` + locked, form: `(?s)/var/lib/gpsntpd/state.*(?i)locked`},
	{title: "an upgrade to a version that does not like the configuration leaves the old one running",
		script: `printf '[clock]\nno-such-key = 1\n' >/etc/gpsntpd/gpsntpd.toml; before=$(systemctl show -P MainPID gpsntpd); apt-get install -y --reinstall /run/parts/newer.deb 2>&1; ` +
			`[ $before = $(systemctl show -P MainPID gpsntpd) ] && systemctl is-active gpsntpd; rm /etc/gpsntpd/gpsntpd.toml`,
		form: `(?s)does not accept /etc/gpsntpd/gpsntpd\.toml:.*no-such-key.*goes on running.*\nactive$`},

	{title: "systemd opens the port", script: `systemctl stop gpsntpd 2>&1; systemctl enable --now gpsntpd.socket 2>&1; systemctl is-active gpsntpd gpsntpd.socket; gpsntpctl query 127.0.0.1 >/dev/null 2>&1; ` +
		`sleep 2; systemctl is-active gpsntpd; ` + locked + ` && gpsntpctl query 127.0.0.1`, form: `(?s)inactive\nactive\nactive\n.* 1 GPS\n`},

	{title: "the machine starts again", script: `systemctl reboot`, form: ``, reboots: true},
	{title: "after the reboot it is there, and alone", script: `systemctl is-active gpsntpd DAEMON; systemctl is-system-running --wait`, form: `^active\ninactive\nrunning$`},
	{title: "the time was right before what needs it could start",
		script: locked + ` && systemctl is-active gpsntpd-wait time-sync.target; at() { systemctl show -P ActiveEnterTimestampMonotonic $1; }; ` +
			`[ $(at gpsntpd) -gt 0 ] && [ $(at gpsntpd-wait) -gt $(at gpsntpd) ] && [ $(at time-sync.target) -ge $(at gpsntpd-wait) ] && echo in order`,
		form: `(?s)(?i)locked.*active\nactive\nin order$`},
	{title: "timedatectl says so, too", script: `timedatectl show -p NTPSynchronized`, form: `=yes`, within: 2 * time.Minute},

	{title: "a script sets the clock once, but not while another program steers it",
		script: `gpsntpctl set --once 127.0.0.1 | tail -1; systemctl stop gpsntpd.socket gpsntpd 2>&1; ` +
			`systemd-run -q --unit other gpsntpd --sim --no-steer --web off --listen 127.0.0.1:11123 --control /run/other.sock; ` +
			`gpsntpctl --control /run/other.sock wait --timeout 5m >/dev/null; date -s '3 seconds ago' >/dev/null; ` +
			`gpsntpctl set --once 127.0.0.1:11123 | tail -1; gpsntpctl set --once --step 10s 127.0.0.1:11123 | tail -1; ` +
			`systemctl stop other; systemctl start gpsntpd.socket gpsntpd; ` + locked,
		form: `(?s)^The clock is steered by gpsntpd, and left alone\.\n.*is stepped by \+[23]\.\d.*is being slewed by .*(?i)locked`},

	{title: "removed, it gives the host back its time daemon", script: `apt-get remove -y gpsntpd`, form: `DAEMON is back`},
	{title: "which runs and is enabled", script: `systemctl is-active DAEMON; systemctl is-enabled DAEMON; systemctl is-system-running; ls /var/lib/gpsntpd/state`,
		form: `^active\nenabled\nrunning\n/var/lib/gpsntpd/state$`},
	{title: "installed again, it takes over with what it had learnt", script: `apt-get install -y /run/parts/newer.deb >/dev/null 2>&1; systemctl is-active gpsntpd DAEMON; ` + locked,
		form: `(?s)^active\ninactive\n.*(?i)locked`},
	{title: "the system is as it should be to the end", script: `systemctl is-system-running; systemctl --failed --no-legend`, form: `^running$`},
	{title: "purged, it leaves nothing but the file of an operator", script: `apt-get purge -y gpsntpd >/dev/null 2>&1 && ` + look + ` | diff /root/before - ; systemctl is-active DAEMON`,
		form: `^active$`},
}
