package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/netutil"
)

// What can be asked for.
const (
	statusPath   = "/v1/status"
	countersPath = "/v1/counters"
	leapPath     = "/v1/leap"
	clientsPath  = "/v1/clients"
)

// routes returns what answers at each path.
func (s Server) routes() map[string]http.HandlerFunc {
	d := s.Daemon
	return map[string]http.HandlerFunc{
		statusPath:   answer(d.Status),
		countersPath: answer(d.Counters),
		leapPath:     answer(d.Leap),
		clientsPath:  answer(d.Clients),
	}
}

// Limits of the server. A peer that was let near the socket may be broken; it
// must cost neither memory nor the way in for others.
const (
	connections    = 32
	headerBytes    = 4 << 10
	requestTimeout = 2 * time.Second
	askTimeout     = time.Second     // of the daemon's loop
	answerTimeout  = 5 * time.Second // request and answer together
	graceTimeout   = time.Second     // for answers that are on their way when we end
)

// Daemon is who knows the answers.
type Daemon interface {
	Status(ctx context.Context) (Status, error)
	Counters(ctx context.Context) (Counters, error)
	Leap(ctx context.Context) (Leap, error)
	Clients(ctx context.Context) (Clients, error)
}

// Server answers for the daemon. Whoever can open the socket may read: its
// mode and its folder decide that.
type Server struct{ Daemon Daemon }

// Run answers on l until ctx ends, then returns nil. It closes l.
func (s Server) Run(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:        s,
		BaseContext:    func(net.Listener) context.Context { return ctx },
		ReadTimeout:    requestTimeout,
		WriteTimeout:   answerTimeout,
		MaxHeaderBytes: headerBytes,
		ErrorLog:       log.New(io.Discard, "", 0), // what peers do wrong is not ours to log
	}
	h.SetKeepAlivesEnabled(false) // an idle peer must not hold a connection
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(netutil.LimitListener(l, connections)) }()
	select {
	case err := <-ended:
		return errors.Join(err, h.Close())
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTimeout)
	defer cancel()
	if h.Shutdown(grace) != nil {
		h.Close()
	}
	<-ended
	return nil
}

// ServeHTTP answers one request.
func (s Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	routes := s.routes()
	if h := routes[r.URL.Path]; h != nil {
		h(w, r)
		return
	}
	there := slices.Sorted(maps.Keys(routes))
	refuse(w, http.StatusNotFound, "no such resource: "+strings.Join(there, ", ")+" are there")
}

// answer answers with what ask knows.
func answer[T knowledge](ask func(context.Context) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet:
			w.Header().Set("Allow", http.MethodGet)
			refuse(w, http.StatusMethodNotAllowed, "this can be read only")
			return
		case r.ContentLength != 0:
			refuse(w, http.StatusRequestEntityTooLarge, "a question has no body")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
		defer cancel()
		v, err := ask(ctx)
		if err != nil {
			refuse(w, http.StatusServiceUnavailable, err.Error())
			return
		}
		write(w, http.StatusOK, v)
	}
}

// refusal is the answer to a request that was not granted.
type refusal struct {
	Error string `json:"error"`
}

func refuse(w http.ResponseWriter, status int, why string) {
	write(w, status, refusal{why})
}

// write encodes v before it commits itself to a status: not every number that
// a fault can yield has a form in JSON.
func write[T knowledge | refusal](w http.ResponseWriter, status int, v T) {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(line.Bytes())
}
