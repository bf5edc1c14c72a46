package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
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
	good   map[[sha256.Size]byte]struct{} // what was right, under the secret: not tried again
}

// ParsePasswords reads a file as `htpasswd -B` writes it: a user, a colon and a
// bcrypt hash on each line. The error names the line.
func ParsePasswords(text string) (*Passwords, error) {
	p := &Passwords{hashes: map[string]string{}, turn: make(chan struct{}, 1), good: map[[sha256.Size]byte]struct{}{}}
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

// right tells whether password is the user's. It waits for its turn until ctx
// ends.
func (p *Passwords) right(ctx context.Context, user, password string) bool {
	mark := sha256.Sum256(fmt.Appendf(p.secret[:len(p.secret):len(p.secret)], "%d %s %s", len(user), user, password))
	if p.known(mark) {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	if p.known(mark) { // a browser asks for several things at once
		<-p.turn
		return true
	}
	began := time.Now()
	hash, there := p.hashes[user]
	if !there {
		hash = p.any
	}
	if same := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil; !same || !there {
		time.AfterFunc(rest*time.Since(began), func() { <-p.turn })
		return false
	}
	p.mu.Lock()
	p.good[mark] = struct{}{} // one for each user at most
	p.mu.Unlock()
	<-p.turn
	return true
}

// known tells whether it was right before.
func (p *Passwords) known(mark [sha256.Size]byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.good[mark]
	return ok
}
