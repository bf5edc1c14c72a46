package story

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"math"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
	"gpsntpd/server/web"
	"gpsntpd/server/why"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shown serves the page of s until end is called, or the test ends.
func shown(t *testing.T, s *Stage, address string) (host string, end func()) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		page := web.New(web.Options{Daemon: s, API: control.Server{Daemon: s}, Host: "timeserver", Guard: httpd.NewGuard(nil, nil)})
		_ = page.Run(ctx, l) // whoever asks sees whether it runs
	}()
	end = func() { cancel(); <-ended }
	t.Cleanup(end)
	return l.Addr().String(), end
}

// counted counts what is read.
type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += n
	return n, err
}

// newStage is a story that begins.
func newStage(t *testing.T) *Stage {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// listening is the stream that the page listens to, from its first news on.
type listening struct {
	*testing.T
	bytes  counted
	lines  *bufio.Reader
	others int // events that are not of each second
}

func listen(t *testing.T, host, lang string) (l *listening, end func()) {
	t.Helper()
	resp, err := http.Get("http://" + host + "/news?lang=" + lang)
	if err != nil {
		t.Fatal(err)
	}
	end = func() {
		resp.Body.Close()
		http.DefaultClient.CloseIdleConnections()
	}
	t.Cleanup(end)
	l = &listening{T: t, bytes: counted{Reader: resp.Body}}
	l.lines = bufio.NewReader(&l.bytes)
	return l, end
}

// news is what the page is told each second.
type news struct {
	State string
	Now   int64
	Point [5]*float64
	Cells map[string]any
}

// next returns the next news of a second. What is drawn comes after some of them.
func (l *listening) next() (n news) {
	l.Helper()
	name := ""
	for {
		line, err := l.lines.ReadString('\n')
		if err != nil {
			l.Fatal(err)
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case field == "event":
			name = value
		case field == "data" && name == "":
			if err := json.Unmarshal([]byte(value), &n); err != nil {
				l.Fatal(err, value)
			}
			l.lines.ReadString('\n')
			return n
		case field == "data":
			l.others++
		case field == "":
			name = ""
		}
	}
}

// What a page may be told: 40 MB in a day, in which it has a lock; and half as much again
// in the first hour without pulses, when ages are told in seconds in many places.
const (
	perDay = 40e6
	most   = perDay * 3 / 2
)

func TestAnOpenPageIsToldLittleInEveryStateOfTheStory(t *testing.T) {
	s := newStage(t)
	host, _ := shown(t, s, "127.0.0.1:0")
	for _, c := range []struct {
		name string
		at   time.Duration // of the story
		most float64       // bytes a day
	}{{"locked", 25 * time.Minute, perDay}, {"holdover", Unplugged + 2*time.Minute, most}, {"not synchronized", PluggedIn - 10*time.Minute, most}} {
		s.Play(c.at - s.passed())
		for _, lang := range []string{"en", "zh"} {
			l, end := listen(t, host, lang)
			l.next()
			first := l.bytes.n
			const seconds = 120
			for range seconds {
				s.Play(time.Second)
				l.next()
			}
			each := float64(l.bytes.n-first) / seconds
			t.Logf("%s, %s: %d bytes first, then %.0f a second, %.1f MB a day, %d pictures", c.name, lang, first, each, each*86400/1e6, l.others)
			end()
			if each*86400 > c.most {
				t.Errorf("%s, %s: %.0f bytes a second", c.name, lang, each)
			}
		}
	}
}

// numbers is where a text is split to write some of them anew.
var numbers = regexp.MustCompile(`[0-9]+`)

// apply does what the page does with the cells of its news.
func apply(t *testing.T, page map[string]string, n news) {
	t.Helper()
	for id, change := range n.Cells {
		switch c := change.(type) {
		case string:
			page[id] = c
			for _, within := range regexp.MustCompile(`id="([^"]+)">(.*?)</(?:span|em|strong|dd|td)>`).FindAllStringSubmatch(c, -1) {
				page[within[1]] = within[2]
			}
		case []any:
			i, at := -1, map[float64]string{}
			for j := 0; j < len(c); j += 2 {
				at[c[j].(float64)] = c[j+1].(string)
			}
			page[id] = numbers.ReplaceAllStringFunc(page[id], func(old string) string {
				i += 2
				if anew, is := at[float64(i)]; is {
					return anew
				}
				return old
			})
		}
	}
}

// words is the text of a cell.
func words(cell string) string {
	text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(cell, ""))
	return strings.ReplaceAll(text, "\u00a0", " ")
}

func TestAllThatThePageSaysInASecondIsOfOneMoment(t *testing.T) {
	s := newStage(t)
	host, _ := shown(t, s, "127.0.0.1:0")
	for _, lang := range []string{"en", "zh"} {
		l, _ := listen(t, host, lang)
		page := map[string]string{}
		apply(t, page, l.next())
		since := map[string]string{}
		for range 120 {
			s.Play(time.Duration(5+s.passed().Minutes()/4) * time.Second)
			n := l.next()
			apply(t, page, n)
			m, _ := s.Moment(t.Context(), lang)
			if n.Now != m.Status.Now.UnixMilli() {
				t.Fatalf("%d is told at %v", n.Now, m.Status.Now)
			}
			state := fmt.Sprint(m.Status.State, m.Status.Stratum)
			if before := since[state]; before != "" && before != words(page["since"]) {
				t.Errorf("%s %v: %s is %q, and was %q", lang, s.passed(), state, words(page["since"]), before)
			}
			since[state] = words(page["since"])
			for id, want := range map[string]string{"sentence": m.Why.Sentence, "remedy": m.Why.Remedy} {
				if got := words(page[id]); got != strings.ReplaceAll(want, "`", "") {
					t.Errorf("%s %v: %s is %q, not %q", lang, s.passed(), id, got, want)
				}
			}
			if b := m.Status.BoundSeconds; b != nil && (n.Point[1] == nil || *n.Point[1] != math.Ceil(*b*1e9)) {
				t.Errorf("%s %v: the bound is %v, not %g", lang, s.passed(), n.Point[1], *b)
			}
			for i, link := range m.Why.Links {
				if got := words(page[fmt.Sprint("w-", i)]); got != strings.ReplaceAll(link.Text, "`", "") {
					t.Errorf("%s %v: link %d is %q, not %q", lang, s.passed(), i, got, link.Text)
				}
			}
			if h := m.Status.Holdover; h != nil && h.Since != nil && h.SafeUntil != nil && words(page["note"]) != why.Forecast(h.SafeUntil.Time, m.Status.Now.Time, Limit, why.Language(lang)) {
				t.Errorf("%s %v: the forecast is %q", lang, s.passed(), words(page["note"]))
			}
		}
	}
}
