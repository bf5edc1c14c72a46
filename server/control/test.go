package control

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

const testPath = "/v1/alarms/test"

// Tests is what came of a test notice, by each way that alarms are delivered by.
type Tests []Test

// Test is one of them.
type Test struct {
	Way       string  `json:"way"`       // "exec", "webhook", "syslog", or the name of a service's file
	Delivered bool    `json:"delivered"` // of syslog: sent, since it never answers
	Answer    string  `json:"answer"`    // what whoever took it said, "" for nothing
	Error     *string `json:"error"`     // nil: it was delivered
	Seconds   float64 `json:"seconds"`   // it took
}

// testTimeout is how long all ways together may take; each has a limit of its own, of
// which the longest is that of mail.
const testTimeout = 40 * time.Second

// test sends notices: no question, so it is asked with POST, at the socket alone.
func (s Server) test(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, "this does something: POST it")
		return
	case r.ContentLength != 0:
		refuse(w, http.StatusRequestEntityTooLarge, "a question has no body")
		return
	}
	deadline := http.NewResponseController(w)
	if deadline.SetReadDeadline(time.Time{}) != nil || deadline.SetWriteDeadline(time.Now().Add(testTimeout)) != nil {
		refuse(w, http.StatusInternalServerError, "this connection has no deadlines")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), testTimeout)
	defer cancel()
	all, err := s.Daemon.TestAlarms(ctx, r.URL.Query().Get("name"))
	if err != nil {
		refuse(w, http.StatusConflict, err.Error())
		return
	}
	write(w, http.StatusOK, all)
}

// TestAlarms has the daemon send a test notice by each way of that name, or by all.
func (c *Client) TestAlarms(ctx context.Context, name string) (Answer[Tests], error) {
	patient := c.http
	patient.Timeout = testTimeout + clientTimeout
	return request[Tests](ctx, patient, http.MethodPost, testPath+"?name="+url.QueryEscape(name))
}
