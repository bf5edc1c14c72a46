//go:build packages

package systemd

import (
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// released is where make release has put its work.
const released = "../bin/release"

// output is what a program prints on standard output.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), "LC_ALL=C")
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// version is the newest that the changelog names, of which all files have their names.
func version(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^## \[([0-9.]+)\] - \d{4}-\d\d-\d\d$`).FindSubmatch(text)
	if m == nil {
		t.Fatal("the changelog names no release")
	}
	return string(m[1])
}

func TestEveryProcessorHasItsPackages(t *testing.T) {
	got := slices.Sorted(maps.Keys(files(t, released)))
	full := strings.TrimSpace(output(t, "make", "-s", "-C", "..", "version"))
	if v := version(t); full != v && !regexp.MustCompile(`^`+regexp.QuoteMeta(v)+`\+\d{12}\.[0-9a-f]{8}$`).MatchString(full) {
		t.Errorf("the version is %s, the changelog's %s", full, v)
	}
	var want []string
	for _, name := range []string{
		"SHA256SUMS", "dists/stable/Release",
		"gpsntpd-V-1.aarch64.rpm", "gpsntpd-V-1.x86_64.rpm", "gpsntpd-V.cdx.json",
		"gpsntpd-V-linux-amd64.tar.gz", "gpsntpd-V-linux-arm64.tar.gz", "gpsntpd-V-linux-armv6.tar.gz", "gpsntpd-V-linux-riscv64.tar.gz",
		"gpsntpd_V_amd64.deb", "gpsntpd_V_arm64.deb", "gpsntpd_V_armhf.deb", "gpsntpd_V_riscv64.deb",
	} {
		want = append(want, strings.ReplaceAll(name, "V", full))
	}
	for _, processor := range []string{"amd64", "arm64", "armhf", "riscv64"} {
		for _, name := range []string{"Packages", "Packages.gz"} {
			want = append(want, "dists/stable/main/binary-"+processor+"/"+name)
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("released\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	c := exec.Command("sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS")
	c.Dir = released
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if got := output(t, "../bin/trees/amd64/usr/sbin/gpsntpd", "--version"); got != "gpsntpd "+full+"\n" {
		t.Errorf("the program says %s", got)
	}
	for _, deb := range debs(t) {
		if got := strings.TrimSpace(output(t, "dpkg-deb", "-f", deb, "Version")); got != full {
			t.Errorf("%s says %s", deb, got)
		}
	}
}

// debs and rpms are the packages that were made.
func debs(t *testing.T) []string { return matches(t, "*.deb") }
func rpms(t *testing.T) []string { return matches(t, "*.rpm") }

func matches(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(released, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	return found
}

// packaged is what is in a package: what is installed, with manual pages compressed.
func packaged(t *testing.T) map[string]fs.FileMode {
	t.Helper()
	all := below("usr", installed)
	maps.Copy(all, below("usr", documents(t)))
	for name, mode := range maps.Clone(all) {
		if strings.HasPrefix(name, "usr/share/man/") {
			delete(all, name)
			all[name+".gz"] = mode
		}
	}
	all["usr/share/doc/gpsntpd/CHANGELOG.md"] = 0o644
	return all
}

// listed are lines of a mode, an owner and a name, for files.
func listed(all map[string]fs.FileMode) (lines []string) {
	for name, mode := range all {
		lines = append(lines, fmt.Sprintf("%v root/root %s", mode, name))
	}
	slices.Sort(lines)
	return lines
}

func TestAPackageForDebianHasTheseFiles(t *testing.T) {
	all := packaged(t)
	for _, name := range []string{"usr/share/doc/gpsntpd/copyright", "usr/share/doc/gpsntpd/changelog.gz",
		"usr/share/lintian/overrides/gpsntpd", "etc/ufw/applications.d/gpsntpd"} {
		all[name] = 0o644
	}
	delete(all, "usr/share/doc/gpsntpd/LICENSE") // it is in copyright
	for _, deb := range debs(t) {
		var got []string
		for line := range strings.Lines(output(t, "dpkg-deb", "-c", deb)) {
			f := strings.Fields(line)
			if strings.HasPrefix(f[0], "d") {
				if f[0] != "drwxr-xr-x" || f[1] != "root/root" {
					t.Errorf("%s: %s", deb, line)
				}
				continue
			}
			got = append(got, f[0]+" "+f[1]+" "+strings.TrimPrefix(f[5], "./"))
		}
		slices.Sort(got)
		if want := listed(all); !slices.Equal(got, want) {
			t.Errorf("%s has\n%s\nwant\n%s", deb, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if got := output(t, "dpkg-deb", "-I", deb, "conffiles"); got != "/etc/ufw/applications.d/gpsntpd\n" {
			t.Errorf("%s: conffiles %q", deb, got)
		}
		for _, breaks := range []string{"Conflicts", "Provides", "Replaces"} { // they would remove chrony: decision 28
			if got := strings.TrimSpace(output(t, "dpkg-deb", "-f", deb, breaks)); got != "" {
				t.Errorf("%s: %s %s", deb, breaks, got)
			}
		}
	}
}

func TestLintianFindsNothingThatIsNotExplained(t *testing.T) {
	// Go's text stands without gaps in a binary, and code beside it: what is found there in
	// some builds are no words.
	args := append([]string{"--allow-root", "--display-info", "--fail-on", "error,warning,info", "--suppress-tags", "spelling-error-in-binary"}, debs(t)...)
	if out := output(t, "lintian", args...); out != "" {
		t.Error(out)
	}
}

func TestAPackageForRedHatHasTheseFiles(t *testing.T) {
	all := packaged(t)
	delete(all, "usr/share/zsh/vendor-completions/_gpsntpctl")
	all["usr/share/zsh/site-functions/_gpsntpctl"] = 0o644
	for _, rpm := range rpms(t) {
		var got []string
		for line := range strings.Lines(output(t, "rpm", "-qp", "--qf", `[%{FILEMODES:perms} %{FILEUSERNAME}/%{FILEGROUPNAME} %{FILENAMES}\n]`, rpm)) {
			if line := strings.TrimSpace(line); !strings.HasPrefix(line, "d") {
				got = append(got, strings.Replace(line, " /", " ", 1))
			}
		}
		slices.Sort(got)
		if want := listed(all); !slices.Equal(got, want) {
			t.Errorf("%s has\n%s\nwant\n%s", rpm, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if got := output(t, "rpm", "-qp", "--conflicts", "--obsoletes", rpm); got != "" {
			t.Errorf("%s: %s", rpm, got)
		}
		if out := output(t, "rpm", "-K", "--nosignature", rpm); !strings.Contains(out, "digests OK") {
			t.Errorf("%s: %s", rpm, out)
		}
	}
}

func TestPackagesAreTheSameFromTheSameFilesElsewhere(t *testing.T) {
	elsewhere := t.TempDir()
	copied := exec.Command("sh", "-c", `cp -r .git "$1" && git ls-files -z -co --exclude-standard | tar --null -T - -c | tar -C "$1" -x`, "sh", elsewhere)
	copied.Dir = ".."
	if out, err := copied.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c := exec.Command("sh", "-c", "umask 077 && make release RELEASED=out")
	c.Dir = elsewhere
	c.Env = append(os.Environ(), "TZ=Asia/Shanghai", "LC_ALL=C.UTF-8", "SOURCE_DATE_EPOCH=1")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name := range files(t, released) {
		a, err := os.ReadFile(filepath.Join(released, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(elsewhere, "out", name))
		if err != nil || string(a) != string(b) {
			t.Errorf("%s is not the same: %v", name, err)
		}
	}
}

// host is what dpkg says of one with systemd-timesyncd, as Debian installs it.
const host = `Package: systemd
Status: install ok installed
Architecture: amd64
Version: 252

Package: tzdata
Status: install ok installed
Architecture: all
Version: 2024

Package: systemd-timesyncd
Status: install ok installed
Architecture: amd64
Version: 252
Provides: time-daemon
Conflicts: time-daemon
Replaces: time-daemon

`

func TestAptInstallsItFromAWebServerAndRemovesNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go http.Serve(l, http.FileServer(http.Dir(released)))
	state := t.TempDir()
	for _, folder := range []string{"lists/partial", "cache/archives/partial", "etc"} {
		if err := os.MkdirAll(filepath.Join(state, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"status":       host,
		"sources.list": "deb [trusted=yes] http://" + l.Addr().String() + " stable main\n",
		"apt.conf": `Dir::State "` + state + `"; Dir::State::status "` + state + `/status"; Dir::Cache "` + state + `/cache"; Dir::Etc "` + state +
			`/etc"; Dir::Etc::sourcelist "` + state + `/sources.list"; APT::Architecture "amd64"; APT::Architectures { "amd64"; };` +
			"\nAPT::Sandbox::User \"root\"; Acquire::http::Proxy \"DIRECT\";\n",
	} {
		if err := os.WriteFile(filepath.Join(state, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	apt := func(args ...string) string {
		c := exec.Command("apt-get", args...)
		c.Dir = state
		c.Env = append(os.Environ(), "LC_ALL=C", "APT_CONFIG="+filepath.Join(state, "apt.conf"))
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	apt("update")
	apt("download", "gpsntpd")
	if found, err := filepath.Glob(filepath.Join(state, "gpsntpd_*_amd64.deb")); err != nil || len(found) != 1 {
		t.Errorf("downloaded %v", found)
	}
	said := apt("install", "-s", "gpsntpd")
	if !strings.Contains(said, "\nInst gpsntpd (") || strings.Contains(said, "\nRemv ") {
		t.Error(said)
	}
}
