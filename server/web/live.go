package web

import (
	"bytes"
	"context"
	"sync"

	"gpsntpd/server/control"
)

// live is what the page says of a moment.
type live struct {
	status control.Status
	cells  []cell
}

// lives are the newest in each language. Whoever watches is told of the same event at
// the same time: the page is made once for all of them.
type lives struct {
	mu      sync.Mutex
	of      map[string]*live
	event   map[string]*byte           // that it was made for
	clients map[string]control.Clients // as they were last listed
}

// live returns what the page says at an event; nil: now.
func (s *Server) live(ctx context.Context, lang string, event *byte) (*live, error) {
	k := &s.lives
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil {
		k.of, k.event, k.clients = map[string]*live{}, map[string]*byte{}, map[string]control.Clients{}
	}
	if event != nil && k.event[lang] == event {
		return k.of[lang], nil
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	m, err := s.options.Daemon.Moment(ctx, lang)
	if err != nil {
		return nil, err
	}
	if last := k.of[lang]; last == nil || event == nil || last.status.State != m.Status.State || due(&m.Status, slowly) {
		if k.clients[lang], err = s.options.Daemon.Clients(ctx); err != nil {
			return nil, err
		}
	}
	v := s.view(lang)
	v.fill(m, k.clients[lang])
	var text bytes.Buffer
	if err := s.template.ExecuteTemplate(&text, "main", v); err != nil {
		return nil, err
	}
	l := &live{status: m.Status}
	_, l.cells = cells(text.String())
	k.of[lang], k.event[lang] = l, event
	return l, nil
}

// due reports whether what comes every this many seconds comes now.
func due(s *control.Status, every int64) bool { return s.Now.Unix()%every == 0 }
