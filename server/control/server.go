package control

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"gpsntpd/server/httpd"
)

// routes returns what answers at each path.
func (s Server) routes() map[string]http.HandlerFunc {
	d := s.Daemon
	return map[string]http.HandlerFunc{
		statusPath:   answer(d.Status),
		countersPath: answer(d.Counters),
		leapPath:     answer(d.Leap),
		clientsPath:  answer(d.Clients),
		ntsPath:      answer(d.KeyExchange),
		configPath:   answer(d.Settings),
		receiverPath: answer(d.Receiver),

		satellitesPath: answer(d.Satellites),
		scatterPath:    answer(d.Scatter),
		logPath:        answer(d.Log),
		historyPath:    s.history,
		watchPath:      s.watch,
		whyPath:        answerIn(d.Why),
		alarmsPath:     answerIn(d.Alarms),
	}
}

// askTimeout is how long the daemon's loop may take to answer.
const askTimeout = time.Second

// Daemon is who knows the answers.
type Daemon interface {
	Status(ctx context.Context) (Status, error)
	Counters(ctx context.Context) (Counters, error)
	Leap(ctx context.Context) (Leap, error)
	Clients(ctx context.Context) (Clients, error)
	KeyExchange(ctx context.Context) (KeyExchange, error)
	Settings(ctx context.Context) (Settings, error)
	Satellites(ctx context.Context) (Satellites, error)
	Scatter(ctx context.Context) (Scatter, error)
	Log(ctx context.Context) (Log, error)
	// History returns what writes a History of one of the Spans.
	History(ctx context.Context, span string) (io.WriterTo, error)
	Watch(ctx context.Context) (<-chan Event, error)
	// Record returns what writes the flight recorder's file.
	Record(ctx context.Context) (io.WriterTo, error)
	Why(ctx context.Context, language string) (Why, error)
	Alarms(ctx context.Context, language string) (Alarms, error)
	Receiver(ctx context.Context) (ReceiverSetup, error)
	// Order has the receiver told something: see Client.Order.
	Order(ctx context.Context, order, text string) (ReceiverSetup, error)
	// TestAlarms sends a notice of nothing by each way of that name; "" is all of them.
	TestAlarms(ctx context.Context, name string) (Tests, error)
}

// Server answers for the daemon. Whoever can open the socket may read: its
// mode and its folder decide that.
type Server struct{ Daemon Daemon }

// Run answers on l until ctx ends, then returns nil. It closes l.
func (s Server) Run(ctx context.Context, l net.Listener) error {
	return httpd.Serve(ctx, l, http.HandlerFunc(s.private))
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

// answerIn answers with what ask knows, in the language that the question asks
// for ("?lang=zh"); without one it is that of the daemon.
func answerIn[T any](ask func(context.Context, string) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		language := r.URL.Query().Get("lang")
		answer(func(ctx context.Context) (T, error) { return ask(ctx, language) })(w, r)
	}
}

// answer answers with what ask knows.
func answer[T any](ask func(context.Context) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !question(w, r) {
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

// question reports whether r is one; if not, it has been refused.
func question(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		refuse(w, http.StatusMethodNotAllowed, "this can be read only")
		return false
	case r.ContentLength != 0:
		refuse(w, http.StatusRequestEntityTooLarge, "a question has no body")
		return false
	}
	return true
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
func write(w http.ResponseWriter, status int, v any) {
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
