// Package notice delivers alarms to where someone sees them: a program, a
// webhook, a group of a chat, mail, syslog. Whoever posts one never waits.
package notice

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// Notice tells of one alarm that was raised or cleared.
type Notice struct {
	Host     string    `json:"host"`
	Code     string    `json:"code"`
	Severity string    `json:"severity"` // "warning" or "critical"
	State    string    `json:"state"`    // "raised" or "cleared"
	Time     time.Time `json:"time"`     // of that
	Text     string    `json:"text"`
	Remedy   string    `json:"remedy"`
}

// The states of a notice.
const (
	Raised  = "raised"
	Cleared = "cleared"
)

// Way is one way to deliver a notice.
type Way interface {
	// Try delivers n, or tells why it cannot, once; it ends with ctx. The answer is
	// what whoever has taken it said, "" for nothing.
	Try(ctx context.Context, n Notice) (answer string, err error)
	String() string // a name, and maybe more behind a space
}

// queued is how many notices may wait for a way: all alarms that there are, and
// then some.
const queued = 64

// Post is a set of ways, each with a queue of its own, so that one which hangs
// holds up no other.
type Post struct {
	lanes []lane
	log   zerolog.Logger
}

type lane struct {
	way   Way
	queue chan Notice
}

// New returns a post with these ways.
func New(log zerolog.Logger, ways ...Way) *Post {
	p := &Post{log: log}
	for _, w := range ways {
		p.lanes = append(p.lanes, lane{w, make(chan Notice, queued)})
	}
	return p
}

// Ways returns them.
func (p *Post) Ways() (all []Way) {
	for _, l := range p.lanes {
		all = append(all, l.way)
	}
	return all
}

// Send queues n for every way. It never waits: with a full queue n is dropped,
// which the log says.
func (p *Post) Send(n Notice) {
	for _, l := range p.lanes {
		select {
		case l.queue <- n:
		default:
			p.log.Error().Str("way", l.way.String()).Str("code", n.Code).Msg("alarm not delivered: too many wait already")
		}
	}
}

// Run delivers until ctx ends, one notice at a time by each way.
func (p *Post) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, l := range p.lanes {
		all.Go(func() { p.deliver(ctx, l) })
	}
	all.Wait()
	return nil
}

func (p *Post) deliver(ctx context.Context, l lane) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-l.queue:
			late := func(err error) {
				p.log.Warn().Err(err).Str("way", l.way.String()).Str("code", n.Code).Msg("alarm not delivered yet: it is tried for an hour")
			}
			if err := insist(ctx, l.way, n, firstPause, late); err != nil && ctx.Err() == nil {
				p.log.Error().Err(err).Str("way", l.way.String()).Str("code", n.Code).Msg("alarm not delivered")
			}
		}
	}
}
