//go:build browser

package story

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// drawn is true once all panels have been.
const drawn = `document.querySelectorAll("#sky svg, #allan svg, #histogram svg, #signals .groups").length === 4
	&& document.getElementById("clients-readout").textContent !== "" && document.getElementById("offset-readout").textContent !== ""
	&& document.querySelectorAll(".uplot").length === 3`

// all is true once they show something.
const all = `document.querySelectorAll("[data-empty]").length === 0 && document.querySelectorAll("#clients tr").length === 10`

// shifted is how much of the page has moved about while it was drawn, as browsers
// count it: below 0.1 is called good.
const shifted = `new Promise((done) => {
	let sum = 0;
	new PerformanceObserver((list) => { for (const e of list.getEntries()) { sum += e.value; document.documentElement.dataset.shifted = (document.documentElement.dataset.shifted ?? "") + e.value.toFixed(3) + " " + e.sources.map(s => (s.node?.id || s.node?.className || s.node?.nodeName)).join(",") + "; "; } }).observe({ type: "layout-shift", buffered: true });
	requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})`

func TestInABrowserThePageFitsEveryScreenInEveryState(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	for _, c := range []struct {
		name          string
		at            time.Duration
		path          string
		scheme        string
		width, height int64
	}{
		{"locked", whileLocked, "/?lang=en", "light", 1280, 900},
		{"locked-dark", whileLocked, "/?lang=en", "dark", 1280, 900},
		{"locked-zh", whileLocked, "/?lang=zh", "light", 1280, 900},
		{"locked-phone", whileLocked, "/?lang=en", "light", 390, 844},
		{"locked-phone-zh", whileLocked, "/?lang=zh", "light", 390, 844},
		{"wall-dark", whileLocked, "/?lang=en", "dark", 1920, 1080},
		{"wall-4k", whileLocked, "/?lang=en", "dark", 3840, 2160},
		{"tablet-zh", whileLocked, "/?lang=zh", "light", 820, 1180},
		{"narrow", whileLocked, "/?lang=en", "light", 320, 640},
		{"holdover", whileInHoldover, "/?lang=en", "light", 1280, 900},
		{"holdover-zh", whileInHoldover, "/?lang=zh", "light", 1280, 900},
		{"holdover-phone", whileInHoldover, "/?lang=en", "light", 390, 844},
		{"holdover-phone-zh-dark", whileInHoldover, "/?lang=zh", "dark", 390, 844},
		{"unsynchronized", whileUnsynchron, "/?lang=en", "dark", 1280, 900},
		{"unsynchronized-zh", whileUnsynchron, "/?lang=zh", "light", 1280, 900},
		{"unsynchronized-phone", whileUnsynchron, "/?lang=en", "light", 390, 844},
		{"back", whileBackAndWell, "/?lang=en", "light", 1280, 900},
		{"back-phone-zh", whileBackAndWell, "/?lang=zh", "light", 390, 844},
		{"starting", whileStarting, "/?lang=en", "light", 1280, 900},
		{"starting-phone-zh", whileStarting, "/?lang=zh", "light", 390, 844},
	} {
		t.Run(c.name, func(t *testing.T) {
			host, _ := shown(t, playing(t, c.at), "127.0.0.1:0")
			b := open(t, browser, host, c.width, c.height)
			b.prefer(c.scheme)
			b.visit(c.path)
			b.until(drawn)
			b.until(`document.getElementById("trust").textContent !== "" && new Date().getTime() - performance.timeOrigin > 2500`)
			if c.at > whileStarting {
				b.until(all)
			}
			if moved := eval[float64](b, shifted); moved > 0.05 {
				t.Errorf("the layout shifts by %.3f: %s", moved, eval[string](b, `document.documentElement.dataset.shifted`))
			}
			b.shoot(c.name)
			b.axe(c.name)
			if wide := eval[float64](b, "document.documentElement.scrollWidth"); wide > float64(c.width) {
				t.Errorf("%.0f px wide on a screen of %d", wide, c.width)
			}
			b.clean()
		})
	}
}

func TestInABrowserLongSpansShowMediansAndExtremes(t *testing.T) {
	t.Parallel()
	host, _ := shown(t, playing(t, whileBackAndWell), "127.0.0.1:0")
	b := open(t, chromium(t), host, 1280, 900)
	b.visit("/?lang=en")
	b.until(drawn)
	for _, span := range []string{"24h", "60d"} {
		b.do(click(`[data-span="` + span + `"]`))
		b.until(`document.querySelector('[data-span="` + span + `"]').getAttribute("aria-pressed") === "true" && document.getElementById("p-offset").dataset.shown === "` + span + `"`)
		b.until(`document.querySelectorAll("[data-empty]").length === 0`)
		b.shoot("span-" + span)
		b.axe(span)
	}
	b.clean()
}

func TestInABrowserTheEssentialsNeedNoScript(t *testing.T) {
	t.Parallel()
	host, _ := shown(t, playing(t, whileInHoldover), "127.0.0.1:0")
	b := open(t, chromium(t), host, 1280, 900)
	b.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	b.visit("/?lang=en")
	b.shoot("no-script")
	seen := eval[string](b, `document.body.innerText.replaceAll("\u00a0", " ")`)
	for _, text := range []string{" UTC", "as served", "Holdover", "Clients are safe until", "Without pulses since", "(bound below 0.10 ms)", "192.168.10.11", "synchronized by us", "without JavaScript"} {
		if !strings.Contains(seen, text) {
			t.Errorf("no one sees %q", text)
		}
	}
	for _, text := range []string{"Allan", "Sky", "Auto", "24 h"} { // what a script would have to fill
		if strings.Contains(seen, text) {
			t.Errorf("%q is seen", text)
		}
	}
	b.eval(`window.old = true`)
	b.until(`window.old === undefined`) // loaded again by itself
	b.clean()
}

func TestInABrowserTheReadersChoicesHoldAndAreKept(t *testing.T) {
	t.Parallel()
	host, _ := shown(t, playing(t, whileLocked), "127.0.0.1:0")
	b := open(t, chromium(t), host, 1280, 900)
	b.prefer("dark")
	b.visit("/")
	b.until(drawn)
	ground := `getComputedStyle(document.body).backgroundColor`
	dark := eval[string](b, ground)
	b.do(click("#theme")) // auto, then light, then dark
	if light := eval[string](b, ground); light == dark {
		t.Errorf("both are %s", light)
	}
	b.visit("/")
	if light := eval[string](b, ground); light == dark || eval[string](b, `document.documentElement.dataset.theme`) != "light" {
		t.Error("the theme was not kept")
	}
	b.do(click("#theme"))
	if again := eval[string](b, ground); again != dark {
		t.Errorf("%s, then %s", dark, again)
	}
	b.do(click("#language"))
	b.until(`document.documentElement.lang === "zh-Hans" && document.getElementById("sentence").textContent.includes("层级 1")`)
	b.visit("/")
	b.until(`document.documentElement.lang === "zh-Hans"`)
	b.do(click("#language"))
	b.until(`document.documentElement.lang === "en"`)
	b.do(command(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Kolkata"}))
	b.visit("/")
	b.until(drawn)
	b.until(`document.getElementById("clock-zone").textContent === "UTC"`)
	utc := b.text("since")
	b.do(click("#zone"))
	b.until(`document.getElementById("clock-zone").textContent === "GMT+5:30" && document.getElementById("date").textContent.endsWith(" UTC")`)
	if local := b.text("since"); !strings.HasSuffix(local, " GMT+5:30") || local[:5] != "since" || local == utc {
		t.Errorf("%q in UTC is %q", utc, local)
	}
	b.shoot("local")
	b.axe("local")
	b.visit("/")
	b.until(drawn)
	b.until(`document.getElementById("clock-zone").textContent === "GMT+5:30" && document.getElementById("since").textContent.endsWith(" GMT+5:30")`)
	b.do(click("#zone"))
	b.until(`document.getElementById("clock-zone").textContent === "UTC"`)
	if now := b.text("since"); now != utc {
		t.Errorf("%q, then %q", utc, now)
	}
	if lang := eval[string](b, `document.documentElement.lang`); lang != "en" {
		t.Error(lang)
	}
	b.clean()
}

// contrast is the least contrast of text on the ground, by the formula of WCAG 2.2.
const contrast = `(() => {
	const light = (css) => {
		const probe = document.createElement("i");
		probe.style.color = css;
		document.body.append(probe);
		const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
		probe.remove();
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const ground = light("var(--ground)");
	return Math.min(...["ink", "muted", "accent", "warm", "locked", "holdover", "acquiring", "starting", "unsynchronized", "gps", "glonass", "galileo", "beidou", "qzss", "navic", "sbas"].map((name) => {
		const text = light("var(--" + name + ")");
		return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
	}));
})()`

func TestInABrowserEverybodyCanReadIt(t *testing.T) {
	t.Parallel()
	host, _ := shown(t, playing(t, whileInHoldover), "127.0.0.1:0")
	b := open(t, chromium(t), host, 1280, 900)
	b.visit("/?lang=en")
	b.until(drawn)
	for _, scheme := range []string{"light", "dark"} {
		b.prefer(scheme)
		if got := eval[float64](b, contrast); got < 4.5 {
			t.Errorf("%s: a contrast of %.2f", scheme, got)
		}
	}
	if mute := eval[int](b, `[...document.querySelectorAll("button, a, [role=img], svg[role=img]")].filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label"))).length`); mute != 0 {
		t.Errorf("%d things have no name", mute)
	}
	b.do(chromedp.KeyEvent("\t"))
	if first := eval[string](b, `document.activeElement.className`); first != "skip" {
		t.Errorf("the first that the keyboard gets to is %q", first)
	}
	reached := map[string]bool{}
	for range 40 {
		b.do(chromedp.KeyEvent("\t"))
		reached[eval[string](b, `document.activeElement.id || document.activeElement.dataset.span || document.activeElement.getAttribute("href") || document.activeElement.tagName`)] = true
	}
	for _, id := range []string{"language", "theme", "1h", "24h", "60d", "v1/status"} {
		if !reached[id] {
			t.Errorf("the keyboard does not get to %s: %v", id, reached)
		}
	}
	b.clean()
}
