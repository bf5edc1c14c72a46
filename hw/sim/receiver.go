package sim

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"time"
)

// Receiver says what is heard on the serial line.
type Receiver struct {
	Latency    Span       `toml:"latency"` // from the second to the first byte that names it
	Jitter     Span       `toml:"jitter"`  // of the latency, rms
	Baud       int        `toml:"baud"`    // paces the sentences of an epoch
	Talker     string     `toml:"talker"`
	Sentences  []Sentence `toml:"sentences"` // of each epoch, in order
	Satellites int        `toml:"satellites"`
	FirstFix   Span       `toml:"first-fix"` // from the start; no time and no pulse before
}

// Sentence is the type of a sentence.
type Sentence string

// The sentences that the receiver can speak.
const (
	RMC Sentence = "RMC"
	GGA Sentence = "GGA"
	GSA Sentence = "GSA"
	GSV Sentence = "GSV"
	ZDA Sentence = "ZDA"

	TXT Sentence = "TXT" // when there is something to say of the antenna
)

var sentences = []Sentence{RMC, GGA, GSA, GSV, ZDA}

// The first byte comes within the second that its sentence names.
const (
	earliest = time.Millisecond
	latest   = 990 * time.Millisecond
)

var talker = regexp.MustCompile(`^[A-Z]{2}$`)

func (r Receiver) check() error {
	switch {
	case r.Latency.Duration > latest:
		return fmt.Errorf("latency: %v is more than %v", r.Latency, latest)
	case r.Baud < 1200 || r.Baud > 921600:
		return fmt.Errorf("baud: %d is not from 1200 to 921600", r.Baud)
	case !talker.MatchString(r.Talker):
		return fmt.Errorf("talker: %q is not two capitals", r.Talker)
	case r.Satellites < 0 || r.Satellites > 32-hidden:
		return fmt.Errorf("satellites: %d is not from 0 to %d", r.Satellites, 32-hidden)
	}
	for _, s := range r.Sentences {
		if !slices.Contains(sentences, s) {
			return fmt.Errorf("sentences: there is no %q; there are %v", s, sentences)
		}
	}
	return nil
}

type receiver struct {
	Receiver
	random  *rand.Rand
	garbage *rand.Rand
	sky     sky
	busy    Truth // when the serial line has sent all that it was given
}

func newReceiver(s Scenario) *receiver {
	return &receiver{
		Receiver: s.Receiver,
		random:   s.random(receiverStream),
		garbage:  s.random(garbageStream),
		sky:      newSky(s.Receiver.Talker),
	}
}

// epoch returns the sentences that name second. A line that still sends the
// epoch before skips this one.
func (r *receiver) epoch(second Truth, c condition) []Event {
	latency := r.Latency.Duration + scale(r.Jitter.Duration, r.random.NormFloat64())
	at := second.Add(min(max(latency, earliest), latest))
	if c.noSentences || at < r.busy {
		return nil
	}
	named := moment{Time: second.Add(c.lie).Std(), true: second, condition: c}
	var events []Event
	for _, s := range append(r.Sentences[:len(r.Sentences):len(r.Sentences)], TXT) {
		for _, text := range r.speak(s, named) {
			bytes := []byte(text)
			if c.garbage {
				r.spoil(bytes)
			}
			events = append(events, Event{At: at, Bytes: bytes})
			at = at.Add(r.sending(len(bytes)))
		}
	}
	r.busy = at
	return events
}

// sending is how long n bytes take: start bit, eight bits, stop bit.
func (r *receiver) sending(n int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(r.Baud)
}

func (r *receiver) spoil(bytes []byte) {
	for i := range bytes {
		bytes[i] = byte(r.garbage.Uint32())
	}
}
