// Package metrics shows the daemon to Prometheus: each time that someone asks,
// it asks the daemon what `gpsntpctl --json` shows, and gives each number a name.
package metrics

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
)

// Path is where the metrics are.
const Path = "/metrics"

// askTimeout is how long the daemon may take to answer.
const askTimeout = time.Second

// Server answers for the daemon.
type Server struct {
	Daemon control.Daemon
	Guard  *httpd.Guard
}

// Run answers on l until ctx ends, then returns nil. It closes l.
func (s Server) Run(ctx context.Context, l net.Listener) error {
	limits := httpd.Limits{HeaderBytes: httpd.HeaderBytes}
	return s.Guard.Serve(ctx, l, limits, nil, s.Guard.Guarded(s.routes()))
}

// routes answers at Path, and at the root with a way there.
func (s Server) routes() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector(s))
	mux := http.NewServeMux()
	text := promhttp.HandlerFor(registry, promhttp.HandlerOpts{DisableCompression: true})
	mux.Handle("GET "+Path, s.Guard.Keep(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept") // the format that everybody reads is made once for all
		text.ServeHTTP(w, r)
	}), func(*http.Request) string { return Path }))
	mux.Handle("GET /{$}", http.RedirectHandler(Path, http.StatusFound))
	return mux
}

// facts is what the metrics are made from.
type facts struct {
	control.Status
	control.Counters
	leap    control.Leap
	clients control.Clients
	sky     control.Satellites
	alarms  control.Alarms
}

// Metric is one family of numbers.
type Metric struct {
	Name   string
	Help   string // one sentence
	Kind   prometheus.ValueType
	Labels []string
	read   func(f *facts) []sample
}

// sample is one number of a family.
type sample struct {
	value  float64
	labels []string
}

// Metrics lists all of them, in the order of the documentation.
func Metrics() []Metric {
	return slices.Concat(clockMetrics(), witnessMetrics(), alarmMetrics(), referenceMetrics(), serverMetrics())
}

// collector implements prometheus.Collector.
type collector Server

// Describe implements prometheus.Collector.
func (c collector) Describe(all chan<- *prometheus.Desc) {
	for _, m := range Metrics() {
		all <- m.describe()
	}
}

func (m *Metric) describe() *prometheus.Desc {
	return prometheus.NewDesc(m.Name, m.Help, m.Labels, nil)
}

// Collect implements prometheus.Collector.
func (c collector) Collect(all chan<- prometheus.Metric) {
	metrics := Metrics()
	f, err := c.ask()
	if err != nil {
		all <- prometheus.NewInvalidMetric(metrics[0].describe(), err)
		return
	}
	for _, m := range metrics {
		desc := m.describe()
		for _, s := range m.read(f) {
			all <- prometheus.MustNewConstMetric(desc, m.Kind, s.value, s.labels...)
		}
	}
}

func (c collector) ask() (*facts, error) {
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	var f facts
	var failures [6]error
	f.Status, failures[0] = c.Daemon.Status(ctx)
	f.Counters, failures[1] = c.Daemon.Counters(ctx)
	f.leap, failures[2] = c.Daemon.Leap(ctx)
	f.clients, failures[3] = c.Daemon.Clients(ctx)
	f.sky, failures[4] = c.Daemon.Satellites(ctx)
	f.alarms, failures[5] = c.Daemon.Alarms(ctx, "")
	for _, err := range failures {
		if err != nil {
			return nil, fmt.Errorf("ask the daemon: %w", err)
		}
	}
	return &f, nil
}

// one is a family of a single number.
func one(value float64) []sample { return []sample{{value: value}} }

// known is a family of one number, or of none while it is not known.
func known[T int | float64](value *T) []sample {
	if value == nil {
		return nil
	}
	return one(float64(*value))
}

// moment is the Unix time of t, in s; no sample while it is not known.
func moment(t *control.Time) []sample {
	if t == nil || t.IsZero() {
		return nil
	}
	return one(float64(t.UnixNano()) / 1e9)
}

// yes is 1 when it is so, else 0.
func yes(so bool) float64 {
	if so {
		return 1
	}
	return 0
}

// which has a number for each word, 1 for the one that is.
func which(is string, words ...string) []sample {
	if !slices.Contains(words, is) {
		words = append(words, is)
	}
	var all []sample
	for _, w := range words {
		all = append(all, sample{yes(w == is), []string{w}})
	}
	return all
}

// group has a number for each counter of a group, in order.
func (f *facts) group(name string) []sample {
	var all []sample
	for word, n := range f.Counters[name] {
		all = append(all, sample{float64(n), []string{word}})
	}
	slices.SortFunc(all, func(a, b sample) int { return slices.Compare(a.labels, b.labels) })
	return all
}
