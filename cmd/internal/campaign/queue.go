package main

import (
	"gpsntpd/hw/sim"
)

// happening is what is to happen at a moment of truth.
type happening uint8

const (
	newSecond  happening = iota // the next second is made up
	interrupt                   // an edge is stamped by the kernel
	fetchPulse                  // the pump of the pulse wakes up
	arrive                      // bytes reach the serial port's buffer
	readSerial                  // the pump of the serial port wakes up
	wakeLoop                    // the loop takes what waits for it
	tick                        // time is let pass
	heat                        // the thermometer is read
	ask                         // a client asks …
	answering                   // … and is answered
	boot                        // gpsntpd starts
	begin                       // a fault begins …
	end                         // … or ends
)

// event is one of them.
type event struct {
	at   sim.Truth
	what happening
	n    int
	text []byte
}

// queue is what is to happen, in order of time; what was put in first comes
// first of what is at one moment.
type queue struct {
	events []event // latest first
}

func (q *queue) add(e event) {
	q.events = append(q.events, e)
	i := len(q.events) - 1
	for ; i > 0 && q.events[i-1].at <= e.at; i-- {
		q.events[i] = q.events[i-1]
	}
	q.events[i] = e
}

// soon is when the next one happens; there always is one.
func (q *queue) soon() sim.Truth { return q.events[len(q.events)-1].at }

func (q *queue) next() event {
	last := len(q.events) - 1
	e := q.events[last]
	q.events = q.events[:last]
	return e
}
