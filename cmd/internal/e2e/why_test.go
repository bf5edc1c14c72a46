//go:build !captures && !interop

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gpsntpd/server/control"
)

// explained is what gpsntpctl why says of d.
func explained(t *testing.T, socket, language string, exit int) (w control.Why) {
	t.Helper()
	status, out, _ := runs(t, "gpsntpctl", "--control", socket, "why", "--json", "--lang", language)
	if err := json.Unmarshal([]byte(out), &w); err != nil || status != exit {
		t.Fatalf("exit status %d, %v: %s", status, err, out)
	}
	return w
}

func health(t *testing.T, socket string) int {
	t.Helper()
	status, out, errors := runs(t, "gpsntpctl", "--control", socket, "health")
	if strings.Count(out, "\n") != 1 || errors != "" {
		t.Errorf("health says %q, %q", out, errors)
	}
	return status
}

func TestWithoutAFixTheCauseIsNamedAndHealthIsBad(t *testing.T) {
	t.Parallel()
	d := serve(t, "--sim", "--scenario", "nofix")
	d.becomes("starting", "no_fix", "silent")
	if w := explained(t, d.socket, "en", 0); !strings.Contains(w.Sentence, "the receiver has no fix") || !strings.Contains(w.Remedy, "sky") {
		t.Errorf("%+v", w)
	}
	if w := explained(t, d.socket, "zh", 0); !strings.Contains(w.Sentence, "接收机尚未定位") || !strings.Contains(w.Remedy, "天空") {
		t.Errorf("%+v", w)
	}
	if got := health(t, d.socket); got != 2 {
		t.Errorf("health is %d", got)
	}
	d.signal(os.Interrupt)
	if status := d.wait(5 * time.Second); status != 0 {
		t.Errorf("gpsntpd ended with %d", status)
	}
	if got := health(t, d.socket); got != 3 {
		t.Errorf("health of no one is %d", got)
	}
	if w := explained(t, d.socket, "en", 69); w.State != "unreachable" || w.Remedy == "" {
		t.Errorf("%+v", w)
	}
}

func TestAnAlarmReachesTheProgramOfTheConfiguration(t *testing.T) {
	t.Parallel()
	port := filepath.Join(t.TempDir(), "ttyGPS")
	program, told := noting(t)
	r := plug(t, port)
	defer r.pull()
	r.says(fixed)
	const ntp = 2_208_988_800
	now := time.Now().Unix() + ntp
	list := file(t, "leap-seconds.list", "#$ %d\n#@ %d\n3692217600 37\n", now, now+10*24*3600)
	config := file(t, "gpsntpd.toml", `
[receiver]
device = %q
not-before = "2020-01-01"
[pulse]
device = "off"
[clock]
max-error = "2s"
leap-seconds = %q
[alarms]
exec = [%q, "first"]
[web]
listen = "off"
`, port, list, program)
	d := serve(t, "--no-steer", "--config", config)
	d.becomes("locked", "ok", "off")
	until(t, func() error {
		text, err := os.ReadFile(told)
		if err == nil && !strings.HasPrefix(string(text), "first leap_table warning raised The list of leap seconds expires in 9 days ") {
			err = fmt.Errorf("the program was told %q", text)
		}
		return err
	})
	if w := explained(t, d.socket, "en", 0); !strings.HasPrefix(w.Sentence, "Stratum 1: locked for ") || !strings.Contains(w.Sentence, "leap seconds expires in") {
		t.Errorf("%+v", w)
	}
	status, out, _ := runs(t, "gpsntpctl", "--control", d.socket, "alarms", "--json")
	var a control.Alarm
	if err := json.Unmarshal([]byte(out), &a); err != nil || status != 0 || a.Code != "leap_table" || a.Cleared != nil {
		t.Errorf("%v, %s", err, out)
	}
	if got := health(t, d.socket); got != 0 {
		t.Errorf("health is %d", got)
	}
}
