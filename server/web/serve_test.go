package web

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gpsntpd/server/control"
)

// stuck is a daemon whose loop does not come round.
type stuck struct{ Daemon }

func (stuck) Moment(ctx context.Context, _ string) (control.Moment, error) {
	<-ctx.Done()
	return control.Moment{}, ctx.Err()
}

func (stuck) Status(ctx context.Context) (control.Status, error) {
	<-ctx.Done()
	return control.Status{}, ctx.Err()
}

// source is the text of files of this folder.
func source(t *testing.T, pattern string) string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatal(pattern, err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func method(m string) func(*http.Request) { return func(r *http.Request) { r.Method = m } }

func host(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }

func TestEveryAnswerHasTheHeadersThatProtectIt(t *testing.T) {
	s := showing(&scene{state: "locked"})
	for _, w := range []http.Header{
		ask(t, s, "/").Header(), ask(t, s, "/assets/page.js").Header(), ask(t, s, "/v1/status").Header(), ask(t, s, "/nothing").Header(),
		ask(t, s, "/", method("POST")).Header(), ask(t, s, "/", host("evil.example")).Header(),
	} {
		for name, want := range headers {
			if got := w.Get(name); got != want && name != "Cache-Control" {
				t.Errorf("%s: %q", name, got)
			}
		}
		if w.Get("Set-Cookie") != "" || w.Get("Access-Control-Allow-Origin") != "" {
			t.Error(w)
		}
	}
}

func TestThePageCanOnlyBeRead(t *testing.T) {
	s := showing(&scene{state: "locked"})
	for _, path := range []string{"/", "/v1/status", "/assets/page.css"} {
		for _, m := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"} {
			if w := ask(t, s, path, method(m)); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d", m, path, w.Code)
			}
		}
		if w := ask(t, s, path, method("HEAD")); w.Code != http.StatusOK {
			t.Errorf("HEAD %s: %d", path, w.Code)
		}
		if w := ask(t, s, path, func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("x")), 1 }); w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s with a body: %d", path, w.Code)
		}
	}
}

func TestOnlyTheQuestionsOfThePageAreAnswered(t *testing.T) {
	s := showing(&scene{state: "locked"})
	s.options.API = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for _, path := range raw {
		if w := ask(t, s, "/"+path); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, path := range []string{"/v1/config", "/v1/log", "/v1/record", "/v1/nts", "/v1/", "/v1/status/", "/assets/", "/assets/../page.go", "/index.html", "/v1"} {
		if w := ask(t, s, path); w.Code < 300 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestAForeignNameIsNotAnswered(t *testing.T) {
	s := showing(&scene{state: "locked"})
	for name, want := range map[string]int{
		"localhost": 200, "LOCALHOST:8123": 200, "127.0.0.1:8123": 200, "[::1]:8123": 200, "[fe80::1%25eth0]": 200, "192.168.1.5": 200,
		"time.example": 200, "Time.Example.:8123": 200,
		"evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "": 421, "time.example.evil": 421,
	} {
		if w := ask(t, s, "/v1/status", host(name)); w.Code != want {
			t.Errorf("%q: %d", name, w.Code)
		}
	}
	if w := ask(t, s, "/", host("pi.example:8123")); !strings.Contains(w.Body.String(), `names = ["pi.example"]`) {
		t.Errorf("it does not say what to do: %s", w.Body)
	}
}

func TestHistoryIsCompressedForThoseWhoCanReadIt(t *testing.T) {
	s := showing(&scene{state: "locked"})
	plain := ask(t, s, "/v1/history?span=60d")
	zipped := ask(t, s, "/v1/history?span=60d", func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, deflate") })
	if zipped.Header().Get("Content-Encoding") != "gzip" || 3*zipped.Body.Len() > 2*plain.Body.Len() {
		t.Errorf("%d bytes of %d", zipped.Body.Len(), plain.Body.Len())
	}
	z, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || string(text) != plain.Body.String() {
		t.Error("it is not the same", err)
	}
}

func TestAssetsAreCompressedAndNotSentTwice(t *testing.T) {
	s := showing(&scene{state: "locked"})
	total := 0
	for _, name := range []string{"page.js", "page.css", "early.js", "icon.svg"} {
		plain := ask(t, s, "/assets/"+name)
		zipped := ask(t, s, "/assets/"+name, func(r *http.Request) { r.Header.Set("Accept-Encoding", "br, gzip") })
		z, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatal(name, err)
		}
		text, err := io.ReadAll(z)
		if err != nil || string(text) != plain.Body.String() || len(text) == 0 || zipped.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %v", name, err)
		}
		total += len(text)
		tag := plain.Header().Get("ETag")
		if again := ask(t, s, "/assets/"+name, func(r *http.Request) { r.Header.Set("If-None-Match", tag) }); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s: %d", name, again.Code)
		}
		if kind := plain.Header().Get("Content-Type"); kind == "" {
			t.Errorf("%s has no type", name)
		}
	}
	if total > 150_000 {
		t.Errorf("%d bytes", total)
	}
}
