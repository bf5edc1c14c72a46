package web

import (
	"compress/gzip"
	"net/http"
	"strings"
	"time"

	"gpsntpd/server/httpd"
)

const (
	watchPath   = "/v1/watch" // where the API tells news for as long as somebody listens
	historyPath = "/v1/history"
)

// policy has the browser run and load what is from here, and nothing else. No
// script or style stands in the page itself.
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

// headers go with every answer.
var headers = map[string]string{
	"Content-Security-Policy":      policy,
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	"Cache-Control":                "no-store",
}

// routes is what is there for those who are let in.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.paced(s.page))
	for _, question := range append(raw, watchPath[1:]) {
		mux.HandleFunc("/"+question, s.paced(s.api))
	}
	for _, a := range assets() {
		mux.Handle("/assets/"+a.name, a)
	}
	return mux
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range headers {
		w.Header().Set(name, value)
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this can be read only", http.StatusMethodNotAllowed)
	case r.ContentLength != 0:
		http.Error(w, "a question has no body", http.StatusRequestEntityTooLarge)
	case !s.options.Names.Ours(r):
		httpd.Misdirected(w, r)
	case !s.allowed(r):
		w.Header().Set("WWW-Authenticate", `Basic realm="gpsntpd", charset="UTF-8"`)
		http.Error(w, "this needs a user and a password", http.StatusUnauthorized)
	default:
		s.inside.ServeHTTP(w, r)
	}
}

// paced refuses questions when there are too many.
func (s *Server) paced(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.pace.take(time.Now()) {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too many questions", http.StatusTooManyRequests)
			return
		}
		answer(w, r)
	}
}

// api answers the questions that the page asks, HEAD too: the server leaves the body out. Who
// waits for news holds one of few places.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead && r.URL.Path == watchPath {
		w.Header().Set("Content-Type", "text/event-stream")
		return
	}
	if r.Method == http.MethodHead {
		r = r.Clone(r.Context())
		r.Method = http.MethodGet
	}
	if r.URL.Path == watchPath {
		w.Header().Set("X-Accel-Buffering", "no") // a proxy is not to wait for more
		select {
		case s.waiting <- struct{}{}:
			defer func() { <-s.waiting }()
		default:
			w.Header().Set("Retry-After", "10")
			http.Error(w, "too many listen already", http.StatusServiceUnavailable)
			return
		}
	}
	if r.URL.Path == historyPath && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		z := zip(w)
		defer z.to.Close()
		w = z
	}
	s.options.API.ServeHTTP(w, r)
}

// zipped compresses an answer: a month of history is a megabyte of figures.
type zipped struct {
	http.ResponseWriter
	to *gzip.Writer
}

func zip(w http.ResponseWriter) zipped {
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Vary", "Accept-Encoding")
	to, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // a level that exists
	return zipped{w, to}
}

// Write implements io.Writer.
func (z zipped) Write(b []byte) (int, error) { return z.to.Write(b) }

// language is "en" or "zh": what the address says, else the first of those that
// the browser asks for.
func language(r *http.Request) string {
	if asked := r.URL.Query().Get("lang"); asked == "en" || asked == "zh" {
		return asked
	}
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") { // browsers list the best first
		tag, _, _ = strings.Cut(tag, ";")
		tag, _, _ = strings.Cut(strings.TrimSpace(tag), "-")
		if tag = strings.ToLower(tag); tag == "en" || tag == "zh" {
			return tag
		}
	}
	return "en"
}
