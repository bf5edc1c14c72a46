// Package discipline turns samples into actions on the clock and into the
// snapshot that every answer is made from. It decides and computes, nothing
// else: time comes in as an argument, actions go out as values.
package discipline

import (
	"sync/atomic"
	"time"

	"gpsntpd/hw"
)

// State is the condition of the clock.
type State uint8

// The states; what each puts on the wire is part of the contract with scripts.
const (
	Starting       State = iota // no usable sample yet
	Acquiring                   // samples, but the bound is above the limit
	Locked                      // samples discipline the clock, bound within the limit
	Holdover                    // no usable sample for a while, bound still within the limit
	Unsynchronized              // was locked; bound above the limit, or the reference is not believed
	Fallback                    // servers of the network are followed, their bound is smaller than that of holdover
	Client                      // servers of the network are followed, there is to be no receiver
)

var stateWords = [...]string{"starting", "acquiring", "locked", "holdover", "unsynchronized", "fallback", "client"}

// String returns the state's word, as in JSON.
func (s State) String() string { return stateWords[s] }

// Synchronized reports whether the time is served as good, with a stratum.
func (s State) Synchronized() bool { return s == Locked || s == Holdover || s.Networked() }

// Networked reports whether servers of the network are followed.
func (s State) Networked() bool { return s == Fallback || s == Client }

// Action is what is to be done to the clock, now.
type Action struct {
	Step      time.Duration // jump; 0 for none
	Steer     bool          // Frequency is to be set
	Frequency hw.Frequency  // total correction in force from now on, slew included
	Slew      hw.Frequency  // the part of it that is for the coming second only
	Moved     time.Duration // how far the clock has left its line: our step, and what someone else did to it …
	Foreign   time.Duration // … which was this
	Arm       bool          // Leap is to be armed
	Leap      hw.Leap       // by the clock itself; the zero value takes back what was armed
	Leapt     time.Duration // the leap second that the clock has just made, and UTC with it
	Afresh    bool          // all that was heard and learnt of the time is void
}

// Latest holds the newest snapshot; one goroutine stores, any number load.
// Before the first Store, Load returns a snapshot that claims nothing.
type Latest struct {
	p       atomic.Pointer[Snapshot]
	nothing Snapshot
}

// Store publishes s, which must not be changed afterwards.
func (l *Latest) Store(s *Snapshot) { l.p.Store(s) }

// Load returns the newest snapshot.
func (l *Latest) Load() *Snapshot {
	if s := l.p.Load(); s != nil {
		return s
	}
	return &l.nothing
}
