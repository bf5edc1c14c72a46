//go:build !captures && !interop

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheRunningDaemonTestsItsAlarmsFromWithinItsSandbox(t *testing.T) {
	t.Parallel()
	told := make(chan string, 2)
	robot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		told <- r.URL.Query().Get("sign") + string(text)
		io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	}))
	defer robot.Close()
	service := file(t, "ops.toml", "format = \"dingtalk\"\nurl = %q\nsecret = \"SEC1\"\n", robot.URL+"/robot/send?access_token=s3cret")
	d := serve(t, "--no-steer", "--config", file(t, "gpsntpd.toml", `
[receiver]
device = "/nonexistent"
[pulse]
device = "off"
[alarms]
services = [%q, "/nonexistent/mail.toml"]
language = "zh"
[web]
listen = "off"
`, service))
	start, _ := confinement()
	until(t, says(&d.err, start))
	status, text, _ := runs(t, "gpsntpctl", "--control", d.socket, "alarms", "test")
	if status != 1 || !strings.Contains(text, "ops   delivered") || !strings.Contains(text, "mail  failed") {
		t.Errorf("%d: %s", status, text)
	}
	if got := <-told; !strings.Contains(got, "测试") || strings.HasPrefix(got, "{") {
		t.Error(got)
	}
	if status, text, _ = runs(t, "gpsntpctl", "--control", d.socket, "alarms", "test", "ops"); status != 0 {
		t.Errorf("%d: %s", status, text)
	}
	if all := d.err.String() + text; strings.Contains(all, "s3cret") || strings.Contains(all, "SEC1") {
		t.Error("a secret is said:", all)
	}
}
