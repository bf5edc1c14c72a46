package e2e

import (
	"strings"
	"testing"
)

func TestDoctorFindsNothingWrongWithADaemonThatIsLocked(t *testing.T) {
	d := serve(t, "--sim", "--scenario", "calm")
	d.becomes("locked", "ok", "ok")
	status, out, errs := runs(t, "gpsntpctl", "--control", d.socket, "doctor", "--lang", "en")
	if status != 0 || !strings.HasSuffix(out, "\nAll is well.\n") || strings.Count(out, "\n") > 24 {
		t.Errorf("exit status %d\n%s%s", status, out, errs)
	}
	status, out, _ = runs(t, "gpsntpctl", "--control", d.socket, "doctor", "--json")
	if want := `{"code":"answers_ok","severity":"ok","subject":"` + d.address() + `"`; status != 0 || !strings.Contains(out, want) {
		t.Errorf("exit status %d, no %s in\n%s", status, want, out)
	}
}
