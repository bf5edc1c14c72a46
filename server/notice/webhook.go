package notice

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"gpsntpd/server/human"
	"gpsntpd/server/why"
)

// Webhook posts each notice to a URL, as JSON or in the format of a service.
type Webhook struct {
	Name     string // "" is "webhook"
	URL      string // of Telegram "" is the usual one
	Format   string // one of Formats; "" is "json"
	Secret   string // that DingTalk and Feishu sign with, or the token of a bot of Telegram
	Chat     string // of Telegram
	Language why.Language
	Limit    time.Duration // of one attempt; 0 is DefaultLimit
}

// String implements Way.
func (w Webhook) String() string { return cmp.Or(w.Name, "webhook") } // its URL may hold a secret

// Reach is the address that is asked, for who has to allow it; it may hold a secret.
func (w Webhook) Reach() string {
	if w.Format == "telegram" {
		return cmp.Or(w.URL, telegramAPI)
	}
	return w.URL
}

// Try implements Way.
func (w Webhook) Try(ctx context.Context, n Notice) (answer string, err error) {
	f, now := formats[cmp.Or(w.Format, "json")], time.Now()
	address := w.URL
	if f.address != nil {
		address = f.address(&w, now)
	}
	var body bytes.Buffer
	encode := json.NewEncoder(&body)
	encode.SetEscapeHTML(false)
	if err := encode.Encode(f.body(&w, n, now)); err != nil {
		return "", err
	}
	limit := cmp.Or(w.Limit, DefaultLimit)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(bytes.TrimSpace(body.Bytes())))
	if err != nil {
		return "", withoutURL(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "gpsntpd")
	answer, err = post(r, f.taken)
	switch {
	case err != nil && ctx.Err() == context.DeadlineExceeded:
		err = passing{error: fmt.Errorf("no answer within %v", limit), away: away(err)}
	case err != nil:
		err = w.discreet(err)
	}
	return w.hide(answer), err
}

// answerBytes is how much of an answer is read.
const answerBytes = 64 << 10

// post sends r, and tells by the status and by what taken makes of the body whether it
// has been taken.
func post(r *http.Request, taken func([]byte) error) (answer string, err error) {
	c := http.Client{
		Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		// Elsewhere it would mostly be asked for with GET, and no one told of the alarm.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var connected atomic.Bool
	got, err := c.Do(r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				connected.Store(true)
			}
		},
	})))
	if err != nil {
		return "", passing{error: withoutURL(err), away: !connected.Load()}
	}
	defer got.Body.Close()
	body, err := io.ReadAll(io.LimitReader(got.Body, answerBytes))
	if err != nil {
		return "", passing{error: err}
	}
	answer = begun(oneLine(got.Status+" "+human.Printable(string(body))), said)
	if got.StatusCode < 300 {
		if taken == nil {
			return answer, nil
		}
		return answer, taken(body)
	}
	failed := fmt.Errorf("answered %s", answer)
	if got.StatusCode != http.StatusTooManyRequests && got.StatusCode < 500 {
		return answer, failed
	}
	return answer, passing{error: failed, pause: max(retryAfter(got.Header), pauseIn(body))}
}

// retryAfter is how long h asks to wait (RFC 9110, section 10.2.3).
func retryAfter(h http.Header) time.Duration {
	word := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(word); err == nil && seconds > 0 {
		return time.Duration(min(seconds, int(time.Hour/time.Second)*24)) * time.Second
	}
	if at, err := http.ParseTime(word); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}

// pauseIn is how long a body asks to wait, as Telegram's does beside status 429.
func pauseIn(body []byte) time.Duration {
	asked, _ := errors.AsType[passing](telegramTaken(body))
	return asked.pause
}

// withoutURL takes the URL off err, which is logged.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// discreet is err without our secrets, which an answer may repeat.
func (w Webhook) discreet(err error) error {
	again, passes := errors.AsType[passing](err)
	if text := err.Error(); w.hide(text) != text {
		err = errors.New(w.hide(text))
	}
	if passes {
		return passing{err, again.pause, again.away}
	}
	return err
}

// shortest is how long a word of a URL must be to be taken for a secret.
const shortest = 6

// hide leaves out of text what the URL has behind its host, and the secret.
func (w Webhook) hide(text string) string {
	words := []string{w.Secret}
	if u, err := url.Parse(w.URL); err == nil {
		words = append(words, strings.Split(u.Path, "/")...)
		for _, values := range u.Query() {
			words = append(words, values...)
		}
	}
	for _, word := range words {
		if len(word) >= shortest {
			text = strings.ReplaceAll(text, word, "…")
		}
	}
	return text
}
