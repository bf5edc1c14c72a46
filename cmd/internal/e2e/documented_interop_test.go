//go:build interop

package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// documented are the configurations of docs/clients.md by the word behind the
// three ticks, the name of a program.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, b := range regexp.MustCompile("(?ms)^```([a-z-]+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		all[b[1]] = append(all[b[1]], b[2])
	}
	return all
}

// server is where the daemon is that documented clients ask.
const server = "192.168.77.1"

// served is a network with a daemon, which has NTS and the documented key; clients
// is the end of it where one client at a time may run.
func served(t *testing.T, key string) (clients *process, d *daemon, authority string) {
	t.Helper()
	certificates, socket := t.TempDir(), filepath.Join(t.TempDir(), "socket")
	if status, _, err := runs(t, "gpsntpctl", "nts", "init", "--dir", certificates, server); status != 0 {
		t.Fatal(err)
	}
	config := file(t, "gpsntpd.toml", `
[server]
keys = %q
[nts]
certificate = "%s/nts.crt"
private-key = "%[2]s/nts.key"
listen = "%[3]s:4460"
`, file(t, "keys", "%s", key), certificates, server)
	host, clients := cable(t)
	d = attach(namespace(t, host, filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--config", config, "--control", socket, "--listen", server+":123"), socket)
	d.becomes("locked", "ok", "ok")
	return clients, d, certificates + "/ca.crt"
}

// proved fails when someone who should have could not prove itself.
func proved(t *testing.T, d *daemon) {
	t.Helper()
	if n := d.status().NTS; n.KeyExchanges != 1 || n.Failed+n.Refused != 0 {
		t.Errorf("%+v", n)
	}
	if n := d.counter("ntp", "unknown_key") + d.counter("ntp", "bad_mac") + d.counter("ntp", "nts_refused"); n != 0 {
		t.Errorf("%d requests were refused", n)
	}
}

// here is a documented configuration with the server and the files that are here.
func here(t *testing.T, text, authority, keys string) string {
	t.Helper()
	return strings.NewReplacer(
		"ntp1.lan", server, "/etc/gpsntpd-ca.crt", authority,
		"/etc/chrony/chrony.keys", keys, "/etc/ntpsec/ntp.keys", keys,
		"/var/lib/chrony", t.TempDir(), "/var/lib/ntpsec", t.TempDir(), "/var/lib/ntp", t.TempDir(),
	).Replace(text)
}

func TestChronyTakesTheTimeAsDocumented(t *testing.T) {
	t.Parallel()
	all := documented(t)
	if len(all["chrony"]) != 5 || len(all["chrony-keys"]) != 1 {
		t.Fatalf("%q", all)
	}
	clients, d, authority := served(t, all["chrony-keys"][0])
	for _, text := range all["chrony"] {
		text = here(t, text, authority, file(t, "chrony.keys", "%s", all["chrony-keys"][0]))
		config := file(t, "chrony.conf", "%s\nport 0\ncmdport 0\nuser root\npidfile %s/pid\n", text, t.TempDir())
		if out, err := exec.Command("chronyd", "-U", "-p", "-f", config).CombinedOutput(); err != nil {
			t.Errorf("%v: %s\n%s", err, out, text)
		}
		if strings.Contains(text, "pool ") { // no one knows its name here
			continue
		}
		once := namespace(t, clients, "chronyd", "-U", "-x", "-Q", "-t", "20", "-f", config)
		if status := once.wait(processTimeout); status != 0 || !strings.Contains(once.err.String(), "System clock wrong by") {
			t.Errorf("exit status %d: %s\n%s", status, &once.err, text)
		}
	}
	proved(t, d)
}

// The ntpd of ntpsec has no right to set a clock in a namespace of users, and is
// told not to.
func TestNtpsecTakesTheTimeAsDocumented(t *testing.T) {
	t.Parallel()
	all := documented(t)
	if len(all["ntpsec"]) != 3 || len(all["ntpsec-keys"]) != 1 || len(all["ntp"]) != 1 {
		t.Fatalf("%q", all)
	}
	clients, d, authority := served(t, all["ntpsec-keys"][0])
	for _, text := range append(all["ntpsec"], all["ntp"]...) {
		logs := t.TempDir()
		text = here(t, text, authority, file(t, "ntp.keys", "%s", all["ntpsec-keys"][0]))
		config := file(t, "ntp.conf", "%s\ndisable ntp\nstatsdir %s/\nstatistics protostats\nfilegen protostats file protostats type none\n", text, logs)
		client := namespace(t, clients, "ntpd", "-n", "-g", "-c", config)
		until(t, func() error {
			stats, err := os.ReadFile(filepath.Join(logs, "protostats"))
			if err == nil && !strings.Contains(string(stats), "sys_peer") {
				err = fmt.Errorf("it has not chosen us: %s", stats)
			}
			return err
		})
		client.signal(syscall.SIGTERM)
		client.wait(processTimeout)
		if text := client.err.String(); strings.Contains(text, "syntax error") {
			t.Error(text)
		}
	}
	proved(t, d)
}

// timesyncd refuses to be root without the rights of one, and needs /run.
const documentedTimesyncd = `
mount -t tmpfs none /run
mount -t tmpfs none /var/lib
mkdir -p /run/systemd/timesync /run/systemd/timesyncd.conf.d
cp %s /run/systemd/timesyncd.conf.d/gpsntpd.conf
exec env SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console \
	unshare --user --map-user=1000 --map-group=1000 systemd-timesyncd
`

func TestTimesyncdAndBusyboxTakeTheTimeAsDocumented(t *testing.T) {
	t.Parallel()
	all := documented(t)
	if len(all["timesyncd"]) != 1 || len(all["busybox"]) != 1 {
		t.Fatalf("%q", all)
	}
	clients, _, _ := served(t, all["ntpsec-keys"][0])
	config := file(t, "timesyncd.conf", "%s", here(t, all["timesyncd"][0], "", ""))
	client := namespace(t, clients, "unshare", "--mount", "sh", "-ec", fmt.Sprintf(documentedTimesyncd, config))
	until(t, says(&client.err, "Contacted time server "+server+":123"))
	if strings.Contains(client.err.String(), "Unknown key") {
		t.Error(&client.err)
	}
	words := strings.Fields(here(t, all["busybox"][0], "", ""))
	box := namespace(t, clients, append([]string{"busybox-ntpd"}, append(words, "-w", "-d", "-d")...)...)
	until(t, says(&box.err, "strat:1"))
}

func TestWhatHandsOutTheServerReadsItAsDocumented(t *testing.T) {
	all := documented(t)
	for name, command := range map[string][]string{
		"dnsmasq":  {"dnsmasq", "--test", "-C"},
		"dhcpd":    {"dhcpd", "-t", "-cf"},
		"kea":      {"kea-dhcp4", "-t"},
		"openntpd": {"openntpd", "-n", "-f"},
	} {
		if len(all[name]) != 1 {
			t.Errorf("%s: %q", name, all[name])
			continue
		}
		config := file(t, name+".conf", "%s", all[name][0])
		if out, err := exec.Command(command[0], append(command[1:], config)...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", command, err, out)
		}
		broken := file(t, name+".conf", "%s\nno such word\n", all[name][0])
		if _, err := exec.Command(command[0], append(command[1:], broken)...).CombinedOutput(); err == nil {
			t.Errorf("%v accepts anything", command)
		}
	}
}

// number is what may differ between two hosts.
var number = regexp.MustCompile(`[+-]?[0-9][0-9.]*|slow|fast`)

func TestTrackingIsInTheFormOfChronyc(t *testing.T) {
	t.Parallel()
	d := serve(t, "--sim")
	address := d.becomes("locked", "ok", "ok").Servers[0].Listen
	config, logs := chrony(t, address)
	text, err := os.ReadFile(config)
	private := filepath.Join(logs, "private") // it opens a socket nowhere else
	if err := errors.Join(err, os.Mkdir(private, 0o700)); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(private, "chronyd.sock")
	client := start(t, "chronyd", "-U", "-x", "-d", "-f", file(t, "chrony.conf", "%sbindcmdaddress %s\n", text, socket))
	until(t, says(&client.err, "Selected source"))
	for _, args := range [][]string{{"tracking"}, {"tracking", "--csv"}} {
		ask := []string{"-h", socket, "tracking"}
		if len(args) > 1 {
			ask = append([]string{"-c"}, ask...)
		}
		theirs, err := exec.Command("chronyc", ask...).Output()
		if err != nil {
			t.Fatal(err)
		}
		_, ours, _ := runs(t, "gpsntpctl", append([]string{"--control", d.socket}, args...)...)
		form := func(s string) (all []string) {
			for line := range strings.Lines(s) {
				if !strings.HasPrefix(line, "Reference ID") && !strings.HasPrefix(line, "Ref time") {
					all = append(all, number.ReplaceAllString(line, "N"))
				}
			}
			return all
		}
		if len(args) > 1 {
			if a, b := strings.Count(string(theirs), ","), strings.Count(ours, ","); a != b {
				t.Errorf("%d commas, %d of chronyc:\n%s%s", b, a, ours, theirs)
			}
		} else if a, b := form(string(theirs)), form(ours); strings.Join(a, "") != strings.Join(b, "") || len(a) != 11 {
			t.Errorf("ours\n%s\nchronyc's\n%s", ours, theirs)
		}
	}
}
