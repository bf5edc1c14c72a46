//go:build interop

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestAStartOfEachConfigurationSendsNoAlarm(t *testing.T) {
	t.Parallel()
	certificates := authority(t)
	for name, more := range map[string]string{
		"bare":         "",
		"key exchange": fmt.Sprintf("[nts]\ncertificate = %q\nprivate-key = %q\nlisten = \"127.0.0.1:0\"\n", certificates+"/nts.crt", certificates+"/nts.key"),
		"page, statistics": fmt.Sprintf("[web]\nlisten = \"127.0.0.1:0\"\ncertificate = %q\nprivate-key = %q\n[metrics]\nlisten = \"127.0.0.1:0\"\n[statistics]\ndirectory = %q\n",
			certificates+"/nts.crt", certificates+"/nts.key", t.TempDir()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port := filepath.Join(t.TempDir(), "ttyGPS")
			program, told := noting(t)
			r := plug(t, port)
			r.says(fixed)
			config := file(t, "gpsntpd.toml", `
[receiver]
device = %q
not-before = "2020-01-01"
[pulse]
device = "off"
[clock]
max-error = "2s"
[alarms]
exec = %q
%s`, port, program, more)
			d := serve(t, "--no-steer", "--config", config)
			d.becomes("locked", "ok", "off")
			status, said, _ := runs(t, "gpsntpctl", "--control", d.socket, "alarms", "--all", "--json")
			if status != 0 || said != "" {
				t.Errorf("%s", said)
			}
			if text, err := os.ReadFile(told); err == nil {
				t.Errorf("the program was told %s", text)
			}
			r.pull()
		})
	}
}
