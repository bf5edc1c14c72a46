package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// turnTimeout is how long someone waits for his turn to have a password tried.
const turnTimeout = 3 * time.Second

// After a wrong password none is tried for a while, in units of what the trial took:
// guessing may cost a tenth of one processor. But who waits has to have a turn.
const (
	rest     = 9
	mostRest = 2 * time.Second
)

const (
	penalty    = 10 * time.Second // by which a wrong password puts its asker behind others
	remembered = 4096             // wrong passwords, and askers
)

// Passwords are the users that may read, with their passwords' bcrypt hashes. One
// password is tried at a time, since bcrypt is slow on purpose.
type Passwords struct {
	hashes  map[string]string
	any     string // one of them: tried for users that do not exist, so that they take as long
	secret  [32]byte
	compare func(hash, password []byte) error

	mu      sync.Mutex
	good    map[mark]struct{} // what was right: not tried again
	wrong   map[mark]struct{} // the same
	behind  map[asker]time.Time
	waiting map[*trial]struct{}
	busy    bool // one is tried, or rests
}

// mark is a digest of a user with a password, under the secret.
type mark [sha256.Size]byte

// asker is who has a password tried: a client, for a user; for all that do not exist
// it is the same one. So who guesses for one user waits behind who asks for another,
// also where both are one client, behind a proxy.
type asker struct {
	from netip.Addr
	user string
}

// trial is a password that waits for its turn.
type trial struct {
	asker asker
	turn  chan struct{}
}

// ParsePasswords reads a file as `htpasswd -B` writes it: a user, a colon and a
// bcrypt hash on each line. The error names the line.
func ParsePasswords(text string) (*Passwords, error) {
	p := &Passwords{
		hashes: map[string]string{}, compare: bcrypt.CompareHashAndPassword,
		good: map[mark]struct{}{}, wrong: map[mark]struct{}{}, behind: map[asker]time.Time{}, waiting: map[*trial]struct{}{},
	}
	rand.Read(p.secret[:]) // never fails
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		user, hash, ok := strings.Cut(line, ":")
		switch _, err := bcrypt.Cost([]byte(hash)); {
		case !ok || user == "":
			return nil, fmt.Errorf("line %d: want USER:HASH", n)
		case err != nil:
			return nil, fmt.Errorf("line %d: the password of %q is no bcrypt hash, such as `htpasswd -nB` makes", n, user)
		case p.hashes[user] != "":
			return nil, fmt.Errorf("line %d: %q is there twice", n, user)
		}
		p.hashes[user], p.any = hash, hash
	}
	if len(p.hashes) == 0 {
		return nil, errors.New("no user in it")
	}
	return p, nil
}

// right reports whether password is the user's, as a client says. It waits for its turn
// until ctx ends.
func (p *Passwords) right(ctx context.Context, from netip.Addr, user, password string) bool {
	said := mark(sha256.Sum256(fmt.Appendf(p.secret[:len(p.secret):len(p.secret)], "%d %s %s", len(user), user, password)))
	if right, known := p.known(said); known {
		return right
	}
	who := asker{from: from}
	if p.hashes[user] != "" {
		who.user = user
	}
	if !p.wait(ctx, who) {
		return false
	}
	if right, known := p.known(said); known { // a browser asks for several things at once
		p.next()
		return right
	}
	began := time.Now()
	right := p.try(user, password)
	p.tried(who, said, right)
	if right {
		p.next()
	} else {
		time.AfterFunc(min(rest*time.Since(began), mostRest), p.next)
	}
	return right
}

// try reports whether password is the user's.
func (p *Passwords) try(user, password string) bool {
	hash, there := p.hashes[user]
	if !there {
		hash = p.any
	}
	return p.compare([]byte(hash), []byte(password)) == nil && there
}

// known tells what came of it when it was tried before.
func (p *Passwords) known(said mark) (right, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, right = p.good[said]; right {
		return true, true
	}
	_, known = p.wrong[said]
	return false, known
}

// tried remembers what came of a trial.
func (p *Passwords) tried(who asker, said mark, right bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if right {
		p.good[said] = struct{}{} // one for each user at most
		return
	}
	spare(p.wrong)
	p.wrong[said] = struct{}{}
	now, until := time.Now(), p.behind[who]
	if until.Before(now) {
		spare(p.behind)
		until = now
	}
	p.behind[who] = until.Add(penalty)
}

// spare makes room for one more, by forgetting any.
func spare[K comparable, V any](m map[K]V) {
	if len(m) < remembered {
		return
	}
	for k := range m {
		delete(m, k)
		return
	}
}

// wait waits for a turn, and reports whether it came.
func (p *Passwords) wait(ctx context.Context, who asker) bool {
	t := &trial{who, make(chan struct{})}
	p.mu.Lock()
	p.waiting[t] = struct{}{}
	if !p.busy {
		p.choose()
	}
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	select {
	case <-t.turn:
		return true
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, still := p.waiting[t]; still {
		delete(p.waiting, t)
		return false
	}
	return true // it came in the same moment
}

// next gives the turn to another.
func (p *Passwords) next() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.choose()
}

// choose gives the turn to whose asker has been wrong least of late; of several to any.
func (p *Passwords) choose() {
	now := time.Now()
	var best *trial
	var least time.Duration
	for t := range p.waiting { // in random order
		if late := max(p.behind[t.asker].Sub(now), 0); best == nil || late < least {
			best, least = t, late
		}
	}
	if p.busy = best != nil; p.busy {
		delete(p.waiting, best)
		close(best.turn)
	}
}
