package control

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gpsntpd/server/human"
)

const watchPath = "/v1/watch"

// eventBytes is how long an event may be.
const eventBytes = 1 << 20

// Watch hands each event to take, beginning with the status of this moment, until
// ctx ends (nil), take returns an error (that), or the daemon says no more.
func (c *Client) Watch(ctx context.Context, take func(Event) error) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	silence := time.AfterFunc(clientTimeout, end) // a daemon that is well says something each second
	defer silence.Stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://gpsntpd"+watchPath, nil)
	if err != nil {
		return err
	}
	stream := http.Client{Transport: c.http.Transport}
	resp, err := stream.Do(r)
	if err != nil {
		return withoutAddress(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, eventBytes)
	if resp.StatusCode != http.StatusOK {
		lines.Scan()
		return refused(resp, lines.Bytes())
	}
	var e Event
	for lines.Scan() {
		silence.Reset(clientTimeout)
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch field {
		case "event":
			e.Name = value
		case "data":
			e.JSON = append(human.JSON([]byte(value)), '\n')
		case "":
			if err := take(e); err != nil {
				return err
			}
			e = Event{}
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("gpsntpd broke off its answer: %w", err)
	}
	return errSilent
}

// errSilent says that no more events come.
var errSilent = errors.New("gpsntpd says no more; has it ended?")
