package main

import (
	"bytes"
	"fmt"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"gpsntpd/cmd/internal/protocols"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
	"gpsntpd/server/regular"
)

// capture is a file of a receiver's bytes, cut into what it sent for each
// moment that it named.
type capture struct {
	first  refclock.UTC // the moment that the first burst names
	bursts []sim.Burst
}

// captureBytes is how long a capture may be: a day of a talkative receiver. It is held in
// memory twice. feedBytes of it are cut at once.
const (
	captureBytes = 64 << 20
	feedBytes    = 64 << 10
)

// readCapture cuts the file at path. Epochs without a date take the place that
// their time of day gives them among those with one.
func readCapture(path string, notBefore refclock.UTC) (capture, error) {
	content, err := regular.Read(path, captureBytes)
	if err != nil {
		return capture{}, err
	}
	c := capture{}
	cut := cutter{decoder: protocols.NewDecoder(notBefore), rest: content}
	var framer hw.Framer
	for part := range slices.Chunk(content, feedBytes) {
		for _, f := range framer.Feed(part, 0) {
			cut.frame(f)
		}
	}
	for _, f := range framer.Flush() {
		cut.frame(f)
	}
	cut.flush()
	c.first, c.bursts = cut.bursts(notBefore)
	if !cut.sound && text(content) {
		return capture{}, fmt.Errorf("%s: no capture of a receiver: text without one whole sentence of NMEA", path)
	}
	return c, nil
}

// text reports whether content is text, and not what a receiver with a binary protocol
// sends.
func text(content []byte) bool {
	return utf8.Valid(content) && !bytes.ContainsFunc(content, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) })
}

// room is how many bytes are played at once, a little less than a
// pseudo-terminal takes.
const room = 4000

// cutter collects the bytes of one epoch after another, exactly as they were
// sent: what lies between the sentences is for the daemon to pass over, too.
type cutter struct {
	decoder refclock.Decoder
	rest    []byte // behind open
	open    []byte
	epochs  []epoch
	sound   bool // a sentence was whole
}

type epoch struct {
	fix   refclock.Fix
	bytes []byte
}

func (c *cutter) frame(f hw.Frame) {
	r := c.decoder.Frame(f)
	c.sound = c.sound || r.Verdict == refclock.FrameOK || r.Verdict == refclock.FrameIgnored
	if r.Ended != nil {
		c.end(r.Ended.Fix)
	}
	c.take(f)
	if len(c.open) > room {
		c.end(refclock.Fix{})
	}
}

// take moves the bytes of f from the rest to what is open, with what lies in
// front of it and the end of its line.
func (c *cutter) take(f hw.Frame) {
	n := min(f.Skipped, len(c.rest))
	if len(f.Bytes) > 0 {
		n = bytes.Index(c.rest, f.Bytes) + len(f.Bytes)
		n += len(c.rest[n:]) - len(bytes.TrimLeft(c.rest[n:], "\r\n"))
	}
	c.open, c.rest = append(c.open, c.rest[:n]...), c.rest[n:]
}

func (c *cutter) flush() {
	var fix refclock.Fix
	for e := c.decoder.Flush().Ended; e != nil; e = c.decoder.Flush().Ended {
		fix = e.Fix
	}
	c.end(fix)
}

func (c *cutter) end(fix refclock.Fix) {
	if len(c.open) > 0 {
		c.epochs = append(c.epochs, epoch{fix, c.open})
	}
	c.open = nil
}

// bursts places the epochs on the axis of time: where they say they belong, or
// a second after the one before when they do not say, or nothing credible.
func (c *cutter) bursts(notBefore refclock.UTC) (first refclock.UTC, all []sim.Burst) {
	first = c.beginning(notBefore)
	at := time.Duration(-time.Second)
	for _, e := range c.epochs {
		at += time.Second
		if d := e.fix.UTC.Sub(first); e.fix.Valid || (d-at).Abs() < credible {
			at = d
		}
		all = append(all, sim.Burst{At: at, Bytes: e.bytes})
	}
	return first, all
}

// credible is how far a receiver without a fix may put its clock ahead.
const credible = time.Hour

// beginning is the moment of the first epoch, reckoned back from the first
// that has a fix, or at least a date.
func (c *cutter) beginning(notBefore refclock.UTC) refclock.UTC {
	begin := notBefore
	for i, e := range c.epochs {
		u := e.fix.UTC.Add(-time.Duration(i) * time.Second)
		if e.fix.Valid {
			return u
		}
		if e.fix.UTC != 0 && begin == notBefore {
			begin = u
		}
	}
	return begin
}
