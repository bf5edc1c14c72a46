package control

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// tested is a daemon of which nothing but tests is wanted.
type tested struct {
	Daemon
	asked chan string
}

func (d tested) TestAlarms(_ context.Context, name string) (Tests, error) {
	d.asked <- name
	if name == "none" {
		return nil, errors.New("no way is called that")
	}
	return Tests{{Way: name, Delivered: true}}, nil
}

func TestATestIsNoQuestionAndAskedAtTheSocketAlone(t *testing.T) {
	d := tested{asked: make(chan string, 9)}
	ask := func(h http.HandlerFunc, method, target, body string) int {
		w := httptest.NewRecorder()
		h(w, httptest.NewRequest(method, target, strings.NewReader(body)))
		return w.Code
	}
	s := Server{Daemon: d}
	if code := ask(s.ServeHTTP, http.MethodPost, testPath, ""); code != http.StatusNotFound {
		t.Errorf("the page answers %d", code)
	}
	for code, target := range map[int][3]string{
		http.StatusMethodNotAllowed:      {http.MethodGet, testPath, ""},
		http.StatusRequestEntityTooLarge: {http.MethodPost, testPath, "x"},
	} {
		if got := ask(s.private, target[0], target[1], target[2]); got != code {
			t.Errorf("%v: %d", target, got)
		}
	}
	if len(d.asked) != 0 {
		t.Error("someone was disturbed")
	}
}
