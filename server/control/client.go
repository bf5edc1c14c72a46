package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/server/human"
)

const (
	clientTimeout = 5 * time.Second
	answerBytes   = 8 << 20
)

// Client asks the daemon.
type Client struct {
	places []place
	http   http.Client
}

// Client returns a client of the daemon whose socket is at flag, or, when that
// is empty, of the first one that answers in the usual places.
func (e Environment) Client(flag string) *Client {
	c := &Client{places: e.places(flag)}
	c.http.Timeout = clientTimeout
	c.http.Transport = &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return c.dial(ctx) },
	}
	return c
}

// Answer is what the daemon said. In it may stand what a receiver, a webhook or another
// daemon said, but nothing that steers the terminal of whoever reads it: this is where
// it comes in.
type Answer[T any] struct {
	Value T      // with strings that are human.Printable
	JSON  []byte // what came, one line: a newer daemon may say more than we understand
}

// ErrHung says that the daemon was reached, and has not answered.
var ErrHung = errors.New("gpsntpd has taken the question, but does not answer in time; its log may say why")

// ErrUnanswered says that the daemon's loop did not come round to the question.
var ErrUnanswered = errors.New("gpsntpd cannot answer")

// UnreachableError says that no daemon is reached at any place.
type UnreachableError struct {
	Places []string
	Stale  bool // there is a socket at one of them, but no daemon listens
}

// Error implements error.
func (e UnreachableError) Error() string {
	return fmt.Sprintf("no gpsntpd answers at %s; is it running? `systemctl status gpsntpd`", strings.Join(e.Places, " or "))
}

func ask[T any](ctx context.Context, c *Client, path string) (Answer[T], error) {
	return request[T](ctx, c.http, http.MethodGet, path)
}

func request[T any](ctx context.Context, c http.Client, method, path string) (a Answer[T], err error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://gpsntpd"+path, nil)
	if err != nil {
		return a, err
	}
	resp, err := c.Do(r)
	if err != nil {
		return a, withoutAddress(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, answerBytes))
	if err != nil {
		return a, fmt.Errorf("gpsntpd broke off its answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return a, refused(resp, text)
	}
	a.JSON = human.JSON(text)
	if err := json.Unmarshal(human.PlainJSON(text), &a.Value); err != nil {
		return a, fmt.Errorf("gpsntpd's answer makes no sense: %w", err)
	}
	return a, nil
}

// withoutAddress takes the address, which is made up, off err.
func withoutAddress(err error) error {
	e, ok := errors.AsType[*url.Error](err)
	switch {
	case ok && e.Timeout():
		return ErrHung
	case ok:
		return e.Err
	}
	return err
}

// refused is why resp, whose body is text, is no answer.
func refused(resp *http.Response, text []byte) error {
	var r refusal
	if json.Unmarshal(text, &r) != nil || r.Error == "" {
		r.Error = resp.Status
	}
	r.Error = human.Printable(r.Error)
	if resp.StatusCode == http.StatusServiceUnavailable {
		return fmt.Errorf("%w: %s", ErrUnanswered, r.Error)
	}
	return fmt.Errorf("gpsntpd cannot answer: %s", r.Error)
}

// dial connects to the first place where a daemon answers. When none does, a socket
// that is there and closed to us says more than one that is not there.
func (c *Client) dial(ctx context.Context) (net.Conn, error) {
	var none UnreachableError
	var shut error
	for _, p := range c.places {
		conn, err := p.dial(ctx)
		if err == nil {
			return conn, nil
		}
		none.Places = append(none.Places, p.path)
		none.Stale = none.Stale || errors.Is(err, unix.ECONNREFUSED)
		if shut == nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ECONNREFUSED) {
			shut = err
		}
	}
	if shut != nil {
		return nil, shut
	}
	return nil, none
}

// admission is what lets a user ask at a socket that is not his: being root, or of the
// group of its folder.
func admission(socket string) string {
	const root = "use sudo"
	var folder unix.Stat_t
	if unix.Stat(filepath.Dir(socket), &folder) != nil || folder.Gid == 0 {
		return root
	}
	group, err := user.LookupGroupId(strconv.Itoa(int(folder.Gid)))
	if err != nil {
		return root
	}
	return fmt.Sprintf("%s, or `sudo usermod -aG %s $USER` and log in again", root, group.Name)
}

func (p place) dial(ctx context.Context) (net.Conn, error) {
	if p.owner != anyone {
		if err := private(filepath.Dir(p.path), p.owner); err != nil {
			return nil, err
		}
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", p.path)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("control socket %s: %w: %s", p.path, fs.ErrPermission, admission(p.path))
	case err != nil:
		return nil, fmt.Errorf("control socket %s: %w", p.path, cause(err))
	}
	return conn, nil
}
