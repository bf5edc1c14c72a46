//go:build !captures && !interop

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestASignalEndsTheDaemonSoonAndCleanly(t *testing.T) {
	t.Parallel()
	config, _ := board(t, "1ms")
	for s, args := range map[os.Signal][]string{
		syscall.SIGINT:  {"--sim"},
		syscall.SIGTERM: {"--no-steer", "--config", config}, // and no device
	} {
		d := serve(t, args...)
		d.status() // it answers
		d.signal(s)
		if status := d.wait(grace); status != 0 {
			t.Errorf("%v: exit status %d", s, status)
		}
		if left, err := os.ReadDir(filepath.Dir(d.socket)); err != nil || len(left) > 0 {
			t.Errorf("%v: left behind %v, %v", s, left, err)
		}
	}
}

func TestHangupRereadsTheConfiguration(t *testing.T) {
	t.Parallel()
	path := file(t, "gpsntpd.toml", "[log]\nlevel = \"info\"\n")
	rewrite := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d := serve(t, "--sim", "--config", path)
	d.becomes("locked", "ok", "ok")
	if strings.Contains(d.err.String(), "DBG") {
		t.Error("debug messages at level info")
	}
	rewrite("[log]\nlevel = \"debug\"\n[clock]\nmax-error = \"2ms\"\n")
	d.signal(syscall.SIGHUP)
	until(t, says(&d.err, "need a restart keys=clock.max-error"))
	until(t, says(&d.err, "DBG"))

	rewrite("[log]\nlevel = \"loud\"\n")
	d.signal(syscall.SIGHUP)
	until(t, says(&d.err, "the old one stays in force"))
	if !strings.Contains(d.err.String(), `gpsntpd.toml:2: key \"log.level\"`) {
		t.Error("it does not say what is wrong")
	}
	debugged := strings.Count(d.err.String(), "DBG")
	until(t, func() error {
		if strings.Count(d.err.String(), "DBG") > debugged {
			return nil
		}
		return fmt.Errorf("no more debug messages: the broken file has changed the level")
	})
	rewrite("[log]\nlevel = \"debug\"\n")
	d.signal(syscall.SIGHUP)
	until(t, says(&d.err, "INF configuration read again "))
	d.synchronized(d.address(), 4, sim)
}

func TestALivingDaemonKeepsItsSocketAndADeadOneLosesIt(t *testing.T) {
	t.Parallel()
	first := serve(t, "--sim")
	oneLine(t, 1, "another gpsntpd answers there", "--sim", "--listen", "127.0.0.1:0", "--control", first.socket)
	first.status() // it still answers
	first.signal(syscall.SIGKILL)
	first.wait(grace)
	if _, err := os.Lstat(first.socket); err != nil {
		t.Fatal("a killed daemon should leave its socket:", err)
	}
	serveAt(t, first.socket, "--sim").status()
}

func TestAPortThatIsTakenIsNamed(t *testing.T) {
	t.Parallel()
	taken := serve(t, "--sim").address()
	oneLine(t, 1, taken+": bind: address already in use", "--sim", "--listen", taken, "--control", filepath.Join(t.TempDir(), "socket"))
}

// oneLine runs a daemon that can not start, and says why in one line.
func oneLine(t *testing.T, status int, says string, args ...string) {
	t.Helper()
	got, out, err := runs(t, "gpsntpd", args...)
	if got != status || strings.Count(err, "\n") != 1 || !strings.HasPrefix(err, "gpsntpd: ") || !strings.Contains(err, says) || out != "" {
		t.Errorf("gpsntpd %v: exit status %d, want %d and one line with %q\n%s%s", args, got, status, says, out, err)
	}
}

func TestWhatCannotBeDoneIsOneLineAndAnExitStatus(t *testing.T) {
	t.Parallel()
	bad := file(t, "bad.toml", "[server]\nlisten = \":123\"\n\n[clock]\nmax-eror = \"1ms\"\n")
	nothing := file(t, "nothing", "")
	for _, c := range []struct {
		status int
		says   string
		args   []string
	}{
		{64, "--frequency", []string{"--frequency"}},
		{64, `"now"`, []string{"now"}},
		{64, "exclude", []string{"--sim", "--replay", nothing}},
		{64, "--sim", []string{"--scenario", "calm"}},
		{78, `bad.toml:5: key "clock.max-eror": no such key; did you mean "clock.max-error"?`, []string{"--sim", "--config", bad}},
		{78, `bad.toml:5: key "clock.max-eror"`, []string{"--check", bad}},
		{78, "no such file", []string{"--sim", "--config", filepath.Join(t.TempDir(), "none")}},
		{78, `"stormy"`, []string{"--sim", "--scenario", "stormy"}},
		{78, "server.listen", []string{"--sim", "--listen", "127.0.0.1"}},
		{78, "--not-before", []string{"--replay", nothing, "--not-before", "yesterday"}},
		{78, "text without one whole sentence of NMEA", []string{"--replay", nothing}},
		{78, "no such file", []string{"--replay", filepath.Join(t.TempDir(), "none")}},
	} {
		oneLine(t, c.status, c.says, c.args...)
	}
}

func TestWhatIsAskedAndAnsweredWithoutADaemon(t *testing.T) {
	t.Parallel()
	good := file(t, "good.toml", "[clock]\nmax-error = \"2ms\"\n")
	nowhere := filepath.Join(t.TempDir(), "socket")
	for _, c := range []struct {
		status    int
		name      string
		out, errs string // a part of what is printed
		args      []string
	}{
		{0, "gpsntpd", "gpsntpd dev\n", "", []string{"--version"}},
		{0, "gpsntpd", "good.toml: ok\n", "", []string{"--check", good}},
		{0, "gpsntpctl", "dev", "", []string{"--version"}},
		{69, "gpsntpctl", "", "no gpsntpd answers at " + nowhere + "; is it running?", []string{"--control", nowhere, "status"}},
		{69, "gpsntpctl", "", "is it running?", []string{"--control", nowhere, "counters"}},
		{64, "gpsntpctl", "", `"stats"`, []string{"stats"}},
		{64, "gpsntpctl", "", "arg", []string{"query"}},
		{64, "gpsntpctl", "", "--loud", []string{"status", "--loud"}},
	} {
		status, out, errs := runs(t, c.name, c.args...)
		if status != c.status || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) || (errs == "") != (c.errs == "") {
			t.Errorf("%s %v: exit status %d, want %d\n%s%s", c.name, c.args, status, c.status, out, errs)
		}
	}
}
