package refclock

import (
	"cmp"
	"time"

	"gpsntpd/hw"
)

// name pairs f with the pulse before it. The moment that f names need not be a
// whole second: what counts is that f is heard after it, by less than a second.
func (p *Pairer) name(f Fix, offset time.Duration) ([]Sample, error) {
	pulse := p.before(f.Heard)
	since := f.Heard.Sub(pulse)
	if pulse == 0 || since >= time.Second {
		p.early = f
		return nil, ErrNoPulse
	}
	late := (since - time.Duration(f.UTC)%time.Second + time.Second) % time.Second
	s := p.pulseSample(pulse, f.UTC.Add(late-since))
	again := pulse == p.paired
	if err := p.contradicts(s); err != nil {
		p.latency = Latency{}
		p.latency.learn(late)
		return nil, err
	}
	if again { // a receiver with several epochs a second: one of them names the pulse
		return nil, ErrLearning
	}
	p.latency.learn(late)
	if p.wary--; p.wary > 0 {
		return nil, ErrAmbiguous
	}
	if err := cmp.Or(p.latency.decide(), p.blind(), p.beside(f.Heard)); err != nil {
		return nil, err
	}
	if s.Moved = p.moved(s.Offset - offset); s.Moved == MovedPulse && (s.Offset-offset).Abs() > time.Second/2 && !usual(p.latency.Mean) {
		return nil, ErrAmbiguous
	}
	p.named, p.confirmed, p.last = f.Heard, f.Heard, f
	return p.backlog(s), nil
}

// blindAfter is from which latency on a sentence may follow the end of the pulse
// before rather than its beginning, if no one knows where the other one is: the
// clock would be wrong by a second less the pulse's length.
const blindAfter = 900 * time.Millisecond

func (p *Pairer) blind() error {
	short := p.width > 0 && p.width < time.Second/2-halfSecondSlack
	if p.latency.Mean > blindAfter && !short {
		return ErrAmbiguous
	}
	return nil
}

// waryFor is how many pairs must agree after some have not: with sentences
// that come now before, now after the next pulse, a few in a row prove nothing.
const waryFor = 48

// Damaged tells that a sentence that names a time came damaged at a moment. What
// is whole beside it may be a late copy of another one: each such second asks for
// two more that agree, so that the second is named where most are whole.
func (p *Pairer) Damaged(at hw.Time) {
	if p.named == 0 && at.Sub(p.damaged).Abs() > time.Second/2 {
		p.damaged = at
		p.wary = min(max(p.wary, 0), waryFor) + 2
	}
}

// contradicts compares the pair s with the one before it.
func (p *Pairer) contradicts(s Sample) error {
	d := (s.Offset - p.offset).Abs()
	first := p.latency.Count == 0
	p.paired, p.offset = s.At, s.Offset
	switch {
	case first || d <= sameSecond:
		return nil
	case (d - time.Second).Abs() < sameSecond:
		p.wary = waryFor
		return ErrAmbiguous
	}
	return ErrDiscontinued
}

// moved tells what has moved, when the pulse is off the clock's second by off.
func (p *Pairer) moved(off time.Duration) Moved {
	fraction := (off - off.Round(time.Second)).Abs()
	if p.former.Count == 0 || fraction < nearSecond {
		return MovedUnknown
	}
	later, spread := p.latency.Mean-p.former.Mean, (p.former.High-p.former.Low)/2
	switch {
	case later.Abs()+spread < fraction/2:
		return MovedClock
	case (later-off).Abs()+spread < off.Abs()/2:
		return MovedPulse
	}
	return MovedUnknown
}

// backlog is s and a sample for each pulse before it that is remembered: the
// clock is judged by several pulses from the start.
func (p *Pairer) backlog(s Sample) []Sample {
	var all []Sample
	for i := len(p.pulses) - 1; i >= 0; i-- {
		pulse := p.pulses[i]
		if pulse == 0 {
			continue
		}
		second := nearest(At(pulse, s.Offset))
		if b := p.pulseSample(pulse, second); (b.Offset - s.Offset).Abs() < slack(s.At.Sub(pulse)) {
			b.Moved = s.Moved
			p.correct(&b, second, 0)
			all = append(all, b)
		}
	}
	return all
}

// before returns the newest pulse that is not younger than t, 0 for none.
func (p *Pairer) before(t hw.Time) hw.Time {
	for _, pulse := range p.pulses {
		if pulse != 0 && pulse <= t {
			return pulse
		}
	}
	return 0
}

// confirm compares f with the second that the clock says.
func (p *Pairer) confirm(f Fix, offset time.Duration) ([]Sample, error) {
	late := At(f.Heard, offset).Sub(f.UTC)
	if late < 0 || late >= time.Second {
		return nil, p.disagree(f, late)
	}
	beat := (f.Heard.Sub(p.last.Heard) - f.UTC.Sub(p.last.UTC)).Abs() < sameSecond
	p.confirmed, p.last = f.Heard, f
	if p.agreements++; p.agreements >= disagreeing {
		p.disagreements = 0
	}
	if !p.Pulsing(f.Heard) {
		return []Sample{p.sentence(f)}, nil
	}
	if beat && p.edges[0] == p.pulses[0] && f.Heard.Sub(p.pulses[0]) < time.Second { // only a clock that follows the pulse can tell
		p.latency.learn(late)
		if p.agreements >= enoughEpochs {
			p.former = p.latency
		}
	}
	return nil, nil
}

// disagree counts f, which is heard late after the moment that it names by the
// clock. One that is too late may only have been held up, as all are that a
// machine hears at once after it has paused: if it goes on from the one before, it
// counts when it comes as long after that as they say.
func (p *Pairer) disagree(f Fix, late time.Duration) error {
	before := p.last
	p.last, p.agreements = f, 0
	on := f.UTC.Sub(before.UTC)
	if late > 0 && on > 0 && before.UTC != 0 && (f.Heard.Sub(before.Heard)-on).Abs() > time.Second/2 {
		return ErrDisagrees
	}
	if p.disagreements++; p.disagreements == 1 {
		p.disagreedFrom = f.Heard
	}
	return ErrDisagrees
}

// What is assumed of sentences while there is no pulse to learn it from.
const (
	assumedLatency = 500 * time.Millisecond // when no one knows better …
	assumedSpread  = 500 * time.Millisecond // … and its greatest error
	sentenceSpread = 100 * time.Millisecond // greatest error of a latency that was learnt or configured
)

// alone makes a sample of a sentence when there is no pulse to name. One that
// contradicts those before it is not believed.
func (p *Pairer) alone(f Fix) ([]Sample, error) {
	s := p.sentence(f)
	agrees := p.roughly > 0 && (s.Offset-p.rough).Abs() < time.Second/2
	switch {
	case !agrees && p.roughly >= disagreeing:
		return nil, p.disagree(f, -1)
	case !agrees:
		p.roughly, p.rough = 1, s.Offset
		return nil, ErrDiscontinued
	}
	p.rough, p.disagreements = s.Offset, 0
	if p.roughly++; p.roughly < disagreeing {
		return nil, ErrLearning
	}
	return []Sample{s}, nil
}

// sentence is what the arrival of f alone says of the clock.
func (p *Pairer) sentence(f Fix) Sample {
	latency, spread := assumedLatency, assumedSpread
	switch {
	case p.SentenceLatency != 0:
		latency, spread = p.SentenceLatency, sentenceSpread
	case p.named != 0 && p.latency.Count > 0:
		latency, spread = p.latency.Mean, max(sentenceSpread, p.latency.High-p.latency.Low)
	case p.EarlierLatency != 0: // of another receiver, maybe: nothing but the second is certain
		latency = p.EarlierLatency
		spread = max(latency, time.Second-latency)
	}
	return Sample{
		At: f.Heard, Offset: Offset(f.UTC.Add(latency), f.Heard),
		Dispersion: spread, Source: FromSentence,
	}
}
