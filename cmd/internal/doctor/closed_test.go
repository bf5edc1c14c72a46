package doctor

import (
	"testing"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

func TestADaemonThatMayNotBeAskedIsUnknownAndNoFault(t *testing.T) {
	text, remedy := (&why.Facts{Socket: "/run/gpsntpd/control.sock"}).Tell(why.DaemonDenied, why.English)
	q := Question{Host: Tree("/nonexistent"), Config: config.Default(), Language: why.English, Why: control.Why{Links: []control.Link{
		{Part: string(why.PartDaemon), Code: string(why.DaemonDenied), Condition: string(why.Bad), Text: text, Remedy: remedy},
	}}}
	for _, f := range Examine(t.Context(), q) {
		if f.Code == why.DaemonDenied && f.Severity == Unknown && f.Remedy != "" {
			return
		}
	}
	t.Error("it is not said")
}
