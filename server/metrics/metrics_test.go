package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// still is a daemon whose condition never changes.
type still struct {
	control.Daemon
	status control.Status
	err    error
}

func (d still) Status(context.Context) (control.Status, error) { return d.status, d.err }

func (d still) Counters(context.Context) (control.Counters, error) {
	return control.Counters{
		"ntp":        {"answered": 17, "bad_mac": 1},
		"refclock":   {"glitch": 2},
		"nmea":       {"ok": 900, "bad_checksum": 12},
		"discipline": {"samples": 201, "steps": 1},
	}, nil
}

func (d still) Leap(context.Context) (control.Leap, error) {
	return control.Leap{Expires: control.Time{Time: time.Unix(1813968000, 0)}}, nil
}

func (d still) Clients(context.Context) (control.Clients, error) {
	return make(control.Clients, 3), nil
}

func (d still) Satellites(context.Context) (control.Satellites, error) {
	return control.Satellites{Satellites: []control.Satellite{
		{System: "gps", Number: 3, CN0DBHz: new(41), Used: new(true)},
		{System: "gps", Number: 9, CN0DBHz: new(36), Used: new(true)},
		{System: "gps", Number: 11},
		{System: "galileo", Number: 3, CN0DBHz: new(38), Used: new(false)},
	}}, nil
}

func (d still) Alarms(context.Context, string) (control.Alarms, error) {
	return control.Alarms{
		{Code: "few_satellites", Severity: "warning"},
		{Code: "no_pulse", Severity: "critical", Cleared: new(control.Time)},
	}, nil
}

// locked is a daemon with all that there can be.
func locked(t *testing.T) still {
	t.Helper()
	text, err := os.ReadFile("testdata/locked.json")
	if err != nil {
		t.Fatal(err)
	}
	var d still
	if err := json.Unmarshal(text, &d.status); err != nil {
		t.Fatal(err)
	}
	return d
}

// starting is a daemon that knows nothing yet.
func starting() still {
	return still{status: control.Status{
		Version: "0.1.0", State: "starting", Leap: 3, RootDispersionSeconds: 16,
		Receiver: control.Receiver{State: "missing"}, Pulse: control.Pulse{State: "missing"},
		NTS: control.NTS{State: "off"},
	}}
}

func get(t *testing.T, d control.Daemon, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	Server{d, httpd.NewGuard(nil, nil)}.routes().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestTheMetricsAreThoseOfTheGoldenFiles(t *testing.T) {
	for name, d := range map[string]still{"locked": locked(t), "starting": starting()} {
		path := "testdata/" + name + ".golden"
		got := get(t, d, Path)
		if *update {
			if err := os.WriteFile(path, got.Body.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got.Code != http.StatusOK || got.Body.String() != string(want) {
			t.Errorf("%s: %d\n%s", name, got.Code, got.Body)
		}
	}
}

func TestPrometheusFindsNoFaultInNamesAndUnits(t *testing.T) {
	problems, err := testutil.CollectAndLint(collector{Daemon: locked(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestADaemonThatDoesNotAnswerIsAnErrorAndNoNumbers(t *testing.T) {
	w := get(t, still{err: errors.New("the loop does not answer")}, Path)
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "the loop does not answer") ||
		strings.Contains(w.Body.String(), "gpsntpd_stratum 0") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestTheRootLeadsToTheMetricsAndNothingElseIsThere(t *testing.T) {
	if w := get(t, starting(), "/"); w.Code != http.StatusFound || w.Header().Get("Location") != Path {
		t.Error(w.Code, w.Header())
	}
	if w := get(t, starting(), "/debug/pprof/"); w.Code != http.StatusNotFound {
		t.Error(w.Code)
	}
}

func TestItAnswersOnItsListenerUntilItsContextEnds(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- Server{locked(t), httpd.NewGuard(nil, nil)}.Run(ctx, l) }()
	resp, err := http.Get("http://" + l.Addr().String() + Path)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Error(resp, err)
	}
	if err == nil {
		resp.Body.Close()
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestEveryMetricIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/monitoring/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range Metrics() {
		row := "| `" + m.Name + "` | " + strings.Join(m.Labels, ", ") + " | " + m.Help + " |"
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/monitoring/README.md has no row\n%s", row)
		}
	}
}

func TestMetricsAreForWhoNamesThisHost(t *testing.T) {
	for host, status := range map[string]int{
		"192.0.2.1:9123": 200, "[2001:db8::1]:9123": 200, "localhost:9123": 200, "Time.Example.:9123": 200,
		"evil.example": 421, "evil.example:9123": 421, "": 421,
	} {
		ctx, end := context.WithCancel(t.Context())
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() {
			ended <- Server{Daemon: starting(), Guard: httpd.NewGuard(httpd.Names{"time.example"}, nil)}.Run(ctx, l)
		}()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+l.Addr().String()+Path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		if host == "" {
			r.Host = "."
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != status {
			t.Errorf("%q: %s", host, answer.Status)
		}
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}
