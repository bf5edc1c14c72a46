package verify

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// piped hands the connections that the target opens to serve, in a bubble of synctest.
func piped(t Target, serve func(net.Conn)) Target {
	t.via = func(context.Context) (net.Conn, error) {
		near, far := net.Pipe()
		go serve(far)
		return near, nil
	}
	return t
}

// listener is the one connection of a pipe, for http.Server.
type listener struct {
	conns chan net.Conn
	end   context.CancelFunc
	done  <-chan struct{}
}

func (l listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l listener) Close() error   { l.end(); return nil }
func (l listener) Addr() net.Addr { return &net.TCPAddr{} }

// site serves HTTP whose ways there and back take random times.
func site(t *testing.T, method Method, handle http.HandlerFunc) Target {
	ctx, end := context.WithCancel(t.Context())
	l := listener{make(chan net.Conn), end, ctx.Done()}
	server := http.Server{Handler: handle}
	ended := make(chan error)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		server.Close()
		<-ended
	})
	return piped(Target{Method: method, Host: "web.lan", Port: "80"}, func(c net.Conn) { l.conns <- c })
}

// way is how long a packet takes, up to most.
func way(r *rand.Rand, most time.Duration) { <-time.After(time.Duration(r.Float64() * float64(most))) }

func TestTheEdgeOfAWebServersSecondIsFoundAndTheTruthIsInsideTheBound(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			off := time.Duration((r.Float64() - 0.5) * float64(8*time.Second))
			most := time.Duration(r.Float64() * float64(20*time.Millisecond))
			target := site(t, HTTP, func(w http.ResponseWriter, _ *http.Request) {
				way(r, most)
				w.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
				way(r, most)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(http.StatusFound)
			})
			began := time.Now()
			got, err := target.measure(t.Context())
			if err != nil || (got.Offset-off).Abs() > got.Bound {
				t.Errorf("seed %d: %v, off %v: %+v", seed, err, off, got)
			}
			if took := time.Since(began); got.Bound > most+3*time.Millisecond || took > hostTimeout || got.Samples > 2+mostRounds*(parts-1) {
				t.Errorf("seed %d: ways of up to %v: %+v after %v", seed, most, got, took)
			}
		})
	}
}

func TestADateThatSaysNothingIsNotTaken(t *testing.T) {
	turn := 0
	for name, handle := range map[string]http.HandlerFunc{
		"a cache": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Age", "12") },
		"no date": func(w http.ResponseWriter, _ *http.Request) { w.Header()["Date"] = nil },
		"several clocks": func(w http.ResponseWriter, _ *http.Request) {
			turn++
			w.Header().Set("Date", time.Now().Add(time.Duration(turn%2)*5*time.Second).UTC().Format(http.TimeFormat))
		},
		"a host that hangs": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		synctest.Test(t, func(t *testing.T) {
			if got, err := site(t, HTTP, handle).measure(t.Context()); err == nil {
				t.Errorf("%s: %+v", name, got)
			}
		})
	}
}

// redis answers TIME with a clock that is off.
func redis(off, most time.Duration, r *rand.Rand) func(net.Conn) {
	return func(c net.Conn) {
		defer c.Close()
		lines := bufio.NewReader(c)
		for {
			for range 3 {
				if _, err := lines.ReadString('\n'); err != nil {
					return
				}
			}
			way(r, most)
			at := time.Now().Add(off)
			way(r, most)
			micros := fmt.Sprint(at.Nanosecond() / 1000)
			fmt.Fprintf(c, "*2\r\n$10\r\n%d\r\n$%d\r\n%s\r\n", at.Unix(), len(micros), micros)
		}
	}
}

func TestRedisAndNodeExporterTellTheirTime(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			off, most := time.Duration((r.Float64()-0.5)*float64(time.Minute)), time.Duration(r.Float64()*float64(20*time.Millisecond))
			for _, target := range []Target{
				piped(Target{Method: Redis, Host: "cache.lan"}, redis(off, most, r)),
				site(t, Node, func(w http.ResponseWriter, q *http.Request) {
					way(r, most)
					at := time.Now().Add(off)
					way(r, most)
					if q.URL.RawQuery == "collect[]=time" {
						fmt.Fprintf(w, "# HELP node_time_seconds System time.\nnode_time_seconds %v\n", float64(at.UnixNano())/1e9)
					}
				}),
			} {
				got, err := target.measure(t.Context())
				if err != nil || (got.Offset-off).Abs() > got.Bound || got.Bound > most+time.Millisecond || got.Samples != samples {
					t.Errorf("%s, seed %d: %v, off %v, ways up to %v: %+v", target.Method, seed, err, off, most, got)
				}
			}
		})
	}
}

func TestWhateverElseAnswersIsNoClock(t *testing.T) {
	for _, said := range []string{
		"", "-NOAUTH Authentication required.\r\n", "*2\r\n$10\r\nx\r\n$1\r\n0\r\n", "*2\r\n$10\r\n1796000000\r\n$7\r\n1000000\r\n",
		"*2\r\n$20\r\n99999999999999999999\r\n$1\r\n0\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n\r\n\r\n\r\n", strings.Repeat("x", 1<<20),
	} {
		synctest.Test(t, func(t *testing.T) {
			target := piped(Target{Method: Redis, Host: "cache.lan"}, func(c net.Conn) {
				defer c.Close()
				go io.Copy(io.Discard, c)
				io.WriteString(c, said)
			})
			if got, err := target.measure(t.Context()); err == nil {
				t.Errorf("%.40q: %+v", said, got)
			}
		})
	}
	for _, body := range []string{"", "node_time_seconds", "node_time_seconds NaN\n", "node_time_seconds 1e300\n", "node_time_seconds -1e300\n"} {
		if at, err := nodeTime(body); err == nil {
			t.Errorf("%q: %v", body, at)
		}
	}
}

func TestAServerThatDripsIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		target := piped(Target{Method: Redis, Host: "cache.lan"}, func(c net.Conn) {
			defer c.Close()
			go io.Copy(io.Discard, c)
			for {
				if _, err := io.WriteString(c, "*"); err != nil {
					return
				}
				<-time.After(time.Second)
			}
		})
		if got, err := target.measure(t.Context()); err == nil || time.Since(began) > hostTimeout+time.Second {
			t.Errorf("%+v after %v", got, time.Since(began))
		}
		<-time.After(2 * time.Second) // until the server has noticed
	})
}

func TestAHundredHostsThatHangTakeLessThanTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var targets []Target
		for i := range 100 {
			method := []Method{Redis, Node, HTTP}[i%3]
			targets = append(targets, piped(Target{Method: method, Host: "hangs.lan"}, func(c net.Conn) {
				defer c.Close()
				io.Copy(io.Discard, c)
			}))
		}
		began := time.Now()
		for _, r := range All(t.Context(), targets) {
			if r.Err == nil {
				t.Errorf("%+v", r)
			}
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Error(took)
		}
	})
}

func TestWhatATargetMayBe(t *testing.T) {
	for text, want := range map[string]Target{
		"db1.lan":              {Host: "db1.lan"},
		"db1.lan:6379":         {Method: Redis, Host: "db1.lan", Port: "6379"},
		"db1.lan:8080":         {Method: HTTP, Host: "db1.lan", Port: "8080"},
		"192.0.2.1:123":        {Method: NTP, Host: "192.0.2.1", Port: "123"},
		"2001:db8::1":          {Host: "2001:db8::1"},
		"[2001:db8::1]":        {Host: "2001:db8::1"},
		"node://[2001:db8::1]": {Method: Node, Host: "2001:db8::1"},
		"https://www.lan/":     {Method: HTTPS, Host: "www.lan"},
		"redis://[::1]:7000":   {Method: Redis, Host: "::1", Port: "7000"},
		"http://www.lan:8081":  {Method: HTTP, Host: "www.lan", Port: "8081"},
	} {
		want.Text = text
		if got, err := Parse(text); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "ftp://x", "a b", "x:0", "x:70000", "x:y", "http://u@x", "http://x/path", "a:b:c", "ntp://"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
	texts, err := List(strings.NewReader("# hosts\n\nweb1.lan  # the first\n db1.lan:6379\nweb1.lan\n"))
	all, err2 := ParseAll(texts)
	if errors.Join(err, err2) != nil || len(texts) != 3 || len(all) != 2 {
		t.Errorf("%q: %+v, %v, %v", texts, all, err, err2)
	}
	if _, err := List(strings.NewReader(strings.Repeat("x\n", mostTargets+1))); err == nil {
		t.Error("any number of hosts")
	}
}
