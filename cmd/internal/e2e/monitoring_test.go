//go:build monitoring

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const monitoring = "../../../docs/monitoring/"

// metrics is where d shows its metrics.
func (d *daemon) metrics() string {
	d.t.Helper()
	opened := regexp.MustCompile(`address=(\S+) service=metrics`)
	until(d.t, func() error {
		if !opened.MatchString(d.err.String()) {
			return errors.New("no door for metrics is open")
		}
		return nil
	})
	return opened.FindStringSubmatch(d.err.String())[1]
}

// measured is a simulated daemon that has everything that there is to be measured.
func measured(t *testing.T) *daemon {
	t.Helper()
	certificates := t.TempDir()
	if status, _, err := runs(t, "gpsntpctl", "nts", "init", "--dir", certificates, "localhost"); status != 0 {
		t.Fatal(err)
	}
	d := serve(t, "--sim", "--config", file(t, "gpsntpd.toml", `
[metrics]
listen = "127.0.0.1:0"
[nts]
certificate = "%s/nts.crt"
private-key = "%[1]s/nts.key"
listen = "127.0.0.1:0"
`, certificates))
	d.becomes("locked", "ok", "ok")
	d.synchronized(d.address(), 4, sim)
	return d
}

func TestPromtoolFindsNoFault(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"check", "rules", monitoring + "gpsntpd-alerts.yml"},
		{"test", "rules", monitoring + "gpsntpd-alerts_test.yml"},
	} {
		if p := start(t, "promtool", args...); p.wait(processTimeout) != 0 {
			t.Errorf("promtool %v: %s%s", args, &p.out, &p.err)
		}
	}
	d := measured(t)
	resp, err := http.Get("http://" + d.metrics() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	p := startWith(t, resp.Body, "promtool", "check", "metrics")
	if p.wait(processTimeout) != 0 || p.err.String() != "" {
		t.Errorf("promtool check metrics: %s%s", &p.out, &p.err)
	}
}

// prometheus is a real one that scrapes d each second.
func prometheus(t *testing.T, d *daemon) (at string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at = l.Addr().String() // it cannot choose one itself and say which
	l.Close()
	rules, err := filepath.Abs(monitoring + "gpsntpd-alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	config := file(t, "prometheus.yml", `
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%q]
scrape_configs:
  - job_name: gpsntpd
    static_configs: [{targets: [%q]}]
`, rules, d.metrics())
	start(t, "prometheus", "--config.file="+config, "--storage.tsdb.path="+t.TempDir(), "--web.listen-address="+at, "--log.level=warn")
	return at
}

// query asks Prometheus, and returns how many series the answer has.
func query(at, expression string) (series int, err error) {
	resp, err := http.Get("http://" + at + "/api/v1/query?query=" + url.QueryEscape(expression))
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var a struct {
		Status, Error string
		Data          struct{ Result []json.RawMessage }
	}
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return 0, err
	}
	if a.Status != "success" {
		return 0, fmt.Errorf("%s: %s", expression, a.Error)
	}
	return len(a.Data.Result), nil
}

// expressions are all that the dashboard asks for, about target.
func expressions(t *testing.T, target string) (all []string) {
	t.Helper()
	text, err := os.ReadFile(monitoring + "gpsntpd-dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	variables := strings.NewReplacer("$job", "gpsntpd", "$instance", target, "$__rate_interval", "10s")
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			all = append(all, variables.Replace(q.Expr))
		}
	}
	return all
}

func TestAPrometheusScrapesUsAndNoPanelOfTheDashboardIsEmpty(t *testing.T) {
	t.Parallel()
	d := measured(t)
	at := prometheus(t, d)
	all := expressions(t, d.metrics())
	if len(all) < 20 {
		t.Fatalf("only %d expressions", len(all))
	}
	for _, e := range all {
		until(t, func() error {
			d.ask(d.address(), 4) // so that there is a rate of requests
			n, err := query(at, e)
			if err == nil && n == 0 {
				err = errors.New("no data for " + e)
			}
			return err
		})
	}
	if n, err := query(at, `ALERTS{alertstate="firing"}`); n != 0 || err != nil {
		t.Errorf("%d alerts about a healthy server, %v", n, err)
	}
	d.process.cmd.Process.Kill()
	until(t, func() error {
		n, err := query(at, `ALERTS{alertname="GpsntpdDown"}`)
		if err == nil && n != 1 {
			err = errors.New("no alert about a dead server is pending")
		}
		return err
	})
}
