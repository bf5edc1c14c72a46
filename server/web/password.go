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

// patience is how long somebody waits for his turn to have a password tried.
const patience = 3 * time.Second

// rest is how long no password is tried after a wrong one, in units of what the
// trial took: guessing may cost a tenth of one processor.
const rest = 9

// Passwords are the users that may read, with their passwords' bcrypt hashes.
type Passwords struct {
	hashes map[string]string
	any    string        // one of them: tried for users that do not exist, so that they take as long
	turn   chan struct{} // whoever tries a password holds it: bcrypt is slow on purpose
	secret [32]byte
	mu     sync.Mutex
	good   map[mark]struct{} // what was right: not tried again
	trials map[netip.Addr]trial
}

// mark is a digest of a user with a password, under the secret.
type mark [sha256.Size]byte

// trial is the one password of a client that may wait for its turn. It keeps its
// place until the rest after it is over: who guesses waits behind others, and not
// they behind his guesses.
type trial struct {
	mark    mark
	waiting int // questions with it
	wrong   bool
	resting bool
}

// ParsePasswords reads a file as `htpasswd -B` writes it: a user, a colon and a
// bcrypt hash on each line. The error names the line.
func ParsePasswords(text string) (*Passwords, error) {
	p := &Passwords{hashes: map[string]string{}, turn: make(chan struct{}, 1), good: map[mark]struct{}{}, trials: map[netip.Addr]trial{}}
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

// right tells whether password is the user's, as a client says. It waits for its turn
// until ctx ends.
func (p *Passwords) right(ctx context.Context, from netip.Addr, user, password string) bool {
	said := mark(sha256.Sum256(fmt.Appendf(p.secret[:len(p.secret):len(p.secret)], "%d %s %s", len(user), user, password)))
	if p.known(said) {
		return true
	}
	if !p.line(from, said) {
		return false
	}
	defer p.leave(from)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	if good := p.known(said); good || p.wrong(from) { // a browser asks for several things at once
		<-p.turn
		return good
	}
	began := time.Now()
	hash, there := p.hashes[user]
	if !there {
		hash = p.any
	}
	if same := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil; !same || !there {
		p.rest(from, rest*time.Since(began))
		return false
	}
	p.mu.Lock()
	p.good[said] = struct{}{} // one for each user at most
	p.mu.Unlock()
	<-p.turn
	return true
}

// known tells whether it was right before.
func (p *Passwords) known(mark mark) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.good[mark]
	return ok
}

// line has a client wait, unless another password of his does already, or this one
// was wrong.
func (p *Passwords) line(from netip.Addr, mark mark) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, there := p.trials[from]
	if there && (t.mark != mark || t.wrong) {
		return false
	}
	t.mark, t.waiting = mark, t.waiting+1
	p.trials[from] = t
	return true
}

// wrong tells whether what a client waits with has been tried meanwhile.
func (p *Passwords) wrong(from netip.Addr) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trials[from].wrong
}

// rest holds the turn for d, after a client was wrong.
func (p *Passwords) rest(from netip.Addr, d time.Duration) {
	p.change(from, func(t *trial) { t.wrong, t.resting = true, true })
	time.AfterFunc(d, func() {
		p.change(from, func(t *trial) { t.resting = false })
		<-p.turn
	})
}

func (p *Passwords) leave(from netip.Addr) { p.change(from, func(t *trial) { t.waiting-- }) }

// change forgets a trial of which nothing is left.
func (p *Passwords) change(from netip.Addr, how func(*trial)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.trials[from]
	how(&t)
	if t.waiting == 0 && !t.resting {
		delete(p.trials, from)
		return
	}
	p.trials[from] = t
}
