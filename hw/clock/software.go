package clock

import (
	"fmt"
	"math"
	"math/bits"
	"sync/atomic"
	"time"

	"gpsntpd/hw"
)

// MaxFrequency is the greatest correction that a clock takes: the kernel's
// limit, kept by the software clock too, so that both behave alike.
const MaxFrequency = 500 * hw.PPM

// Software is a clock of our own over any oscillator; it steers nothing. Any
// number of goroutines may read it without waiting, one corrects it.
type Software struct {
	// Asleep tells for how long the machine has been suspended when the
	// oscillator shows raw; nil: never. It is set before anybody reads the clock.
	Asleep func(raw hw.Raw) time.Duration

	raw    func(ago time.Duration) hw.Raw
	kernel func() hw.Time
	lines  atomic.Pointer[[]line]
}

// remembered is how many lines are kept: with a few corrections a second, the
// last seconds, in which a stamp of the kernel may still have to be placed.
const remembered = 16

// oldest is the greatest age of a kernel's stamp that is believed. Beyond it
// someone set the host's clock between the stamp and now.
const oldest = 10 * time.Second

// line is the clock from one correction to the next: straight against the raw
// clock. All of it is integers, so that nothing is rounded away when a line
// continues another, however many days they add up to.
type line struct {
	raw  hw.Raw  // where it begins
	time hw.Time // what the clock showed there, whole nanoseconds
	frac uint64  // and the rest, in 2^-64 ns
	rate int64   // gain for each raw nanosecond, in 2^-64 ns; 500 ppm is below 2^54
	leap hw.Leap // ahead, or behind while the line lasts
}

// shows returns what the clock shows on this line at raw, leap second made.
func (l line) shows(raw hw.Raw) hw.Time {
	t, _ := l.at(raw)
	if l.leap.By != 0 && t >= l.leap.At {
		t = t.Add(l.leap.By)
	}
	return t
}

// at returns the point of this line at raw.
func (l line) at(raw hw.Raw) (hw.Time, uint64) {
	elapsed := int64(raw - l.raw)
	whole, frac := multiply(elapsed, l.rate)
	frac, carry := bits.Add64(frac, l.frac, 0)
	return l.time + hw.Time(elapsed+whole+int64(carry)), frac
}

// multiply returns a·b as a signed number of 128 bits.
func multiply(a, b int64) (high int64, low uint64) {
	h, low := bits.Mul64(uint64(a), uint64(b))
	h -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a) // two's complement
	return int64(h), low
}

// NewSoftware returns a clock that shows start now and runs as fast as its
// oscillator. raw(ago) is what the oscillator showed ago before now; kernel
// reads the clock with which the kernel stamps, CLOCK_REALTIME.
func NewSoftware(raw func(ago time.Duration) hw.Raw, kernel func() hw.Time, start hw.Time) *Software {
	s := &Software{raw: raw, kernel: kernel}
	s.lines.Store(&[]line{{raw: raw(0), time: start}})
	return s
}

// Read returns this clock and its oscillator at one moment.
func (s *Software) Read() hw.Reading {
	now := s.raw(0) // before the lines are loaded: a correction in between must not apply to it
	r := hw.Reading{Time: s.TimeAt(now), Raw: now}
	if s.Asleep != nil {
		r.Asleep = s.Asleep(now)
	}
	return r
}

// TimeAt returns what this clock showed when its oscillator showed raw, by the
// line that was in force then.
func (s *Software) TimeAt(raw hw.Raw) hw.Time {
	lines := *s.lines.Load()
	i := 0
	for i < len(lines)-1 && raw < lines[i].raw {
		i++
	}
	return lines[i].shows(raw)
}

// FromKernel returns what this clock showed when the kernel's clock showed t.
func (s *Software) FromKernel(t hw.Time) hw.Time {
	now := s.kernel()
	ago := min(max(now.Sub(t), 0), oldest)
	t = now.Add(-ago)
	middle, raw := hw.Together(s.kernel, func() hw.Raw { return s.raw(ago) })
	late := middle.Add(-ago).Sub(t) // raw belongs to a moment that much after t
	return s.TimeAt(raw - hw.Raw(late))
}

// SetFrequency makes the clock run by f faster than its oscillator from now on.
func (s *Software) SetFrequency(f hw.Frequency) error {
	if err := takes(f); err != nil {
		return err
	}
	now := s.begin()
	now.rate = int64(math.Ldexp(float64(f), 64))
	s.follow(now)
	return nil
}

// Step moves the clock by d at once.
func (s *Software) Step(d time.Duration) error {
	now := s.begin()
	now.time = now.time.Add(d)
	s.follow(now)
	return nil
}

// Arm has the clock make a leap second.
func (s *Software) Arm(l hw.Leap) error {
	now := s.begin()
	now.leap = l
	s.follow(now)
	return nil
}

// Frequency returns that no one corrected this clock before.
func (s *Software) Frequency() (hw.Frequency, bool) { return 0, false }

// Claim does nothing: no one else on the host looks at this clock.
func (s *Software) Claim(hw.Claim) error { return nil }

// begin returns a line that continues the newest one from now on.
func (s *Software) begin() line {
	newest := (*s.lines.Load())[0]
	next := line{raw: s.raw(0), rate: newest.rate, leap: newest.leap}
	next.time, next.frac = newest.at(next.raw)
	if shows := newest.shows(next.raw); shows != next.time {
		next.time, next.leap = shows, hw.Leap{}
	}
	return next
}

// follow puts l in force. Readers keep the slice that they have: it never changes.
func (s *Software) follow(l line) {
	before := *s.lines.Load()
	lines := append([]line{l}, before[:min(len(before), remembered-1)]...)
	s.lines.Store(&lines)
}

func takes(f hw.Frequency) error {
	if f >= -MaxFrequency && f <= MaxFrequency {
		return nil
	}
	return fmt.Errorf("frequency %+.3f ppm: the clock takes ±%.0f ppm", f.PPM(), MaxFrequency.PPM())
}
