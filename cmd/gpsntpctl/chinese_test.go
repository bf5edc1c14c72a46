package main

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// inChinese are the screens of testdata/zh: verbs by the file of their golden text.
func inChinese(t *testing.T) map[string][]string {
	all := map[string][]string{}
	for name := range statuses(t) {
		state := filepath.Base(name)
		for _, v := range []string{"status", "status -v", "sources", "tracking", "budget", "holdover", "servers", "health"} {
			all[state+"."+strings.ReplaceAll(v, " -", ".")] = append(strings.Fields(v), state)
		}
	}
	for _, v := range []string{"satellites", "pulse", "clients", "counters", "version"} {
		all[v] = []string{v, "locked"}
	}
	for _, pattern := range []string{"testdata/leap/*.json", "testdata/nts/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			v := filepath.Base(filepath.Dir(file))
			name := strings.TrimSuffix(filepath.Base(file), ".json")
			all[v+"."+name] = []string{v, name}
		}
	}
	return all
}

func TestEveryScreenInChineseReadsLikeItsGoldenFileIn80Columns(t *testing.T) {
	briefs := map[string]string{
		"locked": "已与模拟接收机同步 1 分 40 秒，误差上限 1.3 µs。", "starting": "尚未同步：接收机尚未定位。",
		"holdover": "守时 (holdover)：已有 1 小时 0 分没有可用的秒脉冲。", "unsynchronized": "已失去同步：误差上限 1.2 ms，限值 1.0 ms。",
	}
	for file, args := range inChinese(t) {
		name := args[len(args)-1]
		args = append([]string{"--lang", "zh"}, args[:len(args)-1]...)
		d := known{
			past: fromJSON[control.History](t, "testdata/history.json"), why: control.Why{Brief: briefs[name]},
			clients: fromJSON[control.Clients](t, "testdata/clients/rack.json"), sky: fromJSON[control.Satellites](t, "testdata/satellites/mixed.json"),
			scatter:  fromJSON[control.Scatter](t, "testdata/pulse/hour.json"),
			counters: control.Counters{"ntp": {"answered": 14, "rate_limited": 4}, "refclock": {"no_fix": 12}},
		}
		switch args[2] {
		case "leap":
			d.leap = fromJSON[control.Leap](t, "testdata/leap/"+name+".json")
		case "nts":
			d.exchange = fromJSON[control.KeyExchange](t, "testdata/nts/"+name+".json")
			args = append(args, "show")
		default:
			d.status = statuses(t)["testdata/status/"+name]
		}
		got, err := verb(serve(t, d), args...)
		if f, is := errors.AsType[failure](err); err != nil && (!is || f.err != nil) {
			t.Errorf("%s: %v", file, err)
		}
		goldenScreen(t, "testdata/zh/"+file+".golden", got)
	}
}

func TestWhatIsMadeSaysWhatToDoWithItInBothLanguages(t *testing.T) {
	ends := time.Date(2036, 12, 1, 0, 0, 0, 0, time.UTC)
	made := certified{
		Authority: "/etc/gpsntpd/nts/ca.crt", AuthorityKey: "/etc/gpsntpd/nts/ca.key", AuthorityNotAfter: control.Time{Time: ends},
		Certificate: "/etc/gpsntpd/nts/nts.crt", PrivateKey: "/etc/gpsntpd/nts/nts.key", NotAfter: control.Time{Time: ends.AddDate(-8, 0, 0)},
		Names: []string{"ntp1.lan", "192.0.2.1"},
	}
	key := symmetricKey{ID: 7, Type: "aes128", Chrony: "7 AES128 HEX:00112233445566778899AABBCCDDEEFF", Ntp: "7 AES128CMAC 00112233445566778899AABBCCDDEEFF"}
	pack := pack{added: []added{{name: "config.toml", bytes: 7012}, {name: "recorder.record", err: errors.New("nothing is recorded")}}}
	set := control.Settings{
		{Key: "clock.max-error", Value: json.RawMessage(`"5ms"`), Default: json.RawMessage(`"1ms"`), Doc: "Greatest error that may be claimed; above it the answers say not synchronized."},
		{Key: "server.new", Value: json.RawMessage(`1`), Default: json.RawMessage(`1`), Doc: "A key of a newer gpsntpd."},
	}
	for l, folder := range map[why.Language]string{why.English: "testdata/en/", why.Chinese: "testdata/zh/"} {
		p := screen.Style{Language: l}
		var advice strings.Builder
		if err := made.advise(&advice, p); err != nil {
			t.Fatal(err)
		}
		golden(t, folder+"nts.init.golden", advice.String())
		if l == why.Chinese { // in English a path is not broken
			narrow(t, "nts init", advice.String())
		}
		goldenScreen(t, folder+"keygen.golden", key.text(p))
		goldenScreen(t, folder+"report.golden", pack.readme(p))
		goldenScreen(t, folder+"config.show.golden", settingsText(set, p))
	}
}
