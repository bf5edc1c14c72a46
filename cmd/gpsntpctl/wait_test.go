package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// waking is a daemon that reports one condition after the other, and stays in
// the last one.
type waking struct {
	known
	statuses []control.Status
}

// Status implements control.Daemon; wait asks one question at a time.
func (w *waking) Status(context.Context) (control.Status, error) {
	s := w.statuses[0]
	if len(w.statuses) > 1 {
		w.statuses = w.statuses[1:]
	}
	return s, nil
}

// awaited runs wait on the daemon at socket. In place of the time that passes
// it calls meanwhile after the first answer and before each of n others.
func awaited(t *testing.T, w wish, socket string, n int, meanwhile func()) (string, error) {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	again, done := make(chan time.Time), make(chan struct{})
	var a control.Answer[control.Status]
	var err error
	go func() {
		defer close(done)
		a, err = w.wait(ctx, control.Environ().Client(socket), again, why.English)
	}()
	for range n {
		select {
		case again <- time.Time{}:
			meanwhile()
		case <-done:
		}
	}
	end()
	<-done
	return a.Value.Sentence, err
}

func nothing() {}

func status(sentence string, stratum int, bound float64) control.Status {
	return control.Status{Sentence: sentence, Stratum: stratum, BoundSeconds: &bound}
}

func TestWaitEndsWhenTheDaemonSaysWhatWasWishedFor(t *testing.T) {
	silent := control.Status{Sentence: "Starting."}
	coarse, fine := status("Coarse.", 1, 5e-4), status("Fine.", 1, 4e-6)
	backup := status("Backup.", 3, 1e-6)
	for _, c := range []struct {
		wish     wish
		statuses []control.Status
		want     string // the sentence, or the error
	}{
		{wish{15, 0}, []control.Status{silent, silent, coarse, fine}, "Coarse."},
		{wish{15, 4 * time.Microsecond}, []control.Status{silent, coarse, fine}, "Fine."},
		{wish{1, 0}, []control.Status{backup, coarse}, "Coarse."},
		{wish{15, 0}, []control.Status{silent}, "Starting."},
		{wish{15, time.Microsecond}, []control.Status{fine}, "error bound 4.0 µs, not 1.0 µs: Fine."},
		{wish{2, 0}, []control.Status{backup}, "stratum 3, not 2: Backup."},
	} {
		socket := serve(t, &waking{statuses: c.statuses})
		got, err := awaited(t, c.wish, socket, 5, nothing)
		if f, late := errors.AsType[failure](err); late {
			got = f.Error()
			if f.status != exitTimeout {
				t.Errorf("%s: status %d", c.want, f.status)
			}
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.wish, got, c.want)
		}
	}
}

func TestWaitBearsADaemonThatIsNotThereYet(t *testing.T) {
	place := filepath.Join(t.TempDir(), "control.sock")
	running := false
	got, err := awaited(t, wish{stratum: 15}, place, 1000, func() {
		if !running {
			serveAt(t, place, known{status: status("Fine.", 1, 1e-6)})
			running = true
		}
	})
	if got != "Fine." || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWaitPrintsTheSentenceOrTheStatus(t *testing.T) {
	socket := serve(t, known{status: status("Locked.", 1, 4e-6)})
	if got, err := verb(socket, "wait"); got != "Locked.\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	got, err := verb(socket, "wait", "--json", "--stratum", "1", "--max-error", "1ms", "--timeout", "60s")
	if !strings.HasPrefix(got, `{"version"`) || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWaitEndsWithoutADaemonAndWithoutSense(t *testing.T) {
	noDaemon := filepath.Join(t.TempDir(), "control.sock")
	for _, c := range []struct {
		socket string
		args   []string
		status int
		says   string
	}{
		{noDaemon, []string{"wait", "--timeout", "500ms"}, exitUnreachable, noDaemon},
		{noDaemon, []string{"wait", "--timeout", "0s"}, exitUsage, "--timeout"},
		{noDaemon, []string{"wait", "--stratum", "0"}, exitUsage, "--stratum"},
		{noDaemon, []string{"wait", "--max-error", "1"}, exitUsage, "--max-error"},
	} {
		got, err := verb(c.socket, c.args...)
		f, ok := errors.AsType[failure](err)
		if !ok {
			f = failure{exitUsage, err}
		}
		if f.status != c.status || !strings.Contains(f.Error(), c.says) || got != "" {
			t.Errorf("%v: status %d, %v, printed %q", c.args, f.status, err, got)
		}
	}
}
