//go:build interop

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// role runs the documented role below a folder that stands for a host, and
// returns what ansible says.
func role(t *testing.T, host string, args ...string) string {
	t.Helper()
	c := exec.Command("ansible-playbook", append([]string{
		"-i", "localhost,", "-c", "local", "--diff",
		"-e", `{"ansible_become": false, "gpsntpd_client_manage": false, "gpsntpd_client_root": "` + host + `"}`,
	}, args...)...)
	c.Args = append(c.Args, "site.yml")
	c.Dir = "../../../docs/ansible"
	c.Env = append(os.Environ(), "ANSIBLE_HOME="+t.TempDir(), "ANSIBLE_NOCOLOR=1", "ANSIBLE_LOCALHOST_WARNING=false", "LC_ALL=C.UTF-8")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", c.Args, err, out)
	}
	return string(out)
}

func TestTheAnsibleRoleConfiguresClientsThatTakeTheTime(t *testing.T) {
	t.Parallel()
	host := t.TempDir()
	for _, folder := range []string{"etc/chrony", "etc/ntp", "etc/cron.d"} {
		if err := os.MkdirAll(filepath.Join(host, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(host+"/etc/cron.d/time", []byte("0 3 * * * root ntpdate pool.ntp.org\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	servers := []string{"-e", `{"gpsntpd_client_chrony_conf": "/etc/chrony/chrony.conf", "gpsntpd_client_servers": ["` + server + `"]}`}
	if said := role(t, host, append(servers, "--check")...); !strings.Contains(said, "changed=1") ||
		!strings.Contains(said, "ntpdate pool.ntp.org") {
		t.Errorf("a check does not say what would change, and which cron job is in the way:\n%s", said)
	}
	config := host + "/etc/chrony/chrony.conf"
	if _, err := os.Stat(config); err == nil {
		t.Error("a check has written a file")
	}
	role(t, host, servers...)
	if said := role(t, host, servers...); !strings.Contains(said, "changed=0") {
		t.Errorf("the second time it changes something:\n%s", said)
	}

	clients, _, _ := served(t, documented(t)["chrony-keys"][0])
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	run := file(t, "chrony.conf", "%s\nport 0\ncmdport 0\nuser root\npidfile %s/pid\n",
		strings.ReplaceAll(string(text), "/var/lib/chrony", t.TempDir()), t.TempDir())
	once := namespace(t, clients, "chronyd", "-U", "-x", "-Q", "-t", "20", "-f", run)
	if status := once.wait(processTimeout); status != 0 || !strings.Contains(once.err.String(), "System clock wrong by") {
		t.Errorf("exit status %d: %s\n%s", status, &once.err, text)
	}
}

func TestTheAnsibleRoleWritesForNtpdWhatIsDocumented(t *testing.T) {
	t.Parallel()
	host := t.TempDir()
	if err := os.MkdirAll(host+"/etc/ntp", 0o755); err != nil {
		t.Fatal(err)
	}
	role(t, host, "-e", "gpsntpd_client_program=ntp")
	text, err := os.ReadFile(host + "/etc/ntp.conf")
	if err != nil {
		t.Fatal(err)
	}
	if _, rest, _ := strings.Cut(string(text), "\n"); rest != documented(t)["ntp"][0] {
		t.Errorf("ntp.conf is\n%swhere docs/clients.md has\n%s", rest, documented(t)["ntp"][0])
	}
	if text, err := os.ReadFile(host + "/etc/ntp/step-tickers"); string(text) != "ntp1.lan\n" {
		t.Errorf("step-tickers is %q, %v", text, err)
	}
}
