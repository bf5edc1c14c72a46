package web

import (
	"sync"
	"time"
)

// What all browsers together may ask the daemon. A page that is open asks about
// once a second, and a dozen times while it is loaded.
const (
	rate  = 100 // questions a second
	burst = 300 // questions at once
)

// pace keeps browsers from taking the loop's time: it has pulses to look at.
type pace struct {
	mu   sync.Mutex
	left float64 // questions that may be asked at once
	at   time.Time
}

// take counts a question, unless there have been too many.
func (p *pace) take(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at.IsZero() {
		p.left = burst
	} else {
		p.left = min(burst, p.left+rate*now.Sub(p.at).Seconds())
	}
	p.at = now
	if p.left < 1 {
		return false
	}
	p.left--
	return true
}
