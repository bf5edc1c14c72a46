package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/ntp"
)

const everything = `
[clock]
steer = true
max-error = "5ms"
[server]
listen = "192.0.2.1:123"
refid = "GNSS"
[log]
format = "json"
level = "warn"
`

func TestFlagsWinOverTheFileAndTheSimulationOverItsServers(t *testing.T) {
	path := written(t, everything)
	for _, c := range []struct {
		name            string
		options         options
		listen          string
		refid           string
		steer           bool
		format, maximum string
	}{
		{"the file alone", options{}, "[192.0.2.1:123]", "GNSS", true, "json", "5ms"},
		{"flags", options{listen: []string{":123", "[::1]:1123"}, logFormat: "console", noSteer: true},
			"[:123 [::1]:1123]", "GNSS", false, "console", "5ms"},
		{"simulated", options{simulate: true}, "[localhost:11123]", "SIM", false, "json", "5ms"},
		{"replayed", options{replay: "file"}, "[localhost:11123]", "SIM", false, "json", "5ms"},
		{"simulated elsewhere", options{simulate: true, listen: []string{"127.0.0.2:123", "[::1]:0"}}, "[127.0.0.2:123 [::1]:0]", "SIM", false, "json", "5ms"},
		{"simulated for others", options{simulate: true, anywhere: true, listen: []string{":123"}}, "[:123]", "SIM", false, "json", "5ms"},
		{"simulated for others by the file", options{simulate: true, anywhere: true}, "[192.0.2.1:123]", "SIM", false, "json", "5ms"},
	} {
		c.options.config = path
		got, err := c.options.configuration()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if fmt.Sprint(got.Server.Listen) != c.listen || got.Server.RefID != c.refid || got.Clock.Steer != c.steer ||
			got.Log.Format != c.format || got.Clock.MaxError.String() != c.maximum {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestEveryDoorOfTheSimulatedMachineIsForThisHostOnly(t *testing.T) {
	const open = `
[nts]
listen = ["127.0.0.1:4460", "[2001:db8::1]:4460"]
[web]
listen = "0.0.0.0:80"
[metrics]
listen = ":9123"
`
	const near = `
[server]
listen = "127.0.0.3:123"
[nts]
listen = ["127.0.0.1:4460", "[::1]:4460"]
[web]
listen = "127.8.8.8:80"
[metrics]
listen = "[::ffff:127.0.0.1]:9123"
`
	for name, c := range map[string]struct {
		file     string
		anywhere bool
		want     string
	}{
		"none":               {"", false, "[localhost:11123] [127.0.0.1:14460] 127.0.0.1:18123 "},
		"off":                {"[web]\nlisten = \"off\"", false, "[localhost:11123] [127.0.0.1:14460]  "},
		"to the network":     {open, false, "[localhost:11123] [127.0.0.1:14460] 127.0.0.1:18123 127.0.0.1:19123"},
		"all but on purpose": {open, true, "[localhost:11123] [127.0.0.1:4460 [2001:db8::1]:4460] 0.0.0.0:80 :9123"},
		"to this host":       {near, false, "[127.0.0.3:123] [127.0.0.1:4460 [::1]:4460] 127.8.8.8:80 [::ffff:127.0.0.1]:9123"},
	} {
		got, err := options{simulate: true, anywhere: c.anywhere, config: written(t, c.file)}.configuration()
		if doors := fmt.Sprint(got.Server.Listen, got.NTS.Listen, " "+got.Web.Listen+" "+got.Metrics.Listen); err != nil || doors != c.want {
			t.Errorf("%s: %s, %v", name, doors, err)
		}
	}
}

func TestWhateverPretendsWritesNothingThatIsReal(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(folder+"/keys", []byte("master keys"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := written(t, fmt.Sprintf(`
[nts]
certificate = "%[1]s/none"
master-keys = "%[1]s/keys"
[statistics]
directory = "%[1]s/statistics"
days = 1
[alarms]
webhook = "http://127.0.0.1:9/"
services = "/etc/gpsntpd/ops.toml"
syslog = "127.0.0.1:9"
exec = "/bin/false"
language = "zh"
[server]
broadcast = "192.0.2.255"
`, folder))
	t.Setenv("STATE_DIRECTORY", folder)
	for name, o := range map[string]options{"sim": {simulate: true}, "replay": {replay: "file"}, "for others": {simulate: true, anywhere: true}} {
		o.config = path
		c, err := o.configuration()
		if err != nil {
			t.Fatal(err)
		}
		if c.Alarms.Language != "zh" || (c.Server.Broadcast != nil) != o.anywhere {
			t.Errorf("%s: %+v, %v", name, c.Alarms, c.Server.Broadcast)
		}
		p := newNTSService(c.NTS, o.stateDirectory(), nil, nil, zerolog.Nop())
		p.rotate(today)
		if files := newStatistics(c.Statistics, zerolog.Nop()); files.Folder != "" {
			t.Errorf("%s: statistics in %s", name, files.Folder)
		}
		if ways := newNotices(c.Alarms, zerolog.Nop()); len(ways.Ways()) != 0 {
			t.Errorf("%s: alarms go %v", name, ways.Ways())
		}
		if state := stateIn(o.stateDirectory(), zerolog.Nop()); state.path != "" {
			t.Errorf("%s: state in %s", name, state.path)
		}
		if now, err := os.ReadFile(folder + "/keys"); err != nil || string(now) != "master keys" {
			t.Errorf("%s: %q, %v", name, now, err)
		}
	}
}

func TestWhatFlagsSayIsCheckedLikeTheFile(t *testing.T) {
	for want, o := range map[string]options{
		"server.listen": {simulate: true, listen: []string{"nowhere"}},
		"--anywhere":    {simulate: true, listen: []string{"127.0.0.1:0", ":123"}},
		"[2001:db8::1]": {replay: "file", web: "[2001:db8::1]:80"},
		"log.format":    {simulate: true, logFormat: "xml"},
		"no such file":  {simulate: true, config: "/nonexistent/gpsntpd.toml"},
	} {
		if _, err := o.configuration(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error about %s: %v", want, err)
		}
	}
}

func TestReloadingTakesTheLogLevelAndNamesWhatNeedsARestart(t *testing.T) {
	defer zerolog.SetGlobalLevel(zerolog.GlobalLevel())
	path := written(t, everything)
	o := options{config: path}
	running, err := o.configuration()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, old, new string
		level          zerolog.Level
		says           []string
	}{
		{"nothing", "", "", zerolog.WarnLevel, nil}, // warn: that all is well is not said
		{"the level", `"warn"`, `"info"`, zerolog.InfoLevel, []string{"configuration read again"}},
		{"two keys", `"5ms"`, "\"6ms\"\nstep-threshold = \"60ms\"", zerolog.WarnLevel, []string{"need a restart", `"clock.max-error clock.step-threshold"`}},
		{"who may ask", `"GNSS"`, "\"GNSS\"\ndeny = \"10.0.0.0/8\"\nrate-limit = \"off\"", zerolog.WarnLevel, nil},
		{"an error", `"5ms"`, `"5"`, zerolog.WarnLevel, []string{"stays in force", "clock.max-error", `:4:`}},
	} {
		zerolog.SetGlobalLevel(zerolog.WarnLevel)
		if err := os.WriteFile(path, []byte(strings.Replace(everything, c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		var rules atomic.Pointer[ntp.Policy]
		var inForce atomic.Pointer[config.Config]
		inForce.Store(&running)
		r := reloader{options: o, running: &inForce, policy: &rules, keys: new(atomic.Pointer[ntp.Keys]), nts: &ntsService{}, log: zerolog.New(&log)}
		r.reload()
		if now := inForce.Load(); (now.Server.RateLimit == ntp.Limit{}) != (c.name == "who may ask") || now.Clock != running.Clock {
			t.Errorf("%s: in force %+v", c.name, *now)
		}
		if p := rules.Load(); (c.name == "an error") != (p == nil) || p != nil && (p.Limit == ntp.Limit{}) != (c.name == "who may ask") {
			t.Errorf("%s: policy %+v", c.name, p)
		}
		if zerolog.GlobalLevel() != c.level || (c.says == nil) != (log.Len() == 0) {
			t.Errorf("%s: level %v, logged %s", c.name, zerolog.GlobalLevel(), &log)
		}
		for _, words := range c.says {
			if !strings.Contains(log.String(), words) {
				t.Errorf("%s: logged %s", c.name, &log)
			}
		}
	}
}

func TestEveryLevelThatMayBeConfiguredIsKnown(t *testing.T) {
	for word, want := range map[string]zerolog.Level{
		"debug": zerolog.DebugLevel, "info": zerolog.InfoLevel, "warn": zerolog.WarnLevel, "error": zerolog.ErrorLevel,
	} {
		if got := level(config.Log{Level: word}); got != want {
			t.Errorf("%s: %v", word, got)
		}
	}
}
