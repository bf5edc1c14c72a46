package sandbox

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestOnlyWhatIsNeededIsAllowed(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", "")
	t.Setenv("SSL_CERT_DIR", "")
	always := []Rule{{Use, "/dev"}, {Read, "/sys"}, {Read, "/proc"}}
	for name, c := range map[string]struct {
		needs Needs
		want  []Rule
	}{
		"nothing":                 {Needs{}, nil},
		"devices of /dev":         {Needs{Devices: []string{"/dev/ttyACM*", "/dev/serial/by-id/usb-*", "/dev/pps0"}}, nil},
		"devices elsewhere":       {Needs{Devices: []string{"/run/gps[0-9]/tty", "/tmp/a/gps"}}, []Rule{{Use, "/run"}, {Use, "/tmp/a"}}},
		"files that are replaced": {Needs{Reread: []string{"/etc/g/g.toml", "", "/etc/g/keys", "/none"}}, []Rule{{Read, "/etc/g"}, {Read, "/none"}}},
		"folders":                 {Needs{Kept: []string{"/var/lib/g", ""}, Socket: "/run/g/s"}, []Rule{{Keep, "/var/lib/g"}, {Remove, "/run/g"}}},
		"a recording":             {Needs{Played: "/home/a/r"}, []Rule{{Read, "/home/a/r"}}},
	} {
		if got := c.needs.Rules(); !slices.Equal(got, slices.Concat(always, c.want)) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for _, r := range (Needs{Told: []string{"https://example.net/"}}).Rules() {
		if r.Access == Run || r.Access == Write || r.Access == Keep {
			t.Error("a webhook allows", r)
		}
	}
	program := Needs{Program: "/opt2/bin/alarm", Writes: []string{"/var/spool/a"}}.Rules()
	for _, r := range []Rule{{Run, "/usr"}, {Run, "/opt2/bin"}, {Write, "/tmp"}, {Write, "/var/spool/a"}} {
		if !slices.Contains(program, r) {
			t.Error("a program is not allowed", r)
		}
	}
}

func TestPortsAreThoseOfTheDoorTheWebhookAndItsProxy(t *testing.T) {
	for _, proxy := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"} {
		t.Setenv(proxy, "") // read once in the life of this process
	}
	for _, c := range []struct {
		needs         Needs
		bind, connect []uint16
		limited       bool
	}{
		{Needs{}, nil, nil, true},
		{Needs{Metrics: "127.0.0.1:9123"}, []uint16{9123}, nil, true},
		{Needs{Told: []string{"https://example.net/a"}}, nil, []uint16{443, 53}, true},
		{Needs{Told: []string{"http://[::1]:8080/"}}, nil, []uint16{8080, 53}, true},
		{Needs{Program: "/bin/true"}, nil, nil, false},
	} {
		bind, connect, limited := c.needs.Ports()
		if !slices.Equal(bind, c.bind) || !slices.Equal(connect, c.connect) || limited != c.limited {
			t.Errorf("%+v: %v, %v, %v", c.needs, bind, connect, limited)
		}
	}
}

func TestTheFolderOfEachLinkIsNamed(t *testing.T) {
	live, archive := t.TempDir(), t.TempDir()
	file, link, round := filepath.Join(archive, "key1"), filepath.Join(live, "key"), filepath.Join(live, "round")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Symlink(file, link), os.Symlink("round", round)); err != nil {
		t.Fatal(err)
	}
	if got := folders(link); !slices.Equal(got, []string{live, archive}) {
		t.Error(got)
	}
	if got := folders(round); len(got) != mostLinks || got[0] != live {
		t.Error("links in a circle:", got)
	}
}
