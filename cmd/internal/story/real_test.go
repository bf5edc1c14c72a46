//go:build browser

package story

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"gpsntpd/server/control"
)

// program builds the daemon.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gpsntpd")
	if out, err := exec.Command("go", "build", "-o", path, "gpsntpd/cmd/gpsntpd").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// simulated starts the daemon on the simulated machine, and tells where it shows
// the page and answers NTP.
func simulated(t *testing.T, program, page string) (host, ntp string, end func()) {
	t.Helper()
	c := exec.Command(program, "--sim", "--listen", "127.0.0.1:0", "--web", page, "--control", filepath.Join(t.TempDir(), "control"))
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for host == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if m := regexp.MustCompile(`NTP on +(\S+)`).FindStringSubmatch(line); m != nil {
			ntp = m[1]
		}
		if m := regexp.MustCompile(`page on +http://(\S+)/`).FindStringSubmatch(line); m != nil {
			host = m[1]
		}
	}
	ended := false
	end = func() {
		if !ended {
			ended = true
			c.Process.Signal(syscall.SIGTERM)
			io.Copy(io.Discard, lines)
			c.Wait()
		}
	}
	t.Cleanup(end)
	return host, ntp, end
}

// said is what the daemon answers to the page's question.
func said[T any](b *tab, path string) (v T) {
	b.Helper()
	resp, err := http.Get("http://" + b.host + path)
	if err != nil {
		b.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		b.Fatal(err)
	}
	return v
}

// request asks for the time once.
func request(t *testing.T, ntp string) {
	t.Helper()
	conn, err := net.Dial("udp", ntp)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	question := make([]byte, 48)
	question[0] = 4<<3 | 3
	if _, err := conn.Write(question); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(question); err != nil {
		t.Fatal(err)
	}
}

func TestInABrowserEveryPanelShowsWhatTheDaemonSays(t *testing.T) {
	t.Parallel()
	host, ntp, _ := simulated(t, program(t), "127.0.0.1:0")
	b := open(t, chromium(t), host, 1280, 900)
	b.visit("/?lang=en")
	b.until(`document.documentElement.dataset.state === "locked"`)
	request(t, ntp)
	b.until(drawn)
	b.until(`document.querySelectorAll("#allan .dot").length > 1 && document.querySelectorAll("#histogram .bar").length > 1`)

	b.until(`document.getElementById("clients").textContent.includes("127.0.0.1")`)
	clients := said[control.Clients](b, "/v1/clients")
	if n := eval[int](b, `document.querySelectorAll("#clients tr").length`); n != len(clients) || n != 1 {
		t.Errorf("%d clients, not %d", n, len(clients))
	}
	// Each of these is compared in the page itself with what is answered there, again
	// and again: some change each second.
	for name, same := range map[string]string{
		"sky":       `(await get("v1/satellites")).satellites.filter(s => s.elevation_degrees !== null && s.azimuth_degrees !== null).length === all("#sky .satellite").length`,
		"used":      `(await get("v1/satellites")).satellites.filter(s => s.used).length === all("#signals .satellite[data-used=true]").length`,
		"names":     `(await get("v1/satellites")).satellites.filter(s => s.system === "galileo").every(s => at("#signals .galileo[data-name=E" + String(s.number).padStart(2, "0") + "]"))`,
		"scatter":   `(await get("v1/pulse")).histogram.length === all("#histogram .bar").length`,
		"allan":     `(await get("v1/pulse")).allan.length === all("#allan .dot").length`,
		"why":       `(await get("v1/why?lang=en")).links.every((l, i) => all("#why li")[i].dataset.condition === l.condition)`,
		"sentence":  `(await get("v1/why?lang=en")).sentence.slice(0, 20) === text("sentence").slice(0, 20)`,
		"alarms":    `(await get("v1/alarms?lang=en")).filter(a => a.cleared === null).length === all("#alarms li:not(.none)").length`,
		"leap":      `text("l-tai") === (await get("v1/leap")).tai_offset_seconds + " s" && text("l-list") === "built in"`,
		"requests":  `Number(text("requests")) === (await get("v1/status")).servers.reduce((n, s) => n + s.requests, 0)`,
		"frequency": `Math.abs(parseFloat(text("frequency").replace("−", "-")) - (await get("v1/status")).frequency_ppm) < 0.1`,
		"stratum":   `text("stratum") === "1 · SIM"`,
		"budget":    `[["ns", 1], ["µs", 1e3], ["ms", 1e6]].some(([u, n]) => text("b-pulse").endsWith(u) && Math.abs(parseFloat(text("b-pulse")) * n / 1e9 / (await_status).budget.pulse_seconds - 1) < 0.2)`,
		"holdover":  `all("#holdover dd").length === 4 && all("#holdover dd").every(d => d.textContent.length > 3)`,
		"receiver":  `text("d-receiver").startsWith((await get("v1/status")).receiver.device + " · ok")`,
		"charts":    `/^rms .* bound .* at most$/.test(text("offset-readout")) && / ppm · .* °C$/.test(text("frequency-readout"))`,
		"clock":     `Math.abs(Date.parse(document.getElementById("clock").dateTime) - Date.parse((await get("v1/status")).now)) <= 1100`,
		"bound":     `/^± .* as served · ± .* on this page$/.test(document.querySelector(".trust").textContent)`,
	} {
		b.wait(name, `(async () => {
			const get = async (path) => (await fetch(path)).json(), all = (q) => [...document.querySelectorAll(q)];
			const at = (q) => document.querySelector(q) !== null, text = (id) => document.getElementById(id).textContent;
			const await_status = await get("v1/status");
			return `+same+`;
		})()`)
	}
	for _, span := range []string{"24h", "60d", "1h"} {
		b.do(click(`[data-span="` + span + `"]`))
		b.until(`document.querySelector('[data-span="` + span + `"]').getAttribute("aria-pressed") === "true" && document.querySelectorAll('[aria-pressed="true"]').length === 1`)
		b.until(drawn)
	}
	before := b.text("clock")
	b.until(`document.getElementById("clock").textContent !== "` + before + `"`)
	b.shoot("daemon")
	b.clean()
}

func TestInABrowserALostDaemonIsSaidToBeLostAndItsReturnIsSeen(t *testing.T) {
	t.Parallel()
	path := program(t)
	host, _, end := simulated(t, path, "127.0.0.1:0")
	b := open(t, chromium(t), host, 1280, 900)
	b.visit("/?lang=en")
	b.until(`document.documentElement.dataset.state === "locked"`)
	b.clean()
	end()
	b.until(`!document.getElementById("lost").hidden && "lost" in document.documentElement.dataset`)
	if said := b.text("lost"); !regexp.MustCompile(`^The daemon has not answered since \d\d:\d\d:\d\d UTC\.`).MatchString(said) {
		t.Error(said)
	}
	if said := b.text("trust"); !strings.HasPrefix(said, "no answer") {
		t.Error(said)
	}
	if said := b.text("since"); !regexp.MustCompile(`^last answer at \d\d:\d\d:\d\d UTC`).MatchString(said) {
		t.Errorf("when it answered last: %q", said)
	}
	b.until(`["sentence", "remedy", "alarms", "why", "offset"].every(id => getComputedStyle(document.getElementById(id)).textDecorationLine === "line-through")`)
	b.shoot("lost")
	b.axe("lost")
	simulated(t, path, host)
	b.until(`document.getElementById("lost").hidden && !("lost" in document.documentElement.dataset)`)
	b.until(`document.documentElement.dataset.state === "locked" && document.getElementById("trust").textContent.startsWith("±")`)
	b.breaches()
}

func TestInABrowserAnotherVersionLoadsThePageAnew(t *testing.T) {
	t.Parallel()
	s := playing(t, whileLocked)
	host, end := shown(t, s, "127.0.0.1:0")
	b := open(t, chromium(t), host, 1280, 900)
	b.visit("/?lang=en")
	b.until(drawn)
	b.eval(`window.old = true`)
	end()
	s.mu.Lock()
	s.v.Describe.Version = "0.1.0-next"
	s.mu.Unlock()
	shown(t, s, host)
	b.until(`window.old === undefined && document.documentElement.dataset.version === "0.1.0-next"`)
}
