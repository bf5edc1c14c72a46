package systemd

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pretender is a systemctl whose units are files: UNIT.there, .enabled, .active.
const pretender = `#!/bin/sh
while [ "${1#--}" != "$1" ]; do shift; done
verb=$1 unit=${2%.service}
is() { if [ -e "$HOST/$unit.$1" ]; then echo "$2"; else echo "$3"; return 1; fi; }
case $verb in
is-enabled) [ -e "$HOST/$unit.there" ] || exit 1; is enabled enabled disabled ;;
is-active) is active active inactive ;;
cat) [ -e "$HOST/$unit.there" ] ;;
enable) touch "$HOST/$unit.enabled" ;;
disable) rm -f "$HOST/$unit.enabled" ;;
start) touch "$HOST/$unit.active" ;;
stop) rm -f "$HOST/$unit.active" ;;
*) exit 64 ;;
esac
`

// pretend makes a host with these units, of which call runs the script.
func pretend(t *testing.T, units ...string) (call func(args ...string) string, host string) {
	t.Helper()
	root := t.TempDir()
	host = filepath.Join(root, "host")
	if err := os.Mkdir(host, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		if err := os.WriteFile(filepath.Join(host, u), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "systemctl"), []byte(pretender), 0o755); err != nil {
		t.Fatal(err)
	}
	return func(args ...string) string {
		t.Helper()
		c := exec.Command("./time-daemons", args...)
		c.Env = []string{"PATH=" + root + ":" + os.Getenv("PATH"), "HOST=" + host, "GPSNTPD_NOTED=" + filepath.Join(root, "before/noted"), "GPSNTPD_SETUP=" + filepath.Join(root, "journal.json")}
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}, host
}

// units are the files of a host.
func units(t *testing.T, host string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(host)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWhatIsTakenFromOtherTimeDaemonsIsGivenBack(t *testing.T) {
	for _, before := range [][]string{
		{},
		{"systemd-timesyncd.active", "systemd-timesyncd.enabled", "systemd-timesyncd.there"},
		{"chrony.active", "chrony.enabled", "chrony.there"},
		{"chrony.active", "chrony.there"},
		{"ntpsec.enabled", "ntpsec.there"},
		{"chrony.there", "systemd-timesyncd.active", "systemd-timesyncd.enabled", "systemd-timesyncd.there"},
	} {
		call, host := pretend(t, before...)
		for range 2 {
			call("take")
		}
		for _, name := range units(t, host) {
			if filepath.Ext(name) != ".there" {
				t.Errorf("%v: %s is left to it", before, name)
			}
		}
		for range 2 {
			call("give")
		}
		if got := units(t, host); !slices.Equal(got, before) {
			t.Errorf("%v: given back %v", before, got)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(host), "before")); err == nil {
			t.Errorf("%v: the note stays", before)
		}
	}
}

func TestNoTimeDaemonIsGivenBackBesideAnother(t *testing.T) {
	call, host := pretend(t, "chrony.active", "chrony.enabled", "chrony.there")
	call("take")
	for _, name := range []string{"ntpsec.active", "ntpsec.enabled", "ntpsec.there"} {
		if err := os.WriteFile(filepath.Join(host, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said := call("give")
	want := []string{"chrony.there", "ntpsec.active", "ntpsec.enabled", "ntpsec.there"}
	if got := units(t, host); !slices.Equal(got, want) || !strings.Contains(said, "chrony stays as it is, since ntpsec is there") {
		t.Errorf("%v: %s", got, said)
	}
}

func TestWhatSetupHasDisabledIsGivenBackToo(t *testing.T) {
	call, host := pretend(t, "chrony.there")
	journal := `{"phase":"resumed","units":[{"name":"chrony.service","enabled":true,"active":true,"on":false,"now":false},{"name":"gpsd.service"}]}`
	if err := os.WriteFile(filepath.Join(host, "../journal.json"), []byte(journal), 0o600); err != nil {
		t.Fatal(err)
	}
	call("give")
	if got := units(t, host); !slices.Equal(got, []string{"chrony.active", "chrony.enabled", "chrony.there"}) {
		t.Error(got)
	}
}

func TestATimeDaemonThatWasRemovedMeanwhileIsNamed(t *testing.T) {
	call, host := pretend(t, "chrony.active", "chrony.enabled", "chrony.there")
	call("take")
	if err := os.Remove(filepath.Join(host, "chrony.there")); err != nil {
		t.Fatal(err)
	}
	if said := call("give"); !strings.Contains(said, "this host has no time daemon") {
		t.Error(said)
	}
}

func TestTheScriptsOfThePackagesAreUnderstoodByAnyShell(t *testing.T) {
	for _, name := range []string{"time-daemons", "package/postinst", "package/prerm", "package/postrm", "package/rpm-post", "package/rpm-preun", "package/rpm-postun"} {
		if out, err := exec.Command("sh", "-n", name).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}
