package config

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gpsntpd/refclock"
	"gpsntpd/refclock/configure"
	"gpsntpd/server/notice"
	"gpsntpd/server/ntp"
	"gpsntpd/server/why"
)

func TestAnEmptyFileIsTheDefault(t *testing.T) {
	c, err := Parse("empty.toml", nil)
	if err != nil || !reflect.DeepEqual(c, Default()) {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestEveryKeyIsRead(t *testing.T) {
	got, err := Parse("all.toml", []byte(`
language = "zh"
[receiver]
enabled = false
device = "/dev/ttyUSB0"
baud = 115_200
not-before = 2026-01-02
sentence-latency = "350ms"
sawtooth = "off"
configure = "monitor"
elevation-mask = 10
cable-delay = "25ns"
constellations = ["gps", "galileo"]
[pulse]
device = "off"
compare = "phc:eth0"
edge = "clear"
latency = "-1.5us"
latency-error = "500ns"
[clock]
steer = false
max-error = "10us"
step-threshold = "0.1s"
bound-page = "/run/clockbound/shm0"
leap-seconds = "/etc/leap-seconds.list"
temperature = "coretemp/Package id 0"
[network]
servers = ["ntp1.lan", "[2001:db8::1]:11123  poll=1s xleave", "192.0.2.7 poll=16s-1m4s key=7 sibling", "nts://time.example:4461"]
authorities = "/etc/gpsntpd/ca.pem"
[server]
listen = [":123", "[fe80::1%eth0]:11123"]
refid = "PPS"
sentence-refid = "NAV"
allow = ["10.0.0.0/8", "::ffff:192.0.2.1"]
deny = "2001:db8::/32"
rate-limit = "16/s burst 64"
keys = "/etc/gpsntpd/keys"
ntpq = "192.0.2.0/24"
broadcast = ["192.0.2.255", "[ff05::101]:11123", "ff02::101%eth0"]
broadcast-interval = "16s"
broadcast-key = 7
interface = "eth0"
dscp = 46
hardware-timestamps = "off"
workers = 2
fast-path = "xdp"
[nts]
certificate = "/etc/gpsntpd/nts.crt"
private-key = "/etc/gpsntpd/nts.key"
listen = "192.0.2.1:4460"
server = "ntp.example"
master-keys = "/var/lib/gpsntpd/shared"
[web]
listen = ":8080"
names = ["time.example", "time"]
certificate = "/etc/gpsntpd/web.crt"
private-key = "/etc/gpsntpd/web.key"
password-file = "/etc/gpsntpd/web.htpasswd"
trusted-proxy = ["192.0.2.80", "2001:db8:80::/48"]
[metrics]
listen = ":9123"
[recorder]
size = "8MiB"
[statistics]
directory = "/var/log/gpsntpd"
days = 7
[log]
level = "debug"
format = "json"
[control]
socket = "/tmp/gpsntpd.sock"
[alarms]
exec = ["/usr/local/bin/page", "--to", "me you"]
webhook = "https://example.net/hook?key=1"
services = "/etc/gpsntpd/ops.toml"
syslog = "local0@192.0.2.1:514"
language = "zh"
[sandbox]
landlock = "off"
write = "/var/spool/alarms"
`))
	want := Config{
		Receiver: Receiver{
			Devices: []string{"/dev/ttyUSB0"}, Baud: 115200, SentenceLatency: 350 * time.Millisecond, Sawtooth: "off",
			NotBefore: refclock.UTC(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC).UnixNano()),
			Configure: configure.Monitor, ElevationMask: new(10), CableDelay: new(25 * time.Nanosecond), Constellations: []string{"gps", "galileo"},
		},
		Pulse: Pulse{Compare: "phc:eth0", Edge: "clear", Latency: -1500, LatencyError: new(500 * time.Nanosecond)},
		Clock: Clock{
			MaxError: 10 * time.Microsecond, StepThreshold: 100 * time.Millisecond, Bound: "/run/clockbound/shm0",
			LeapSeconds: "/etc/leap-seconds.list", Temperature: "coretemp/Package id 0",
		},
		Network: Network{Servers: []TimeServer{
			{Host: "ntp1.lan"},
			{Host: "2001:db8::1", Port: 11123, Shortest: time.Second, Longest: time.Second, Interleave: true},
			{Host: "192.0.2.7", Shortest: 16 * time.Second, Longest: 64 * time.Second, Key: 7, Sibling: true},
			{Host: "time.example", Port: 4461, NTS: true},
		}, Authorities: "/etc/gpsntpd/ca.pem"},
		Server: Server{
			Listen: []string{":123", "[fe80::1%eth0]:11123"}, RefID: "PPS", SentenceRefID: "NAV",
			Allow:     []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32")},
			Deny:      []netip.Prefix{netip.MustParsePrefix("2001:db8::/32")},
			RateLimit: ntp.Limit{Rate: 16, Burst: 64}, Keys: "/etc/gpsntpd/keys",
			Ntpq: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
			Broadcast: []netip.AddrPort{
				netip.MustParseAddrPort("192.0.2.255:123"), netip.MustParseAddrPort("[ff05::101]:11123"), netip.MustParseAddrPort("[ff02::101%eth0]:123"),
			},
			BroadcastInterval: 16 * time.Second, BroadcastKey: 7,
			Interface: "eth0", DSCP: 46, Hardware: "off", Workers: 2, FastPath: "xdp",
		},
		NTS: NTS{
			Certificate: "/etc/gpsntpd/nts.crt", PrivateKey: "/etc/gpsntpd/nts.key", Listen: []string{"192.0.2.1:4460"},
			Server: "ntp.example", MasterKeys: "/var/lib/gpsntpd/shared",
		},
		Web: Web{
			Listen: ":8080", Names: []string{"time.example", "time"}, Certificate: "/etc/gpsntpd/web.crt", PrivateKey: "/etc/gpsntpd/web.key",
			Passwords: "/etc/gpsntpd/web.htpasswd",
			Proxies:   []netip.Prefix{netip.MustParsePrefix("192.0.2.80/32"), netip.MustParsePrefix("2001:db8:80::/48")},
		},
		Metrics:  Metrics{Listen: ":9123"},
		Recorder: Recorder{Size: 8 << 20},

		Statistics: Statistics{Directory: "/var/log/gpsntpd", Days: 7},
		Log:        Log{Level: "debug", Format: "json"},
		Control:    Control{Socket: "/tmp/gpsntpd.sock"},
		Language:   why.Chinese,
		Alarms: Alarms{
			Exec: []string{"/usr/local/bin/page", "--to", "me you"}, Webhook: "https://example.net/hook?key=1",
			Services: []string{"/etc/gpsntpd/ops.toml"},
			Syslog:   notice.Syslog{Facility: 16, Network: "udp", Address: "192.0.2.1:514"}, Language: why.Chinese,
		},
		Sandbox: Sandbox{Landlock: "off", Write: []string{"/var/spool/alarms"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for i, k := range keys(&got) {
		if k.text() == keys(&Config{})[i].text() && k.name != "pulse.device" && k.name != "clock.steer" && k.name != "receiver.enabled" {
			t.Errorf("%s is not in this test", k.name)
		}
	}
}

func TestTheSameValueMayBeWrittenAsTOMLAllows(t *testing.T) {
	for _, text := range []string{
		"[clock]\nsteer = false\n[receiver]\nbaud = 4800\n",
		"[clock]\nsteer = \"false\"\n[receiver]\nbaud = '4800'\n",
		"clock.steer = false\nreceiver.baud = 0x12c0\n",
		"clock = { steer = false }\nreceiver = { baud = 4_800 }\n",
	} {
		c, err := Parse("f", []byte(text))
		if err != nil || c.Clock.Steer || c.Receiver.Baud != 4800 {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
}

func TestTheSpeedIsFoundOutUnlessItIsGiven(t *testing.T) {
	for word, want := range map[string]int{`"auto"`: 0, "9600": 9600, `"115200"`: 115200} {
		c, err := Parse("f", []byte("[receiver]\nbaud = "+word))
		if err != nil || c.Receiver.Baud != want {
			t.Errorf("%s: %d, %v", word, c.Receiver.Baud, err)
		}
	}
}

func TestEveryErrorNamesItsLineAndWhatWasExpected(t *testing.T) {
	for text, want := range map[string]string{
		"[server]\nlisen = \":123\"":                `f:2: key "server.lisen": no such key; did you mean "server.listen"?`,
		"max-error = \"1ms\"":                       `f:1: key "max-error": no such key; did you mean "clock.max-error"?`,
		"[server]\nbananas = 1":                     `f:2: key "server.bananas": no such key`,
		"\n[sever]\nlisten = 1":                     `f:2: section "sever": no such section; did you mean "server"?`,
		"sever = {}":                                `f:1: section "sever": no such section; did you mean "server"?`,
		"[Log]":                                     `f:1: section "Log": no such section; did you mean "log"?`,
		"[clock.steer]":                             `f:1: section "clock.steer": no such section`,
		"[[log]]\nlevel = 1":                        `f:1: section "log": no section may be repeated`,
		"log = 3":                                   `f:1: key "log": no such key`,
		"[clock]\nmax-error = 1":                    `f:2: key "clock.max-error": want a duration from 1us to 10s; got "1"`,
		"[clock]\nmax-error = \"11s\"":              `f:2: key "clock.max-error": want a duration from 1us to 10s; got "11s"`,
		"[clock]\nmax-error = [\"1s\"]":             "",
		"[clock]\nmax-error = [[\"1s\"]]":           `f:2: key "clock.max-error": want a duration from 1us to 10s; got ""`,
		"[clock]\nsteer = 1":                        `f:2: key "clock.steer": want true or false; got "1"`,
		"[receiver]\nbaud = 9600.5":                 `f:2: key "receiver.baud": want "auto" or a whole number from 300 to 4000000; got "9600.5"`,
		"[receiver]\nbaud = 4294976896":             `f:2: key "receiver.baud": want "auto" or a whole number from 300 to 4000000; got "4294976896"`,
		"[receiver]\nnot-before = \"1979\"":         `f:2: key "receiver.not-before": want "build" or a date such as 2026-11-22, not before GPS began in 1980; got "1979"`,
		"[receiver]\ndevice = []":                   `f:2: key "receiver.device": want the path of a device or a pattern such as /dev/ttyUSB* or a list of such; got ""`,
		"[receiver]\ndevice = \"ttyS0\"":            `f:2: key "receiver.device": want the path of a device or a pattern such as /dev/ttyUSB* or a list of such; got "ttyS0"`,
		"[receiver]\nsentence-latency = 0":          `f:2: key "receiver.sentence-latency": want "learned" or a duration from 1ms to 1s; got "0"`,
		"[pulse]\nedge = \"rising\"":                `f:2: key "pulse.edge": want "assert" or "clear"; got "rising"`,
		"[pulse]\ndevice = \"\"":                    `f:2: key "pulse.device": want "off" or a device; got ""`,
		"[pulse]\ndevice = \"dcd:ttyS0\"":           `f:2: key "pulse.device": want "off" or a device; got "dcd:ttyS0"`,
		"[clock]\ntemperature = \" x\"":             `f:2: key "clock.temperature": want "off" or "auto" or the name of a sensor such as cpu-thermal or coretemp/Core 0; got " x"`,
		"[log]\nlevel = \"loud\"":                   `f:2: key "log.level": want "debug", "info", "warn" or "error"; got "loud"`,
		"[server]\nrefid = \"GPS10\"":               `f:2: key "server.refid": want 1 to 4 printable ASCII characters; got "GPS10"`,
		"[server]\nrefid = \"µ\"":                   `f:2: key "server.refid": want 1 to 4 printable ASCII characters; got "µ"`,
		"[server]\nlisten = \"localhost:1\"":        `f:2: key "server.listen": want an address and a port such as "192.0.2.1:123", "[2001:db8::1]:123" or ":123" or a list of such; got "localhost:1"`,
		"[server]\nallow = []":                      "",
		"[server]\nallow = \"10.0.0.1\"":            "",
		"[server]\ndeny = [\"fe80::1%eth0\"]":       `f:2: key "server.deny": want a prefix such as 192.0.2.0/24 or 2001:db8::/32, an address, or a list of such; got "fe80::1%eth0"`,
		"[server]\nallow = \"10.0.0.1/8\"":          `f:2: key "server.allow": want a prefix such as 192.0.2.0/24 or 2001:db8::/32, an address, or a list of such; got "10.0.0.1/8"`,
		"[server]\nallow = \"::ffff:10.0.0.0/104\"": `f:2: key "server.allow": want a prefix such as 192.0.2.0/24 or 2001:db8::/32, an address, or a list of such; got "::ffff:10.0.0.0/104"`,
		"[server]\nbroadcast = []":                  "",
		"[server]\nbroadcast = \"224.0.1.1\"":       "",
		"[server]\nbroadcast = \"ff02::101\"":       `f:2: key "server.broadcast": want an address such as 192.0.2.255, 224.0.1.1 or ff02::101%eth0, with a port or without, or a list of such; got "ff02::101"`,
		"[server]\nbroadcast = \"2001:db8::1\"":     `f:2: key "server.broadcast": want an address such as 192.0.2.255, 224.0.1.1 or ff02::101%eth0, with a port or without, or a list of such; got "2001:db8::1"`,
		"[server]\nrate-limit = 16":                 `f:2: key "server.rate-limit": want "off" or requests a second and requests at once such as "16/s burst 64"; got "16"`,
		"[control]\nsocket = \"x\"":                 `f:2: key "control.socket": want "auto" or a path that begins with /; got "x"`,
		"[alarms]\nexec = \"page\"":                 `f:2: key "alarms.exec": want "off", or the path of a program, or a list of that and its arguments; got "page"`,
		"[alarms]\nexec = []":                       `f:2: key "alarms.exec": want "off", or the path of a program, or a list of that and its arguments; got ""`,
		"[alarms]\nwebhook = \"ftp://example.net\"": `f:2: key "alarms.webhook": want "off" or a URL such as https://example.net/hook; got "ftp://example.net"`,
		"[alarms]\nsyslog = \"kern\"":               `f:2: key "alarms.syslog": want "off" or a facility such as "local0", an address and port such as "192.0.2.1:514", or both as in "local0@192.0.2.1:514"; got "kern"`,
		"[log]\nlevel =":                            `f:2: expected value, not end of input`,
		"[log]\n[log]":                              `f:2: table log already exists`,
		"[log]\n\"a\\n\"=1\n\"a\\n\"=2":             `f:3: key a is already defined`,
		"[log]\nlevel=1\nlevel=2":                   `f:3: key level is already defined`,
	} {
		if _, err := Parse("f", []byte(text)); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestAllErrorsOfAFileAreReported(t *testing.T) {
	_, err := Parse("f", []byte("[clock]\nsteer = 3\n[x]\ny = 1\n[log]\nlevl = 1\nformat = 2\n"))
	want := []string{"f:2:", "f:3:", "f:6:", "f:7:"}
	lines := strings.Split(fmt.Sprint(err), "\n")
	if len(lines) != len(want) {
		t.Fatalf("got %q", lines)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("got %q, want %s", line, want[i])
		}
	}
}

func TestAFileThatCannotBeReadIsNamed(t *testing.T) {
	if _, err := Load("/none/gpsntpd.toml"); err == nil || !strings.Contains(err.Error(), "/none/gpsntpd.toml") {
		t.Errorf("got %v", err)
	}
}

var update = flag.Bool("update", false, "write the example")

const exampleHead = `# Every key of gpsntpd with its default. All of them may be left out;
# docs/configure.md says more about each.

`

func TestTheExampleIsTheDefault(t *testing.T) {
	const path = "../../../docs/gpsntpd.example.toml"
	if *update {
		if err := os.WriteFile(path, []byte(exampleHead+Default().String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(path)
	if err != nil || !reflect.DeepEqual(c, Default()) {
		t.Errorf("got %+v, %v", c, err)
	}
	if text, _ := os.ReadFile(path); string(text) != exampleHead+Default().String() {
		t.Error("the example is not what Default prints: run with -update")
	}
}

// row is what docs/configure.md says of k.
func row(k key) string {
	return fmt.Sprintf("| `%s` | `%s` | %s | %s |", k.name, k.text(), k.want, k.doc)
}

func TestEveryKeyIsDocumentedWithItsDefaultAndNoOther(t *testing.T) {
	text, err := os.ReadFile("../../../docs/configure.md")
	if err != nil {
		t.Fatal(err)
	}
	c := Default()
	undocumented := map[string]bool{}
	for _, k := range keys(&c) {
		undocumented[row(k)] = true
	}
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "| `") && !undocumented[line] {
			t.Errorf("docs/configure.md:%d: no such key, or not like this: %s", i+1, line)
		}
		delete(undocumented, line)
	}
	for line := range undocumented {
		t.Errorf("docs/configure.md lacks: %s", line)
	}
}

func TestEveryKeyIsDescribedInChineseAsItsPageDoes(t *testing.T) {
	text, err := os.ReadFile("../../../docs/configure.zh-CN.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{} // without what may be set, which stands between
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(strings.TrimSpace(line), " | "); strings.HasPrefix(line, "| `") {
			rows[cells[0]+" | "+cells[1]+" | "+cells[len(cells)-1]] = true
		}
	}
	c := Default()
	all := keys(&c)
	for _, k := range all {
		if want := fmt.Sprintf("| `%s` | `%s` | %s |", k.name, k.text(), chineseDocs[k.name]); !rows[want] {
			t.Errorf("docs/configure.zh-CN.md lacks: %s", want)
		}
	}
	if len(rows) != len(all) || len(chineseDocs) != len(all) {
		t.Errorf("%d keys, %d in Chinese, %d on the page", len(all), len(chineseDocs), len(rows))
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Default().String())
	f.Add("a.b = {c = [1, {d = 2}]}\n[[x]]\n[server]\nlisten = ['''\n''']\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("f", []byte(text))
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "f:") {
					t.Errorf("an error without a place: %q", line)
				}
			}
			return
		}
		again, err := Parse("f", []byte(c.String()))
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Errorf("%+v is printed as what is read as %+v, %v", c, again, err)
		}
	})
}

func TestOfAFileThatIsNoneOfOursAFewDozenMistakesAreNamed(t *testing.T) {
	var lines, inline strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&lines, "k%d = 1\n", i)
		fmt.Fprintf(&inline, "k%d = 1, ", i)
	}
	if _, err := Parse("a.toml", []byte("[none]\n"+lines.String())); err == nil || !strings.Contains(err.Error(), "more keys than there are") {
		t.Error(err)
	}
	for _, text := range []string{lines.String(), "[server]\n" + lines.String(), "server = {" + strings.TrimSuffix(inline.String(), ", ") + "}\n"} {
		_, err := Parse("a.toml", []byte(text))
		said := strings.Split(err.Error(), "\n")
		if len(said) != mostMistakes+1 || !strings.HasSuffix(said[mostMistakes], "and more is wrong from here on") {
			t.Errorf("%d mistakes: %.200s", len(said), err)
		}
	}
}

func TestAConfigurationIsASmallRegularFile(t *testing.T) {
	long := filepath.Join(t.TempDir(), "long.toml")
	if err := os.WriteFile(long, []byte(strings.Repeat("#", most+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{long, "/dev/zero", t.TempDir()} {
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
