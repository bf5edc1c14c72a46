package httpd

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Answers are made once for all who ask for the same, by few at a time, and kept for a
// multiple of the time that making them took: so each kind takes 1 % of a processor at
// most, whoever asks however often, until that is older than anybody would want.
const (
	makers  = 2
	keepFor = 100
	oldest  = 5 * time.Second
	zipFrom = 16 << 10 // bytes: what is longer is kept compressed
)

// kept are the answers that are being made or kept.
type kept struct {
	mu      sync.Mutex
	answers map[string]*answer
	turns   chan struct{} // has one of these for each that is being made
	writers *sync.Pool    // of *gzip.Writer
}

func newKept() kept {
	return kept{
		answers: map[string]*answer{}, turns: make(chan struct{}, makers),
		writers: &sync.Pool{New: func() any {
			z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // a level that exists
			return z
		}},
	}
}

// answer is what a handler said.
type answer struct {
	ready  chan struct{} // closed when what follows does not change any more
	status int
	header http.Header
	body   bytes.Buffer
	zip    *gzip.Writer // while it is made; nil: it is short
	zipped bool
}

// Keep is h, whose answers to questions with the same key are made once and kept. One
// with the key "" is for who asked. They are made in memory, and end by themselves.
func (g *Guard) Keep(h http.Handler, key func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := key(r)
		a, mine := g.kept.find(key)
		if mine {
			took := g.kept.make(a, key, h, r)
			g.admission.Charge(g.Client(r), time.Now(), min(took, mostMaking))
			a.writeTo(w, r)
			return
		}
		select {
		case <-a.ready:
			a.writeTo(w, r)
		case <-r.Context().Done():
		}
	})
}

// find returns the answer with that key, and whether it is still to be made.
func (k *kept) find(key string) (a *answer, mine bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a := k.answers[key]; a != nil {
		return a, false
	}
	a = &answer{ready: make(chan struct{}), header: http.Header{}}
	if key != "" {
		k.answers[key] = a
	}
	return a, true
}

// make makes an answer, and returns how long that took.
func (k *kept) make(a *answer, key string, h http.Handler, r *http.Request) (took time.Duration) {
	keep := time.Duration(0)
	defer close(a.ready)
	defer func() { // also where h panics
		if keep > 0 && a.status == http.StatusOK {
			time.AfterFunc(keep, func() { k.forget(key, a) })
		} else {
			k.forget(key, a)
		}
	}()
	k.turns <- struct{}{}
	defer func() { <-k.turns }()
	began := time.Now()
	r = r.Clone(context.WithoutCancel(r.Context())) // who began it may go, others wait for it
	r.Method = http.MethodGet
	m := &making{a, k}
	h.ServeHTTP(m, r)
	m.WriteHeader(http.StatusOK) // unless it has said otherwise
	if a.zip != nil {
		_ = a.zip.Close() // into memory
		k.writers.Put(a.zip)
		a.zip = nil
	}
	took = time.Since(began)
	keep = min(keepFor*took, oldest)
	return took
}

func (k *kept) forget(key string, a *answer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.answers[key] == a {
		delete(k.answers, key)
	}
}

// making is where a handler writes an answer that is to be kept.
type making struct {
	*answer
	kept *kept
}

// Header implements http.ResponseWriter.
func (m *making) Header() http.Header { return m.header }

// WriteHeader implements http.ResponseWriter.
func (m *making) WriteHeader(status int) { m.status = cmp.Or(m.status, status) }

// Write implements io.Writer.
func (m *making) Write(b []byte) (int, error) {
	m.WriteHeader(http.StatusOK)
	if m.zip != nil {
		return m.zip.Write(b)
	}
	if m.body.Len()+len(b) <= zipFrom {
		return m.body.Write(b)
	}
	plain := bytes.Clone(m.body.Bytes())
	m.body.Reset()
	m.zipped, m.zip = true, m.kept.writers.Get().(*gzip.Writer)
	m.zip.Reset(&m.body)
	if _, err := m.zip.Write(plain); err != nil {
		return 0, err
	}
	return m.zip.Write(b)
}

// writeTo answers with a.
func (a *answer) writeTo(w http.ResponseWriter, r *http.Request) {
	if a.status == 0 { // its maker has panicked
		http.Error(w, "there is no answer", http.StatusInternalServerError)
		return
	}
	maps.Copy(w.Header(), a.header)
	if !a.zipped {
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body.Bytes()) // a peer that has gone needs no more
		return
	}
	w.Header().Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body.Bytes())
		return
	}
	w.WriteHeader(a.status)
	plain, err := gzip.NewReader(bytes.NewReader(a.body.Bytes()))
	if err == nil {
		_, _ = io.Copy(w, plain)
	}
}
