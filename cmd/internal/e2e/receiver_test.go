//go:build !captures

package e2e

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/creack/pty"
)

// receiver plays a receiver on a pseudo-terminal, behind a symbolic link as
// udev makes them: it can be plugged in, told what to say, and pulled out.
type receiver struct {
	t     *testing.T
	path  string // the link
	speak chan func(time.Time) string
	ended chan struct{}
}

func plug(t *testing.T, path string) *receiver {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(slave.Name(), path); err != nil {
		t.Fatal(err)
	}
	r := &receiver{t: t, path: path, speak: make(chan func(time.Time) string), ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		defer slave.Close()
		defer master.Close()
		second := time.NewTicker(time.Second)
		defer second.Stop()
		say, more := <-r.speak
		for more {
			select {
			case now := <-second.C:
				if _, err := master.WriteString(say(now.UTC())); err != nil {
					t.Error(err)
				}
			case say, more = <-r.speak:
			}
		}
	}()
	return r
}

// says makes the receiver say something else from the next second on.
func (r *receiver) says(speak func(time.Time) string) { r.speak <- speak }

// pull takes the device away.
func (r *receiver) pull() {
	r.t.Helper()
	close(r.speak)
	<-r.ended
	if err := os.Remove(r.path); err != nil {
		r.t.Error(err)
	}
}

// nmea frames the fields of a sentence.
func nmea(format string, args ...any) string {
	text := fmt.Sprintf(format, args...)
	var sum byte
	for i := range len(text) {
		sum ^= text[i]
	}
	return fmt.Sprintf("$%s*%02X\r\n", text, sum)
}

// What receivers say.

func dateless(now time.Time) string {
	return nmea("GPGGA,%s,5230.0000,N,01324.0000,E,1,08,1.1,34.0,M,45.0,M,,", now.Format("150405.00"))
}

func fixed(now time.Time) string {
	return dateless(now) + nmea("GPRMC,%s,A,5230.0000,N,01324.0000,E,0.0,0.0,%s,,,A", now.Format("150405.00"), now.Format("020106"))
}
