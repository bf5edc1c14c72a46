package control

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"gpsntpd/server/httpd"
)

// known is a daemon whose condition never changes, and of which no more is asked
// than it knows.
type known struct {
	Daemon
	status   Status
	counters Counters
	leap     Leap
	clients  Clients
}

func (k known) Status(context.Context) (Status, error)     { return k.status, nil }
func (k known) Counters(context.Context) (Counters, error) { return k.counters, nil }
func (k known) Leap(context.Context) (Leap, error)         { return k.leap, nil }
func (k known) Clients(context.Context) (Clients, error)   { return k.clients, nil }

// stuck is a daemon whose loop does not come round.
type stuck struct{ Daemon }

func (stuck) Status(ctx context.Context) (Status, error) {
	<-ctx.Done()
	return Status{}, ctx.Err()
}

func (stuck) Counters(ctx context.Context) (Counters, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (stuck) Leap(ctx context.Context) (Leap, error) {
	<-ctx.Done()
	return Leap{}, ctx.Err()
}

func (stuck) Clients(ctx context.Context) (Clients, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// serve runs a server until the test ends or end is called.
func serve(t *testing.T, d Daemon) (path string, end func()) {
	path = filepath.Join(t.TempDir(), socketName)
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Server{d}.Run(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run returned %v", err)
		}
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("the socket is still there: %v", err)
		}
	})
	return path, cancel
}

func TestTheClientHearsWhatTheDaemonSays(t *testing.T) {
	d := known{status: decode(t, contract(t)), counters: Counters{"ntp": {"answered": 18, "short": 0}}, leap: Leap{Source: "built in", Armed: true}, clients: Clients{{Address: "fe80::1", Requests: 1}}}
	path, _ := serve(t, d)
	c := environment(t).Client(path)
	for range 2 * httpd.Connections {
		status, err := c.Status(t.Context())
		if err != nil || !reflect.DeepEqual(status.Value, d.status) {
			t.Fatalf("%+v, %v", status.Value, err)
		}
		if text := string(status.JSON); strings.Index(text, "\n") != len(text)-1 {
			t.Fatalf("not one line: %q", text)
		}
	}
	counters, err := c.Counters(t.Context())
	if err != nil || !reflect.DeepEqual(counters.Value, d.counters) {
		t.Errorf("%+v, %v", counters.Value, err)
	}
	leap, err := c.Leap(t.Context())
	if err != nil || leap.Value != d.leap {
		t.Errorf("%+v, %v", leap.Value, err)
	}
	clients, err := c.Clients(t.Context())
	if err != nil || !reflect.DeepEqual(clients.Value, d.clients) {
		t.Errorf("%+v, %v", clients.Value, err)
	}
}

// speaker answers in the language that it was asked in.
type speaker struct{ Daemon }

func (speaker) Why(_ context.Context, language string) (Why, error) {
	return Why{Language: language, Links: []Link{{Code: "no_fix"}}}, nil
}

func (speaker) Alarms(_ context.Context, language string) (Alarms, error) {
	return Alarms{{Code: "no_fix", Text: language}}, nil
}

func TestTheLanguageOfAQuestionReachesTheDaemon(t *testing.T) {
	path, _ := serve(t, speaker{})
	c := environment(t).Client(path)
	for _, language := range []string{"en", "zh", "", "a&b=c"} {
		w, err := c.Why(t.Context(), language)
		if err != nil || w.Value.Language != language || w.Value.Links[0].Code != "no_fix" {
			t.Errorf("%+v, %v", w.Value, err)
		}
		a, err := c.Alarms(t.Context(), language)
		if err != nil || len(a.Value) != 1 || a.Value[0].Text != language {
			t.Errorf("%+v, %v", a.Value, err)
		}
	}
}

func TestOnlyTheDocumentedQuestionsAreAnswered(t *testing.T) {
	for request, want := range map[string]int{
		"GET /v1/status":      http.StatusOK,
		"GET /v1/counters":    http.StatusOK,
		"GET /v1/leap":        http.StatusOK,
		"GET /v1/clients":     http.StatusOK,
		"POST /v1/status":     http.StatusMethodNotAllowed,
		"DELETE /v1/counters": http.StatusMethodNotAllowed,
		"GET /":               http.StatusNotFound,
		"GET /v1/status/":     http.StatusNotFound,
		"GET /v2/status":      http.StatusNotFound,
	} {
		method, path, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		Server{known{}}.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		var r refusal
		if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
			t.Errorf("%s: %v in %q", request, err, w.Body)
		}
		if w.Code != want || (r.Error == "") != (want == http.StatusOK) {
			t.Errorf("%s: %d %s", request, w.Code, w.Body)
		}
	}
}

func TestAQuestionHasNoBody(t *testing.T) {
	w := httptest.NewRecorder()
	Server{known{}}.ServeHTTP(w, httptest.NewRequest("GET", "/v1/status", strings.NewReader("{}")))
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Error(w.Code, w.Body)
	}
}

func TestAnAnswerIsWholeOrAnError(t *testing.T) {
	for name, d := range map[string]Daemon{
		"not a number": known{status: Status{RootDelaySeconds: math.NaN()}},
		"stuck":        stuck{},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := httptest.NewRecorder()
			Server{d}.ServeHTTP(w, httptest.NewRequest("GET", "/v1/status", nil))
			var r refusal
			if err := json.Unmarshal(w.Body.Bytes(), &r); w.Code < 500 || err != nil || r.Error == "" {
				t.Errorf("%s: %d %q", name, w.Code, w.Body)
			}
		})
	}
}

func TestTheServerEndsAlthoughAPeerSaysNothing(t *testing.T) {
	path, end := serve(t, stuck{})
	for range httpd.Connections + 4 {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	end()
}

func TestTheServerEndsWhileItIsAsked(t *testing.T) {
	path, end := serve(t, stuck{})
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /v1/status HTTP/1.1\r\nHost: gpsntpd\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	end()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err == nil { // else it ended before it read the question
		resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable {
			t.Error(resp.Status)
		}
	}
}

func TestALongHeaderIsRefused(t *testing.T) {
	path, _ := serve(t, known{})
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go io.WriteString(conn, "GET /v1/status HTTP/1.1\r\nHost: gpsntpd\r\nX: "+strings.Repeat("x", 4*httpd.HeaderBytes))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Error(resp.Status)
	}
}

func TestAnAnswerThatDoesNotComeInTimeIsAnError(t *testing.T) {
	path, _ := serve(t, stuck{})
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	if _, err := environment(t).Client(path).Status(ctx); err == nil || !strings.Contains(err.Error(), "in time") {
		t.Error(err)
	}
}

func TestTheClientsErrorSaysWhereItLookedAndWhatToDo(t *testing.T) {
	e := environment(t)
	path := stale(t)
	for flag, want := range map[string][]string{
		"":   {e.System, e.own()[0], "is it running?", "systemctl status gpsntpd"},
		path: {path, "is it running?"},
	} {
		_, err := e.Client(flag).Status(t.Context())
		for _, words := range want {
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%q: %v", flag, err)
			}
		}
	}
	path, _ = serve(t, known{status: Status{RootDelaySeconds: math.NaN()}})
	if _, err := e.Client(path).Status(t.Context()); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("the daemon's error is lost: %v", err)
	}
}
