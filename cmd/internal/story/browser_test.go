//go:build browser

package story

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserTimeout is met only by a test that would hang.
const browserTimeout = 3 * time.Minute

// tab is a page in Chromium, and what was wrong with it.
type tab struct {
	*testing.T
	ctx      context.Context
	mu       sync.Mutex
	troubles []string
	foreign  []string // what it asked others for
	host     string
}

// chromium starts a browser for a test, with nothing that it knows from before.
func chromium(t *testing.T) context.Context {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-GB"),
	)
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	ctx, quit := chromedp.NewContext(ctx)
	t.Cleanup(quit)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// open opens a tab of the browser, of that width and height, and watches it for
// errors, breaches of the policy and requests to others.
func open(t *testing.T, browser context.Context, host string, width, height int64) *tab {
	t.Helper()
	ctx, shut := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(shut)
	b := &tab{T: t, ctx: ctx, host: host}
	b.do(chromedp.EmulateViewport(width, height))
	b.do(command(log.Enable, cdp.Empty{}), command(network.Enable, network.EnableParams{}))
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	return b
}

// command is a command whose answer does not matter.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.troubles = append(b.troubles, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.troubles = append(b.troubles, "console: "+string(e.Type))
	case *log.EventEntryAdded:
		b.troubles = append(b.troubles, string(e.Entry.Source)+": "+e.Entry.Text)
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "http://"+b.host+"/") {
			b.foreign = append(b.foreign, e.Request.URL)
		}
	}
}

// clean fails when something was wrong with the page.
func (b *tab) clean() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.troubles) > 0 || len(b.foreign) > 0 {
		b.Errorf("troubles %q, foreign requests %q", b.troubles, b.foreign)
	}
}

// breaches fails when something was wrong beside the network.
func (b *tab) breaches() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.troubles {
		if !strings.HasPrefix(trouble, "network: ") {
			b.Error(trouble)
		}
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

func (b *tab) visit(path string) {
	b.Helper()
	b.do(chromedp.Navigate("http://" + b.host + path))
}

// eval returns what an expression is worth in the page.
func eval[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits until an expression is true in the page.
func (b *tab) until(expression string) {
	b.Helper()
	ctx, end := context.WithTimeout(b.ctx, browserTimeout)
	defer end()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && v {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			b.shoot("failed")
			b.Fatalf("never true: %s (%v)", expression, err)
		}
	}
}

// wait waits until a promise of the page is true.
func (b *tab) wait(name, promise string) {
	b.Helper()
	b.eval(`window.same = false; clearInterval(window.comparing); window.comparing = setInterval(() => ` + promise + `.then((v) => { window.same ||= v; }), 200)`)
	ctx, end := context.WithTimeout(b.ctx, browserTimeout)
	defer end()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !eval[bool](b, "window.same") {
		select {
		case <-again.C:
		case <-ctx.Done():
			b.Errorf("%s is not what the daemon says", name)
			return
		}
	}
	b.eval("clearInterval(window.comparing)")
}

// eval has the page do something.
func (b *tab) eval(expression string) {
	b.Helper()
	eval[any](b, "void ("+"() => {"+expression+"}"+")()")
}

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

func (b *tab) text(id string) string {
	b.Helper()
	return eval[string](b, "document.getElementById('"+id+"').textContent")
}

// shoot keeps a picture of the page in $GPSNTPD_SCREENSHOTS, if that is set.
func (b *tab) shoot(name string) {
	b.Helper()
	folder := os.Getenv("GPSNTPD_SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644)
	}
	if err != nil {
		b.Error(err)
	}
}

// prefer sets what the page learns of its reader's wishes.
func (b *tab) prefer(scheme string) {
	b.Helper()
	b.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}))
}

// playing is the story, at so long after its beginning, which goes on in the time of
// who looks at it; but for the start, which would soon be over.
func playing(t *testing.T, at time.Duration) *Stage {
	t.Helper()
	s := newStage(t)
	s.Play(at)
	each := time.Second
	if at == whileStarting {
		each = 0
	}
	again := time.NewTicker(time.Second)
	over := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-again.C:
				s.Play(each)
			case <-over:
				return
			}
		}
	}()
	t.Cleanup(func() {
		again.Stop()
		close(over)
		<-ended
	})
	return s
}

// Moments of the story at which browsers look.
const (
	whileStarting    = 500 * time.Millisecond
	whileLocked      = 25 * time.Minute
	whileInHoldover  = Unplugged + 2*time.Minute
	whileUnsynchron  = PluggedIn - 10*time.Minute
	whileBackAndWell = PluggedIn + 20*time.Minute
)
