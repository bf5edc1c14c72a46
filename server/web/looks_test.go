//go:build browser

package web

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// drawn is true once all panels have been.
const drawn = `document.querySelectorAll("#sky svg, #allan svg, #histogram svg, #signals .groups").length === 4
	&& document.querySelectorAll("#clients tbody tr").length > 0 && document.getElementById("offset-readout").textContent !== ""
	&& document.querySelectorAll(".uplot").length === 3`

func TestInABrowserThePageFitsEveryScreenInEveryState(t *testing.T) {
	browser := chromium(t)
	for _, c := range []struct {
		name          string
		state, path   string
		scheme        string
		width, height int64
	}{
		{"desktop-light", "locked", "/?lang=en", "light", 1280, 900},
		{"desktop-dark", "locked", "/?lang=en", "dark", 1280, 900},
		{"wall-dark", "locked", "/?lang=en", "dark", 1920, 1080},
		{"wall-4k", "locked", "/?lang=en", "dark", 3840, 2160},
		{"tablet-zh", "locked", "/?lang=zh", "light", 820, 1180},
		{"desktop-zh", "locked", "/?lang=zh", "light", 1280, 900},
		{"phone-light", "locked", "/?lang=en", "light", 360, 740},
		{"phone-zh-dark", "holdover", "/?lang=zh", "dark", 360, 740},
		{"holdover", "holdover", "/?lang=en", "light", 1280, 900},
		{"unsynchronized", "unsynchronized", "/?lang=en", "dark", 1280, 900},
		{"no-receiver", "starting", "/?lang=en", "light", 1280, 900},
	} {
		t.Run(c.name, func(t *testing.T) {
			host, _ := answering(t, &scene{began: moment(), state: c.state}, "127.0.0.1:0")
			b := open(t, browser, host, c.width, c.height)
			b.prefer(c.scheme)
			b.visit(c.path)
			b.until(drawn)
			b.until(`document.getElementById("trust").textContent !== "" && new Date().getTime() - performance.timeOrigin > 2500`)
			b.shoot(c.name)
			if wide := eval[float64](b, "document.documentElement.scrollWidth"); wide > float64(c.width) {
				t.Errorf("%.0f px wide on a screen of %d", wide, c.width)
			}
			b.clean()
		})
	}
}

func TestInABrowserTheEssentialsNeedNoScript(t *testing.T) {
	host, _ := answering(t, &scene{began: moment(), state: "holdover"}, "127.0.0.1:0")
	b := open(t, chromium(t), host, 1280, 900)
	b.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	b.visit("/?lang=en")
	b.shoot("no-script")
	b.clean()
}
