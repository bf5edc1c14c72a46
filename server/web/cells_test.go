package web

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/server/control"
)

func TestACellIsWhatIsMarkedAndKnowsItsFrame(t *testing.T) {
	marked := "<p>" + string(inCell("a", "1 s")) + "</p><ul>" + string(begin("list")) + "<li>" + string(inCell("x", "one")) + "</li>" + string(inCell("y", "two")) + string(end()) + "</ul>"
	html, all := cells(marked)
	if html != "<p>1 s</p><ul><li>one</li>two</ul>" {
		t.Errorf("%q", html)
	}
	want := []cell{
		{"a", "1 s", "1 s", -1}, {"list", "<li>one</li>two", "<li>" + nul + "</li>" + nul, -1},
		{"x", "one", "one", 1}, {"y", "two", "two", 1},
	}
	if !slices.Equal(all, want) {
		t.Errorf("%+v", all)
	}
}

func TestWhatHasNotChangedIsNotTold(t *testing.T) {
	page := func(age, first, second string) []cell {
		_, all := cells(string(inCell("age", plain(age))) + string(begin("list")) + "<b>" + string(inCell("x", plain(first))) + "</b>" + second + string(end()))
		return all
	}
	now := func(id string) bool { return false }
	told := told{}
	for i, c := range []struct {
		cells []cell
		wait  func(string) bool
		want  string
	}{
		{page("5 s", "bad", ""), now, "map[age:5 s list:<b>bad</b>]"},
		{page("5 s", "bad", ""), now, "map[]"},
		{page("6 s", "bad", ""), now, "map[age:[1 6]]"},
		{page("6 s", "good", ""), now, "map[x:good]"},
		{page("6 s", "good", "<i></i>"), now, "map[list:<b>good</b><i></i>]"},
		{page("7 s", "good", "<i></i>"), func(id string) bool { return id == "age" }, "map[]"},
		{page("8 min", "good", "<i></i>"), func(id string) bool { return id == "age" }, "map[age:8 min]"},
		{page("8 min", "at 3", "<i></i>"), now, "map[x:at 3]"},
		{page("8 min", "at 4", "<i></i>"), func(id string) bool { return id == "list" }, "map[]"},
		{page("9 min", "at 5", "<i></i>"), now, "map[age:[1 9] x:[1 5]]"},
	} {
		if got := fmt.Sprint(told.changed(c.cells, c.wait)); got != c.want {
			t.Errorf("%d: %s, not %s", i, got, c.want)
		}
	}
}

func TestEachCellIsInAnElementWithItsID(t *testing.T) {
	for _, state := range []string{"locked", "holdover", "unsynchronized", "starting"} {
		s := showing(&scene{state: state})
		v, err := s.live(t.Context(), "en", nil)
		if err != nil {
			t.Fatal(err)
		}
		page := ask(t, s, "/?lang=en").Body.String()
		ids := map[string]int{}
		for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			ids[id[1]]++
		}
		for _, c := range v.cells {
			if ids[c.id] == 0 {
				t.Errorf("%s: no element is %q", state, c.id)
			}
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%s: %d elements are %q", state, n, id)
			}
		}
		if strings.Contains(page, nul) || strings.Count(page, "<h1") != 1 {
			t.Errorf("%s: marks or headings", state)
		}
	}
}

func TestClientsAreListedWithWhatTheyGet(t *testing.T) {
	page := ask(t, showing(&scene{state: "locked"}), "/?lang=en").Body.String()
	rows := regexp.MustCompile(`id="c-\d-address">([^<]+)</td><td[^>]*><span data-gets="(\w+)">(.*?)</span>`).FindAllStringSubmatch(page, -1)
	var got []string
	for _, r := range rows {
		got = append(got, r[1]+" "+r[2]+" "+regexp.MustCompile(`<[^>]*>`).ReplaceAllString(r[3], ""))
	}
	want := []string{
		"192.168.10.14 refused refused: not synchronized", "192.168.10.15 refused refused: asks too often", "192.168.10.16 refused refused",
		"192.168.10.11 served synchronized by us", "192.168.10.12 served synchronized by us", "2001:db8::1 served synchronized by us",
		"192.168.10.13 silent silent since 12:30:39 UTC",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if !strings.Contains(page, "7 in all: 3 synchronized by us, 3 refused, 1 silent") {
		t.Error("they are not counted")
	}
	who := gets(&control.ClientEntry{Requests: 100, Drops: 26, Verdict: new("answered")})
	if who != refused {
		t.Error("one of whose requests a quarter is dropped is served")
	}
}

func TestNewsAreToldWithEachSecondAndOnceToWhoCannotListen(t *testing.T) {
	sc := &scene{state: "locked"}
	s := showing(sc)
	address, _ := run(t, s)
	resp, err := http.Get("http://" + address + newsPath + "?lang=zh")
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	var text strings.Builder
	b := make([]byte, 4096)
	read := func(until string) {
		for !strings.HasSuffix(text.String(), "\n\n") || !strings.Contains(text.String(), until) {
			n, err := resp.Body.Read(b)
			if err != nil {
				t.Fatal(err, text.String())
			}
			text.Write(b[:n])
		}
	}
	read("event: pulse")
	if first := text.String(); !strings.HasPrefix(first, `data: {"version":"0.1.0","state":"locked","now":1795955696789,"point":[-210,3900,-11.804,51.2,128934],"cells":{`) || !strings.Contains(first, "已锁定") {
		t.Error(first)
	}
	text.Reset()
	sc.again(t)
	read("data: ")
	if again := text.String(); again != `data: {"now":1795955696789,"point":[-210,3900,-11.804,51.2,128934]}`+"\n\n" {
		t.Errorf("when nothing has changed: %q", again)
	}
	if once := ask(t, s, newsPath+"/once?lang=en").Body.String(); !strings.HasPrefix(once, `{"version":"0.1.0"`) || !strings.Contains(once, "Locked to the receiver") {
		t.Error(once)
	}
	if now := ask(t, s, "/now"); now.Body.String() != `"`+moment().Format("2006-01-02T15:04:05.000000000Z")+`"` {
		t.Error(now.Body.String())
	}
}

func TestWhatIsTakenForAMomentIsOne(t *testing.T) {
	v := view{W: english, Status: control.Status{Now: control.Time{Time: time.Date(2026, 11, 30, 0, 0, 1, 0, time.UTC)}}}
	if got := v.Marked("since 2026-11-29 23:59:59 UTC"); !strings.Contains(string(got), `datetime="2026-11-29T23:59:59Z"`) {
		t.Error(got)
	}
}

func BenchmarkASecondOfAnOpenPage(b *testing.B) {
	s := showing(&scene{state: "holdover"})
	var l listener
	for b.Loop() {
		event := new(byte)
		v, err := s.live(b.Context(), "en", event)
		if err != nil {
			b.Fatal(err)
		}
		l.next(v)
	}
}
