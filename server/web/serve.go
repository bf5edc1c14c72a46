package web

import (
	"net/http"
	"slices"
	"strings"

	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// watchPath is where the API tells news for as long as someone listens.
const watchPath = "/v1/watch"

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
	guard := s.options.Guard
	mux.Handle("/{$}", guard.Keep(http.HandlerFunc(s.page), s.pageKey))
	for _, question := range raw {
		mux.Handle("/"+question, guard.Keep(http.HandlerFunc(s.api), questionKey))
	}
	mux.HandleFunc(watchPath, s.watch)
	mux.HandleFunc(newsPath, s.news)
	mux.Handle(newsPath+"/once", guard.Keep(http.HandlerFunc(s.once), func(r *http.Request) string { return newsPath + s.language(r) }))
	mux.Handle("/now", guard.Keep(http.HandlerFunc(s.now), func(*http.Request) string { return "" })) // it is never old
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
	s.inside.ServeHTTP(w, r)
}

// judged has routes answer those who may ask.
func (s *Server) judged(routes http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "this can be read only", http.StatusMethodNotAllowed)
		case r.ContentLength != 0:
			http.Error(w, "a question has no body", http.StatusRequestEntityTooLarge)
		case !s.allowed(r):
			w.Header().Set("WWW-Authenticate", `Basic realm="gpsntpd", charset="UTF-8"`)
			http.Error(w, "this needs a user and a password", http.StatusUnauthorized)
		default:
			routes.ServeHTTP(w, r)
		}
	})
}

// pageKey is what the page depends on; "" where that is anything that the browser says.
func (s *Server) pageKey(r *http.Request) string {
	if s.options.Host == "" {
		return ""
	}
	return "/ " + s.language(r)
}

// questionKey is what an answer of the API depends on.
func questionKey(r *http.Request) string {
	asked := r.URL.Query()
	span, lang := asked.Get("span"), asked.Get("lang")
	if span != "" && !slices.Contains(control.Spans, span) {
		return ""
	}
	if lang != string(why.Chinese) {
		lang = "" // whatever it is, it is English
	}
	return r.URL.Path + " " + span + " " + lang
}

func (s *Server) api(w http.ResponseWriter, r *http.Request) { s.options.API.ServeHTTP(w, r) }

// watch tells news to who holds one of few places.
func (s *Server) watch(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Type", "text/event-stream")
		return
	}
	from := s.options.Guard.Client(r)
	if !s.streams.enter(from) {
		refuse(w, "too many listen already")
		return
	}
	defer s.streams.leave(from)
	w.Header().Set("X-Accel-Buffering", "no") // a proxy is not to wait for more
	s.api(w, r)
}

// language is "en" or "zh": what the address says, else that of the configuration, else
// the first of those that the browser asks for.
func (s *Server) language(r *http.Request) string {
	if asked := r.URL.Query().Get("lang"); asked == "en" || asked == "zh" {
		return asked
	}
	if s.options.Language != "" {
		return s.options.Language
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
