package notice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var one = Notice{
	Host: "clock", Code: "no_pulse", Severity: "critical", State: Raised,
	Time: time.Date(2026, 11, 22, 8, 0, 0, 120e6, time.UTC),
	Text: `No pulses arrive on "$(reboot)".`, Remedy: "Check the wire.",
}

// script writes a program for the shell.
func script(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAProgramGetsAllByArgumentsAndEnvironmentAndNoShell(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	program := script(t, `printf '%s\n' "$@" >"$1"; env | grep ^GPSNTPD_ | sort >>"$1"`)
	if _, err := (Exec{Command: []string{program, out}}).Try(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want := out + "\nno_pulse\ncritical\nraised\n" + one.Text + `
GPSNTPD_ALARM_CODE=no_pulse
GPSNTPD_ALARM_HOST=clock
GPSNTPD_ALARM_REMEDY=Check the wire.
GPSNTPD_ALARM_SEVERITY=critical
GPSNTPD_ALARM_STATE=raised
GPSNTPD_ALARM_TEXT=` + one.Text + `
GPSNTPD_ALARM_TIME=2026-11-22T08:00:00.12Z
`
	if string(got) != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestAProgramThatHangsIsEndedWithItsChildren(t *testing.T) {
	_, err := Exec{Command: []string{script(t, "sleep 600 & sleep 600")}, Limit: 50 * time.Millisecond}.Try(t.Context(), one)
	if err == nil || !strings.Contains(err.Error(), "ended after") {
		t.Error(err)
	}
}

func TestNothingOfAProgramOutlivesItsEnd(t *testing.T) {
	folder := t.TempDir()
	const forks = `setsid sh -c 'setsid sleep 600 & echo $! $$ >pids.new; mv pids.new pids; wait' & sleep 600`
	program := script(t, "cd "+folder+"\n"+forks)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	go func() {
		_, err := Exec{Command: []string{program}, Limit: time.Hour}.Try(ctx, one)
		ended <- err
	}()
	var pids [2]int
	for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
		text, _ := os.ReadFile(filepath.Join(folder, "pids"))
		if n, _ := fmt.Sscan(string(text), &pids[0], &pids[1]); n == 2 {
			break
		}
	}
	cancel()
	<-ended
	for _, pid := range pids {
		if err := unix.Kill(pid, 0); err != unix.ESRCH {
			t.Errorf("%d in a session of its own still runs: %v", pid, err)
		}
	}
}

func TestAProgramHasNoCapabilitiesAndGetsNone(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	if _, err := (Exec{Command: []string{script(t, `cat /proc/self/status >"$1"`), out}}).Try(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CapPrm:\t0000000000000000\n", "CapEff:\t0000000000000000\n", "CapAmb:\t0000000000000000\n", "NoNewPrivs:\t1\n"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("not %q:\n%s", want, got)
		}
	}
}

func TestAProgramThatLeavesSomethingInTheBackgroundHasDelivered(t *testing.T) {
	if _, err := (Exec{Command: []string{script(t, "sleep 5 &")}}).Try(t.Context(), one); err != nil {
		t.Error(err)
	}
}

func TestWhyAProgramFailedIsSaid(t *testing.T) {
	_, err := Exec{Command: []string{script(t, "echo no mail today >&2; exit 3")}}.Try(t.Context(), one)
	if err == nil || !strings.Contains(err.Error(), "no mail today") || !strings.Contains(err.Error(), "3") {
		t.Error(err)
	}
	if _, err := (Exec{Command: []string{"/nonexistent"}}).Try(t.Context(), one); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestAWebhookIsTriedAgainWhereThatMayHelp(t *testing.T) {
	for _, c := range []struct {
		answers []int
		asked   int32
		good    bool
	}{
		{[]int{200}, 1, true},
		{[]int{302, 200}, 1, false}, // what is asked for there is no notice
		{[]int{503, 429, 204}, 3, true},
		{[]int{404}, 1, false},
		{[]int{500, 500, 500, 500, 500, 500}, attempts, false},
	} {
		var asked atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := asked.Add(1)
			var got Notice
			if err := json.NewDecoder(r.Body).Decode(&got); err != nil || got != one || r.Method != http.MethodPost ||
				r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%v: %+v", err, got)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.answers[n-1])
		}))
		err := insist(t.Context(), Webhook{URL: s.URL}, one, time.Millisecond, never(t))
		s.Close()
		if (err == nil) != c.good || asked.Load() != c.asked {
			t.Errorf("%v: %v after %d attempts", c.answers, err, asked.Load())
		}
	}
}

func TestAWebhookThatNobodyServesEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := insist(ctx, Webhook{URL: "http://127.0.0.1:1/"}, one, time.Hour, func(error) {}); err == nil {
		t.Error("delivered")
	}
}

func TestSyslogGetsALineOfRFC5424(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	local, err := net.ListenPacket("unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	remote, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer remote.Close()
	cleared := one
	cleared.State = Cleared
	warning := one
	warning.Severity, warning.Text = "warning", "two\nlines"
	for _, c := range []struct {
		listener net.PacketConn
		way      Syslog
		notice   Notice
		want     string
	}{
		{local, Syslog{16, "unixgram", path}, one,
			`^<130>1 2026-11-22T08:00:00\.120000Z clock gpsntpd \d+ no_pulse - raised: No pulses arrive on "\$\(reboot\)"\. Check the wire\.$`},
		{local, Syslog{16, "unixgram", path}, cleared, `^<133>1 .* no_pulse - cleared: No pulses arrive`},
		{remote, Syslog{3, "udp", remote.LocalAddr().String()}, warning, `^<28>1 .* - raised: two lines Check the wire\.$`},
	} {
		if _, err := c.way.Try(t.Context(), c.notice); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 2048)
		n, _, err := c.listener.ReadFrom(buffer)
		if got := string(buffer[:n]); err != nil || !regexp.MustCompile(c.want).MatchString(got) {
			t.Errorf("%v: %s", err, got)
		}
	}
}

func TestWhereSyslogIsCanBeSaidInThreeWays(t *testing.T) {
	for word, want := range map[string]Syslog{
		"local0":               {16, "unixgram", "/dev/log"},
		"daemon":               {3, "unixgram", "/dev/log"},
		"192.0.2.1:514":        {3, "udp", "192.0.2.1:514"},
		"[2001:db8::1]:514":    {3, "udp", "[2001:db8::1]:514"},
		"local7@192.0.2.1:514": {23, "udp", "192.0.2.1:514"},
		"":                     {}, "kern": {}, "local0@": {}, "local0@host:514": {}, "@192.0.2.1:514": {}, "192.0.2.1": {},
	} {
		if got, ok := ParseSyslog(word); got != want || ok != (want != Syslog{}) {
			t.Errorf("%q: %+v, %v", word, got, ok)
		}
	}
}

// way is a way that says what it takes, and fails.
type way struct{ got chan Notice }

func (w way) String() string { return "a way" }

func (w way) Try(ctx context.Context, n Notice) (string, error) {
	select {
	case w.got <- n:
	case <-ctx.Done():
	}
	return "", errors.New("no such address")
}

func TestWhoPostsNeverWaitsAndWhatIsLostIsLogged(t *testing.T) {
	var log bytes.Buffer
	w := way{got: make(chan Notice)}
	p := New(zerolog.New(&log), w)
	for range queued + 3 { // no one runs yet
		p.Send(one)
	}
	if n := strings.Count(log.String(), "too many wait"); n != 3 {
		t.Errorf("%d lost: %s", n, &log)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Run(ctx) }()
	for range queued {
		if n := <-w.got; n != one {
			t.Errorf("%+v", n)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "no such address") {
		t.Errorf("%s", &log)
	}
}

func FuzzParseSyslog(f *testing.F) {
	f.Add("local0@192.0.2.1:514")
	f.Fuzz(func(t *testing.T, word string) {
		if s, ok := ParseSyslog(word); ok && (s.Facility < 1 || s.Facility > 23 || s.Address == "") {
			t.Errorf("%q: %+v", word, s)
		}
	})
}

func TestWhatAWebhooksURLHidesIsInNoError(t *testing.T) {
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	turned := httptest.NewServer(http.RedirectHandler(dead.URL+"/s3cret", http.StatusTemporaryRedirect))
	defer turned.Close()
	refused := httptest.NewServer(http.NotFoundHandler())
	defer refused.Close()
	for _, url := range []string{ // each fails
		dead.URL + "/s3cret?key=s3cret", strings.Replace(dead.URL, "//", "//me:s3cret@", 1), turned.URL + "/s3cret",
		refused.URL + "/s3cret", "http://s3cret:1:2/", "http://127.0.0.1:1/%zzs3cret",
	} {
		if _, err := (Webhook{URL: url}).Try(t.Context(), one); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
