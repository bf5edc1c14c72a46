package main

import (
	"context"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"gpsntpd/cmd/internal/story"
	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
	"gpsntpd/server/metrics"
	"gpsntpd/server/web"
	"gpsntpd/server/why"
)

// scene is all that is shown of one moment.
type scene struct {
	status  control.Status
	why     map[why.Language]control.Why
	alarms  map[why.Language]control.Alarms
	sky     control.Satellites
	pulses  control.Scatter
	screens map[string]string // by verb, page and language, without spaces: lines are broken elsewhere in each
	text    map[string]string // of verbs, as it is printed
	rows    map[string]int    // of each verb
	page    map[why.Language]string
	metrics map[string]string // value by name and labels
}

// bothLanguages are the languages that the screens are looked at in.
var bothLanguages = []why.Language{why.English, why.Chinese}

// look renders everything.
func look(t *testing.T, d *story.Stage, socket string) *scene {
	t.Helper()
	ctx := context.Background()
	v := &scene{why: map[why.Language]control.Why{}, alarms: map[why.Language]control.Alarms{}, screens: map[string]string{}, text: map[string]string{}, rows: map[string]int{}, page: map[why.Language]string{}}
	v.status, _ = d.Status(ctx)
	v.sky, _ = d.Satellites(ctx)
	v.pulses, _ = d.Scatter(ctx)
	run := func(name string, args ...string) {
		text, err := verb(socket, args...)
		if f, is := err.(failure); err != nil && (!is || f.err != nil) {
			t.Fatalf("%s: %v", name, err)
		}
		v.screens[name], v.text[name] = bare(text), text
		v.rows[name] = strings.Count(text, "\n")
	}
	for _, name := range []string{"status", "health", "budget", "holdover", "satellites", "pulse", "sources", "tracking"} {
		run(name, name)
		run(name+" zh", name, "--lang", "zh")
	}
	for _, l := range bothLanguages {
		v.why[l], _ = d.Why(ctx, string(l))
		v.alarms[l], _ = d.Alarms(ctx, string(l))
		run("why "+string(l), "why", "--lang", string(l))
		run("alarms "+string(l), "alarms", "--lang", string(l))
		v.page[l] = showPage(t, d, l)
		v.screens["page "+string(l)] = bare(shown(v.page[l]))
	}
	v.metrics = scrape(t, d)
	return v
}

// bare is text without spaces.
func bare(text string) string { return strings.Join(strings.Fields(text), "") }

var (
	script = regexp.MustCompile(`(?s)<script.*?</script>`)
	tag    = regexp.MustCompile(`<[^>]*>`)
	past   = regexp.MustCompile(`(?s)<details id="past-alarms">.*?</details>`) // what was said then, with its time
)

// shown is the text of a page.
func shown(page string) string {
	return html.UnescapeString(tag.ReplaceAllString(past.ReplaceAllString(script.ReplaceAllString(page, ""), ""), " "))
}

func showPage(t *testing.T, d *story.Stage, l why.Language) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/?lang="+string(l), nil)
	w := httptest.NewRecorder()
	web.New(web.Options{Daemon: d, API: control.Server{Daemon: d}, Host: "clock", Guard: httpd.NewGuard(nil, nil)}).ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("page: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// scrape asks for the metrics of a server that has not been asked before: what it
// answered would be kept for a second, in which the story goes on by hours.
func scrape(t *testing.T, d control.Daemon) map[string]string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- metrics.Server{Daemon: d, Guard: httpd.NewGuard(nil, nil)}.Run(ctx, l) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	answer, err := http.Get("http://" + l.Addr().String() + metrics.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer.Status, err, string(text))
	}
	all := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && !strings.HasPrefix(line, "#") {
			all[name] = value
		}
	}
	return all
}
