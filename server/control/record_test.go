package control

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// recording is a daemon whose recording is text.
type recording struct {
	Daemon
	text string
	err  error
}

func (r recording) Record(context.Context) (io.WriterTo, error) {
	return bytes.NewBufferString(r.text), r.err
}

func TestTheRecordingIsForThoseWhoCanOpenTheSocketAlone(t *testing.T) {
	d := recording{text: strings.Repeat("0123456789", 100_000)}
	path, _ := serve(t, d)
	var got bytes.Buffer
	if err := environment(t).Client(path).Record(t.Context(), &got); err != nil || got.String() != d.text {
		t.Errorf("%d bytes, %v", got.Len(), err)
	}
	w := httptest.NewRecorder()
	Server{d}.ServeHTTP(w, httptest.NewRequest("GET", recordPath, nil)) // as the page does
	if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "0123") {
		t.Errorf("%d %.100s", w.Code, w.Body)
	}
	path, _ = serve(t, recording{err: errors.New("nothing is recorded")})
	if err := environment(t).Client(path).Record(t.Context(), &got); err == nil || !strings.Contains(err.Error(), "nothing is recorded") {
		t.Error(err)
	}
}
