package notice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Webhook posts each notice as JSON to a URL.
type Webhook struct {
	URL   string
	Limit time.Duration // of one attempt; 0 is DefaultLimit
	Again time.Duration // until the second attempt, each time twice as long; 0 is a second
}

// attempts are made for a notice: within about half a minute.
const attempts = 5

// String implements Way.
func (w Webhook) String() string { return "webhook" } // its URL may hold a secret

// Send implements Way.
func (w Webhook) Send(ctx context.Context, n Notice) error {
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	wait := w.Again
	if wait == 0 {
		wait = time.Second
	}
	for attempt := 1; ; attempt++ {
		again, err := w.post(ctx, body)
		if err == nil || !again || attempt == attempts {
			return err
		}
		select {
		case <-time.After(wait):
			wait *= 2
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// post tells whether another attempt is worth it.
func (w Webhook) post(ctx context.Context, body []byte) (again bool, err error) {
	limit := w.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return false, withoutURL(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "gpsntpd")
	c := http.Client{
		Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		// Elsewhere it would mostly be asked for with GET, and nobody told of the alarm.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := c.Do(r)
	if err != nil {
		return true, withoutURL(err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	if answer.StatusCode >= 300 {
		again = answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests
		return again, fmt.Errorf("answered %s", answer.Status)
	}
	return false, nil
}

// withoutURL takes the URL off err, which is logged.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
