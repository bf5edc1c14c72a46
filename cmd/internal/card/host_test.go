package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f you@desk"

// boards makes a boot partition with these files, and a root file system as the picture's.
func boards(t *testing.T, files map[string]string) (root, boot string) {
	t.Helper()
	root, boot = t.TempDir(), t.TempDir()
	for _, folder := range []string{"etc/systemd/network", "etc/gpsntpd", "home/admin"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(boot, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root, boot
}

// accept has gpsntpd accept its configuration, or not.
func accept(t *testing.T, err error) {
	before := check
	check = func(string) error { return err }
	t.Cleanup(func() { check = before })
}

// content is a file's, or "-".
func content(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return "-"
	}
	return string(text)
}

func TestWhatTheCardSaysIsMadeSoOnce(t *testing.T) {
	accept(t, nil)
	root, boot := boards(t, map[string]string{
		"host.toml": "\ufeffname = \"ntp1\"\r\nssh-keys = [\"" + key + "\"]\r\npulse-pin = 4\r\n[network]\r\naddresses = [\"192.168.1.5/24\", \"fd00::5/64\"]\r\n" +
			"gateways = [\"192.168.1.1\"]\r\ndns = [\"192.168.1.1\"]\r\n",
		"gpsntpd.toml": "[clock]\r\n",
		"pulse.txt":    "dtoverlay=pps-gpio,gpiopin=18\n",
	})
	h, err := read(boot)
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.changes(root, boot)
	if err := errors.Join(err, c.root.write(), c.boot.write()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		root + "/etc/hostname":                        "ntp1\n",
		root + "/etc/hosts":                           "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 ntp1\n",
		root + "/etc/gpsntpd/gpsntpd.toml":            "[clock]\n",
		root + "/home/admin/.ssh/authorized_keys":     key + "\n",
		root + "/etc/systemd/network/10-host.network": "# From host.toml on the boot partition.\n[Match]\nType=ether\n\n[Network]\nAddress=192.168.1.5/24\nAddress=fd00::5/64\nGateway=192.168.1.1\nDNS=192.168.1.1\n",
		boot + "/pulse.txt":                           "# The GPIO of the pulse. pulse-pin in host.toml changes it.\ndtoverlay=pps-gpio,gpiopin=4\n",
	} {
		if is := content(name); is != want {
			t.Errorf("%s is %q, not %q", name, is, want)
		}
	}
	for name, want := range map[string]os.FileMode{root + "/home/admin/.ssh": 0o700, root + "/home/admin/.ssh/authorized_keys": 0o600, root + "/etc/hostname": 0o644} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if c, err := h.changes(root, boot); err != nil || len(c.root)+len(c.boot) > 0 {
		t.Errorf("the second start would write %v again: %v", c, err)
	}
}

func TestACardThatSaysNothingChangesNothing(t *testing.T) {
	for name, files := range map[string]map[string]string{"no file": nil, "as it comes": {"host.toml": content("../../../systemd/image/boot/host.toml")}} {
		root, boot := boards(t, files)
		h, err := read(boot)
		if err != nil {
			t.Error(name, err)
		}
		if c, err := h.changes(root, boot); err != nil || len(c.root)+len(c.boot) > 0 {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
}

func TestAnAddressThatIsTakenAwayIsTheRoutersToGiveAgain(t *testing.T) {
	root, boot := boards(t, map[string]string{"host.toml": "name = \"a\"\n"})
	name := filepath.Join(root, "etc/systemd/network/10-host.network")
	if err := os.WriteFile(name, []byte("[Match]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	h, _ := read(boot)
	c, err := h.changes(root, boot)
	if err := errors.Join(err, c.root.write()); err != nil || has(name) {
		t.Error(err, has(name))
	}
}

func TestTheExampleIsUnderstoodWithEachLineSet(t *testing.T) {
	text := content("../../../systemd/image/boot/host.toml")
	var lines []string
	for line := range strings.Lines(text) {
		if set, ok := strings.CutPrefix(line, "# "); ok && (strings.Contains(set, " = ") || strings.HasPrefix(set, "[")) {
			line = strings.ReplaceAll(set, "ssh-ed25519 AAAA… you@desk", key)
		}
		lines = append(lines, line)
	}
	h, err := parse([]byte(strings.Join(lines, "")))
	if err != nil || h.Name == "" || len(h.Keys) != 1 || h.Pin == nil || len(h.Network.Addresses)+len(h.Network.Gateways)+len(h.Network.DNS) != 3 {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestWhatIsWrongIsSaidAndTheRestHolds(t *testing.T) {
	short := strings.Fields(key)[1]
	for text, want := range map[string]string{
		"nam = \"a\"":                                  "host.toml:1: there is no key nam",
		"\n[network]\naddress = []":                    "host.toml:3: there is no key network.address",
		"name = 5":                                     "host.toml:1: ",
		"name = \"a":                                   "host.toml:1: ",
		"name = \"a\"\nname = \"b\"":                   "host.toml:2: ",
		"name = \"ntp.example\"":                       "is no host's name",
		"name = \"-a\"":                                "is no host's name",
		"name = \"a\\nb\"":                             "is no host's name",
		"ssh-keys = [\"me\"]":                          "number 1: it is no line of a file .pub",
		"ssh-keys = [\"ssh-rsa " + short + "\"]":       "ssh-rsa is not what it begins with",
		"ssh-keys = [\"ssh-ed25519 AAAA\"]":            "ssh-ed25519 is not whole",
		"ssh-keys = [\"-----BEGIN PRIVATE KEY-----\"]": "this is a private key",
		"ssh-keys = [\"" + key + "\\nx\"]":             "more than one line",
		"pulse-pin = 28":                               "GPIO 0 to 27, not 28",
		"pulse-pin = 14":                               "GPIO 14 is the serial port's",
		"[network]\naddresses = [\"192.168.1.5\"]":     "no address with the length of its prefix",
		"[network]\naddresses = [\"0.0.0.0/0\"]":       "no address with the length of its prefix",
		"[network]\ngateways = [\"192.168.1.1\"]":      "it takes network.addresses",
		"[network]\ndns = [\"router\"]":                "\"router\" is no address",
	} {
		h, err := parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, not %q", text, err, want)
		}
		if h.Name != "" || len(h.Keys) > 0 || h.Pin != nil || len(h.Network.Addresses)+len(h.Network.Gateways)+len(h.Network.DNS) > 0 {
			t.Errorf("%q: %+v is taken", text, h)
		}
		if strings.Contains(text, "[network]") && !h.unknown {
			t.Errorf("%q: the network is changed", text)
		}
		if report := h.report(err); !strings.Contains(report, want) {
			t.Errorf("%q: host.txt does not say so: %s", text, report)
		}
	}
	h, err := parse([]byte("name = \"a b\"\npulse-pin = 99\nssh-keys = [\"x\", \"" + key + "\"]\n[network]\ndns = [\"x\"]\n"))
	if !slices.Equal(h.Keys, []string{key}) || strings.Count(err.Error(), "host.toml") != 4 {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestAConfigurationThatGpsntpdRefusesIsLeftOnTheCard(t *testing.T) {
	accept(t, errors.New("gpsntpd.toml:1: there is no key x"))
	root, boot := boards(t, map[string]string{"gpsntpd.toml": "x = 1\n", "host.toml": "name = \"a\"\n"})
	h, err := read(boot)
	if err == nil || h.Name != "a" {
		t.Errorf("%+v, %v", h, err)
	}
	c, _ := h.changes(root, boot)
	if err := c.root.write(); err != nil || content(root+"/etc/gpsntpd/gpsntpd.toml") != "-" || content(root+"/etc/hostname") != "a\n" {
		t.Error(err)
	}
	if report := h.report(err); !strings.Contains(report, "there is no key x") {
		t.Error(report)
	}
}

func TestAHugeFileIsNotRead(t *testing.T) {
	_, boot := boards(t, map[string]string{"host.toml": "#" + strings.Repeat("x", mostBytes)})
	if _, err := read(boot); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Error(err)
	}
}

func FuzzHost(f *testing.F) {
	f.Add("name = \"a\"\nssh-keys = [\"" + key + "\"]\n[network]\naddresses = [\"fe80::1%x/64\"]\n")
	f.Fuzz(func(t *testing.T, text string) {
		h, _ := parse([]byte(text))
		if strings.ContainsAny(h.Name, "\n /") {
			t.Errorf("name %q", h.Name)
		}
		for _, k := range h.Keys {
			if strings.ContainsAny(k, "\n\r") {
				t.Errorf("key %q", k)
			}
		}
		for _, a := range slices.Concat(h.Network.Addresses, h.Network.Gateways, h.Network.DNS) {
			if strings.ContainsAny(a, "\n\r[]=") {
				t.Errorf("address %q", a)
			}
		}
	})
}
