package httpd

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// asked asks h for path as a client whom address names.
func asked(h http.Handler, path, address string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host, r.RemoteAddr = "localhost", address
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// path is what an answer of the tests depends on.
func path(r *http.Request) string { return r.URL.Path }

func TestAnAnswerIsMadeOnceForAllWhoAskAndKeptForAsLongAsItIsWorth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int32
		g := NewGuard(nil, nil)
		h := g.Keep(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			made.Add(1)
			<-time.After(20 * time.Millisecond)
			w.Header().Set("Content-Type", "text/plain")
			io.WriteString(w, r.URL.Path)
		}), path)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if w := asked(h, "/a", "192.0.2.1:5"); w.Body.String() != "/a" || w.Header().Get("Content-Type") != "text/plain" {
					t.Error(w)
				}
			})
		}
		all.Wait()
		if asked(h, "/b", "192.0.2.1:5"); made.Load() != 2 {
			t.Errorf("made %d times", made.Load())
		}
		<-time.After(keepFor*20*time.Millisecond - time.Millisecond)
		if asked(h, "/b", "192.0.2.1:5"); made.Load() != 2 {
			t.Error("not kept")
		}
		<-time.After(2 * time.Millisecond)
		if asked(h, "/b", "192.0.2.1:5"); made.Load() != 3 {
			t.Error("kept for longer than it is worth")
		}
		<-time.After(oldest)
		g.kept.mu.Lock()
		defer g.kept.mu.Unlock()
		if len(g.kept.answers) > 0 {
			t.Error("old answers take memory")
		}
	})
}

func TestNoMoreThanTwoAnswersAreMadeAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		h := NewGuard(nil, nil).Keep(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			most.Store(max(most.Load(), now.Add(1)))
			<-time.After(time.Millisecond)
			now.Add(-1)
		}), func(*http.Request) string { return "" })
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { asked(h, "/", "192.0.2.1:5") })
		}
		all.Wait()
		if most.Load() != makers {
			t.Error(most.Load(), "at once")
		}
	})
}

func TestWhatIsNoAnswerIsNotKept(t *testing.T) {
	n := 0
	h := NewGuard(nil, nil).Keep(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			panic("a fault")
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}), path)
	func() {
		defer func() { recover() }()
		asked(h, "/", "192.0.2.1:5")
	}()
	for range 2 {
		if w := asked(h, "/", "192.0.2.1:5"); w.Code != http.StatusServiceUnavailable {
			t.Error(w.Code)
		}
	}
	if n != 3 {
		t.Errorf("made %d times", n)
	}
}

func TestALongAnswerIsKeptCompressedAndReadByAll(t *testing.T) {
	text := strings.Repeat("a long answer ", 10_000)
	g := NewGuard(nil, nil)
	h := g.Keep(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for part := range strings.SplitAfterSeq(text, " ") {
			io.WriteString(w, part)
		}
	}), path)
	plain, zipped := asked(h, "/", "192.0.2.1:5"), asked(h, "/", "192.0.2.1:5", "Accept-Encoding", "gzip, br")
	if plain.Body.String() != text || plain.Header().Get("Content-Encoding") != "" {
		t.Error("not the same")
	}
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() > len(text)/10 {
		t.Error(zipped.Header(), zipped.Body.Len())
	}
}

// Whoever asks without a pause is answered as often as its share allows, and no one
// else is answered later for it.
func TestWhoAsksTooMuchWaitsForItsShare(t *testing.T) {
	noise := make([]byte, 1e6)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	synctest.Test(t, func(t *testing.T) {
		g := NewGuard(nil, nil)
		h := g.Guarded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/long" {
				io.Copy(w, bytes.NewReader(noise))
			}
		}))
		began := time.Now()
		var counted atomic.Int32
		var all sync.WaitGroup
		for range 24 {
			all.Go(func() {
				for time.Since(began) < time.Minute {
					if asked(h, "/long", "192.0.2.1:5").Code == http.StatusOK {
						counted.Add(1)
					}
				}
			})
		}
		<-time.After(30 * time.Second)
		then := time.Now()
		if w := asked(h, "/", "192.0.2.2:5"); w.Code != http.StatusOK || time.Since(then) > 0 {
			t.Errorf("someone else: %d after %v", w.Code, time.Since(then))
		}
		all.Wait()
		answered, each := int(counted.Load()), perAnswer+1e6*perByte
		if most := int((float64(atOnce)+62*onePart*float64(time.Second))/float64(each)) + 24; answered > most || answered < most/2 {
			t.Errorf("%d answers, want %d at most", answered, most)
		}
	})
}

func TestAProxySaysForWhomItIsAndNobodyElseDoes(t *testing.T) {
	g := NewGuard(nil, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")})
	for _, c := range []struct {
		from  string
		noted []string
		want  string
	}{
		{"192.0.2.1:5", []string{"198.51.100.1"}, "192.0.2.1"},
		{"10.0.0.1:5", nil, "10.0.0.1"},
		{"10.0.0.1:5", []string{"198.51.100.1"}, "198.51.100.1"},
		{"[::1]:5", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"203.0.113.9", "198.51.100.1, 10.2.3.4"}, "198.51.100.1"},
		{"[::ffff:10.0.0.1]:5", []string{"2001:db8:1:2:3::4"}, "2001:db8:1:2::"},
		{"10.0.0.1:5", []string{"[2001:db8::4]:80"}, "2001:db8::"},
		{"10.0.0.1:5", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		{"10.0.0.1:5", []string{"10.0.0.2, 10.0.0.3"}, "10.0.0.2"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.from
		for _, n := range c.noted {
			r.Header.Add("X-Forwarded-For", n)
		}
		if got := g.Client(r); got != netip.MustParseAddr(c.want) {
			t.Errorf("%s %q: %s", c.from, c.noted, got)
		}
	}
}
