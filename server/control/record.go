package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

const recordPath = "/v1/record"

// private answers what ServeHTTP does, and what only those may know who can open
// the socket: where the antenna stands is in the recording. Tests disturb people.
func (s Server) private(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case recordPath:
		s.record(w, r)
	case testPath:
		s.test(w, r)
	case orderPath:
		s.order(w, r)
	default:
		s.ServeHTTP(w, r)
	}
}

func (s Server) record(w http.ResponseWriter, r *http.Request) {
	if !question(w, r) {
		return
	}
	recording, err := s.Daemon.Record(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = recording.WriteTo(w) // a peer that has gone needs no more
}

// recordBytes is more than the greatest recorder holds, which has 256 MB.
const recordBytes = 300e6

// Record writes the file of the flight recorder to w.
func (c *Client) Record(ctx context.Context, w io.Writer) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://gpsntpd"+recordPath, nil)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return withoutAddress(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, err := io.ReadAll(io.LimitReader(resp.Body, answerBytes))
		return errors.Join(refused(resp, text), err)
	}
	n, err := io.Copy(w, io.LimitReader(resp.Body, recordBytes+1))
	switch {
	case err != nil:
		return fmt.Errorf("gpsntpd broke off its answer: %w", err)
	case n > recordBytes:
		return errors.New("gpsntpd's answer is longer than a recorder can hold")
	}
	return nil
}
