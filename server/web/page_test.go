package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ask asks a server for a path of localhost.
func ask(t *testing.T, s *Server, path string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "localhost:8123"
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// showing is a server of a scene.
func showing(s *scene) *Server {
	s.began = moment()
	return New(Options{Daemon: s, API: s.api(), Guard: httpd.NewGuard([]string{"time.example"}, nil)})
}

func TestThePageSaysTheEssentialsWithoutAScript(t *testing.T) {
	for state, want := range map[string][]string{
		"locked":         {">Locked<", "error below 3.9\u00a0µs", ">12:34:56</time>", "± 3.9 µs as served", "Sunday, 29 November 2026 · day 333", "None now.", "11 of 17", "−11.804 ppm", "Clients are told stratum 1.", "4 h 1 min", "128\u202f934", "/dev/ttyAMA0 · ok · 9600 baud", "certificate until 2028-11-29"},
		"holdover":       {">Holdover<", "± 88 µs as served", "No pulse for 48\u00a0min", "Check the antenna and its cable", `data-severity="critical"`, `data-condition="bad"`, `since <time datetime="2026-11-29T09:22:56Z">09:22:56 UTC</time>`},
		"unsynchronized": {">Not synchronized<", "not synchronized: do not rely on this time", `<dd id="stratum">none</dd>`},
		"starting":       {">Starting<", "no time is known yet", `<dd id="bound">–</dd>`, "Enable the UART"},
	} {
		w := ask(t, showing(&scene{state: state}), "/")
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Fatal(state, w.Code, w.Header())
		}
		for _, text := range append(want, `data-state="`+state+`"`, `<noscript><meta http-equiv="refresh" content="10"></noscript>`) {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s: the page does not say %q", state, text)
			}
		}
	}
}

func TestADaemonThatDoesNotAnswerHasAPageThatSaysSo(t *testing.T) {
	w := ask(t, showing(&scene{state: "locked", silence: errors.New("the loop does not answer")}), "/")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "the loop does not answer") || !strings.Contains(w.Body.String(), "--:--:--") {
		t.Error(w.Code, w.Body)
	}
}

func TestTheLanguageOfTheConfigurationIsBeforeThatOfTheBrowser(t *testing.T) {
	s := showing(&scene{state: "locked"})
	s.options.Language = "zh"
	for path, want := range map[string]string{"/": "zh", "/?lang=en": "en"} {
		w := ask(t, s, path, func(r *http.Request) { r.Header.Set("Accept-Language", "en") })
		if !strings.HasPrefix(w.Header().Get("Content-Language"), want) {
			t.Errorf("%s: %s", path, w.Header().Get("Content-Language"))
		}
	}
}

func TestTheLanguageIsThatOfTheAddressOrTheBrowser(t *testing.T) {
	s := showing(&scene{state: "locked"})
	for _, c := range []struct{ path, accept, want string }{
		{"/", "", "en"},
		{"/", "de-DE,de;q=0.9", "en"},
		{"/", "zh-CN,zh;q=0.9,en;q=0.8", "zh"},
		{"/", "fr, ZH-TW;q=0.8, en;q=0.5", "zh"},
		{"/", "en-GB,en,zh", "en"},
		{"/?lang=zh", "en", "zh"},
		{"/?lang=en", "zh", "en"},
		{"/?lang=%3Cscript%3E", "zh", "zh"},
	} {
		w := ask(t, s, c.path, func(r *http.Request) { r.Header.Set("Accept-Language", c.accept) })
		sentence := map[string]string{"en": "Locked to the receiver", "zh": "已锁定到接收机"}[c.want]
		if !strings.HasPrefix(w.Header().Get("Content-Language"), c.want) || !strings.Contains(w.Body.String(), sentence) {
			t.Errorf("%s %q: %s", c.path, c.accept, w.Header().Get("Content-Language"))
		}
	}
}

func TestWhatOthersSayIsTextAndNeverMarkup(t *testing.T) {
	hostile := `<script>alert(1)</script>" onload='x' </script>`
	for state := range map[string]bool{"locked": true, "holdover": true, "starting": true} {
		w := ask(t, showing(&scene{state: state, hostile: hostile}), "/", func(r *http.Request) { r.Host = "localhost" })
		if strings.Contains(w.Body.String(), "<script>alert") || !strings.Contains(w.Body.String(), "&lt;script&gt;alert") {
			t.Error(w.Body)
		}
	}
}

func TestWhatStandsBetweenBackquotesIsToBeTypedAndMomentsAreMarked(t *testing.T) {
	v := &view{Status: control.Status{Now: control.Time{Time: moment()}}}
	for text, want := range map[string]string{
		"see `top`, `a<b`.":            "see <code>top</code>, <code>a&lt;b</code>.",
		"<b>":                          "&lt;b&gt;",
		"a ` b":                        "a ` b",
		"a\x00b\x00":                   "a\ufffdb\ufffd",
		"":                             "",
		"safe until 18:42 UTC (1 ms)":  `safe until <time datetime="2026-11-29T18:42Z">18:42 UTC</time> (1` + "\u00a0" + `ms)`,
		"在 2026-11-30 01:42:05 UTC 之前": `在 <time datetime="2026-11-30T01:42:05Z">2026-11-30 01:42:05 UTC</time> 之前`,
	} {
		if got := string(v.Marked(text)); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestThePageHasNoScriptStyleOrAddressOfOthersInIt(t *testing.T) {
	text := ask(t, showing(&scene{state: "holdover"}), "/").Body.String()
	for _, form := range []string{`<script(?: type="module")?>`, `<style`, ` style=`, ` on[a-z]+=`, `https?://`, `(?:src|href)="//`} {
		if found := regexp.MustCompile(form).FindString(text); found != "" {
			t.Errorf("there is %q", found)
		}
	}
}

func TestBothLanguagesHaveTheSameWords(t *testing.T) {
	for key, en := range english {
		zh, there := chinese[key]
		holes := regexp.MustCompile(`\{\w+\}`)
		a, b := holes.FindAllString(en, -1), holes.FindAllString(zh, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !there || zh == "" || !slices.Equal(a, b) {
			t.Errorf("%s: %q, %q", key, en, zh)
		}
	}
	if len(chinese) != len(english) {
		t.Errorf("%d words in Chinese, %d in English", len(chinese), len(english))
	}
}

func TestEveryWordIsUsedAndEveryUsedWordIsThere(t *testing.T) {
	text := "good waiting bad warning critical " + // conditions and severities, as the daemon has them
		pageText + source(t, "src/*.js") + source(t, "items.go") + source(t, "who.go") + source(t, "amount.go") + source(t, "page.go")
	for key := range english {
		prefix, _, _ := strings.Cut(key, "_") // words["theme_" + …]
		if !regexp.MustCompile(`\b` + key + `\b|"` + prefix + `_" \+`).MatchString(text) {
			t.Errorf("%s is used nowhere", key)
		}
	}
	for _, used := range regexp.MustCompile(`(?:words\.|\bsay\("|\bw\["|\bW\["|{{\.W\.)([a-z]\w*)`).FindAllStringSubmatch(text, -1) {
		if _, there := english[used[1]]; !there {
			t.Errorf("%s is used, and not there", used[1])
		}
	}
}

func TestAStuckLoopDoesNotHoldThePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Daemon: stuck{}, API: http.NotFoundHandler(), Guard: httpd.NewGuard(nil, nil)})
		if w := ask(t, s, "/"); w.Code != http.StatusServiceUnavailable {
			t.Error(w.Code)
		}
	})
}
