//go:build packages

package systemd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// redHat makes a root file system that rpm's scripts run in: a shell, the programs that
// they call, and systemd's, which only tell what they were asked; systemctl's units are
// files in host.
const redHat = `set -eu
root=${1:?} rpm=${2:?}
mount -t tmpfs tmpfs "$root"
cd "$root"
mkdir -p bin usr/bin dev host run/systemd/system
mount --bind /dev dev
for program in sh cat grep mkdir rm rmdir touch; do
	from=$(command -v $program)
	cp -L "$from" bin/$program
	for library in $(ldd "$from" | grep -o '/[^ ]*'); do mkdir -p ".${library%/*}" && cp -L "$library" ".$library"; done
done
cp ../systemctl usr/bin/units
{
	echo '#!/bin/sh'
	echo 'echo "systemctl $*" >>/log'
	echo 'while [ "${1#--}" != "$1" ]; do shift; done'
	echo 'case $1 in daemon-reload | preset | try-restart) exit ;; esac'
	echo 'HOST=/host exec /bin/sh /usr/bin/units "$@"'
} >usr/bin/systemctl
for program in systemd-sysusers systemd-tmpfiles udevadm; do
	printf '#!/bin/sh\necho "%s $*" >>/log\n' $program >usr/bin/$program
	chmod 755 usr/bin/$program
done
chmod 755 usr/bin/systemctl
touch host/chrony.there host/chrony.enabled host/chrony.active
step() {
	echo "== $*"
	: >log
	"$@" 2>&1
	cat log
	echo "-- $(cd host && echo *)"
}
step rpm --root "$root" --nodeps --noplugins -i "$rpm"
step chroot "$root" /usr/lib/gpsntpd/time-daemons take
step rpm --root "$root" --nodeps --noplugins -U --replacepkgs "$rpm"
step rpm --root "$root" --nodeps --noplugins -e gpsntpd
find . -xdev -name '*gpsntp*' ! -path './var/lib/rpm/*'
`

func TestAPackageForRedHatRunsItsScripts(t *testing.T) {
	folder := t.TempDir()
	root := filepath.Join(folder, "root")
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "systemctl"), []byte(pretender), 0o755); err != nil {
		t.Fatal(err)
	}
	rpm, err := filepath.Abs(matches(t, "*.x86_64.rpm")[0])
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--mount", "/bin/bash", "-c", redHat, "redhat", root, rpm}
	if os.Geteuid() != 0 {
		args = append([]string{"--user", "--map-root-user"}, args...)
	}
	out, err := exec.Command("unshare", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rest := string(out)
	for _, want := range []string{ // in this order
		"systemd-sysusers gpsntpd.conf\n", "preset gpsntpd.service", "-- chrony.active chrony.enabled chrony.there\n",
		"chrony is stopped and disabled", "-- chrony.there\n",
		"try-restart gpsntpd.service\n", "-- chrony.there\n",
		"chrony is back", "-- chrony.active chrony.enabled chrony.there\n",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("no %q, or not in this order, in\n%s", want, out)
		}
		rest = after
	}
	if rest != "" {
		t.Errorf("left behind:\n%s", rest)
	}
}
