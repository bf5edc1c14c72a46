//go:build systemd

package systemd

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// exposed is the greatest score of systemd-analyze security that a unit may
// have; 0 would be no access to anything.
var exposed = map[string]float64{"gpsntpd.service": 2.3, "gpsntpd-wait.service": 1, "gpsntpd-setup.service": 1.3}

var score = regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+)`)

// programs builds the binaries and returns their folder.
func programs(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	run(t, "go", "build", "-o", folder, "gpsntpd/cmd/gpsntpd", "gpsntpd/cmd/gpsntpctl")
	return folder
}

func TestSystemdUnderstandsTheUnitsAndFindsThemConfined(t *testing.T) {
	prefix := filepath.Join(t.TempDir(), "usr") // so that what the units start is there
	run(t, "make", "PREFIX="+prefix, "BIN="+programs(t), "install")
	socket := filepath.Join(prefix, "lib/systemd/system/gpsntpd.socket")
	if out := run(t, "systemd-analyze", "verify", socket); out != "" {
		t.Errorf("verify %s:\n%s", socket, out)
	}
	for name, limit := range exposed {
		unit := filepath.Join(prefix, "lib/systemd/system", name)
		if out := run(t, "systemd-analyze", "verify", unit); out != "" {
			t.Errorf("verify %s:\n%s", name, out)
		}
		out := run(t, "systemd-analyze", "security", "--offline=yes", "--no-pager", unit)
		m := score.FindStringSubmatch(out)
		if m == nil {
			t.Fatalf("security %s: no score in\n%s", name, out)
		}
		if got, err := strconv.ParseFloat(m[1], 64); err != nil || got > limit {
			t.Errorf("security %s: %s, want %v or less\n%s", name, m[1], limit, out)
		}
		t.Logf("%s: exposure %s", name, m[1])
	}
}

func TestTheUserAndTheGroupAreMadeBesideThoseOfTheDistributionWithoutAComplaint(t *testing.T) {
	for name, distribution := range map[string]string{
		"Debian": "g dialout 20 -\n", "Fedora": "g dialout 18 -\n", "no such group": "",
	} {
		root := t.TempDir()
		run(t, "make", "DESTDIR="+root, "BIN="+empty(t), "install")
		if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "usr/lib/sysusers.d/basic.conf"), []byte(distribution), 0o600); err != nil {
			t.Fatal(err)
		}
		if out := run(t, "systemd-sysusers", "--root="+root); strings.Contains(strings.ToLower(out), "conflict") {
			t.Errorf("%s: %s", name, out)
		}
		groups, err := os.ReadFile(filepath.Join(root, "etc/group"))
		for _, group := range []string{"dialout", "gpio"} {
			if !regexp.MustCompile(`(?m)^` + group + `:x:\d+:_gpsntp$`).Match(groups) {
				t.Errorf("%s: %v: %s", name, err, groups)
			}
		}
	}
}

func TestSystemdMakesTheUserOfTheService(t *testing.T) {
	root := t.TempDir()
	run(t, "make", "DESTDIR="+root, "BIN="+empty(t), "install")
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, "systemd-sysusers", "--root="+root)
	users, err := os.ReadFile(filepath.Join(root, "etc/passwd"))
	if err != nil || !strings.HasPrefix(string(users), "_gpsntp:") {
		t.Errorf("%v: %s", err, users)
	}
}
