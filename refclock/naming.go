package refclock

import (
	"time"

	"gpsntpd/hw"
)

// name pairs f with the pulse before it. The moment that f names need not be a
// whole second: what counts is that f is heard after it, by less than a second.
func (p *Pairer) name(f Fix) (Sample, error) {
	pulse := p.before(f.Heard)
	since := f.Heard.Sub(pulse)
	if pulse == 0 || since >= time.Second {
		return Sample{}, ErrNoPulse
	}
	if pulse == p.sampled { // a receiver with several epochs a second: one of them names the pulse
		return Sample{}, ErrLearning
	}
	l := (since - time.Duration(f.UTC)%time.Second + time.Second) % time.Second
	s := p.sample(pulse, nearest(f.UTC.Add(l-since)))
	p.sampled = pulse
	if p.latency.Count > 0 && (s.Offset-p.offset).Abs() > sameSecond {
		ambiguous := ((s.Offset - p.offset).Abs() - time.Second).Abs() < sameSecond
		p.latency, p.offset = Latency{}, s.Offset
		p.latency.learn(l)
		if ambiguous {
			return Sample{}, ErrAmbiguous
		}
		return Sample{}, ErrDiscontinued
	}
	p.latency.learn(l)
	p.offset = s.Offset
	if err := p.latency.decide(); err != nil {
		return Sample{}, err
	}
	p.named, p.confirmed, p.disagreements = true, f.Heard, 0
	return s, nil
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
func (p *Pairer) confirm(f Fix) (Sample, error) {
	l := At(f.Heard, p.offset).Sub(f.UTC)
	if (l - p.latency.Mean).Abs() > time.Second/2 {
		return Sample{}, p.disagree(f.Heard)
	}
	p.latency.learn(l)
	p.confirmed, p.disagreements = f.Heard, 0
	if p.Pulsing(f.Heard) {
		return Sample{}, nil
	}
	return p.sentence(f), nil
}

// alone makes a sample of a sentence when there is no pulse to name. One that
// contradicts those before it must be repeated to be believed.
func (p *Pairer) alone(f Fix) (Sample, error) {
	s := p.sentence(f)
	agrees := p.roughly > 0 && (s.Offset-p.rough).Abs() < time.Second/2
	switch {
	case agrees:
		p.roughly++
	case p.roughly >= disagreeing:
		return Sample{}, p.disagree(f.Heard)
	default:
		p.roughly, p.rough = 1, s.Offset
		return Sample{}, ErrDiscontinued
	}
	p.rough, p.disagreements = s.Offset, 0
	if p.roughly < disagreeing {
		return Sample{}, ErrLearning
	}
	return s, nil
}

// sentence is what the arrival of f alone says of the clock.
func (p *Pairer) sentence(f Fix) Sample {
	latency, spread := assumedLatency, assumedSpread
	switch {
	case p.SentenceLatency != 0:
		latency, spread = p.SentenceLatency, sentenceSpread
	case p.named:
		latency, spread = p.latency.Mean, max(sentenceSpread, p.latency.High-p.latency.Low)
	}
	return Sample{
		At: f.Heard, Offset: Offset(f.UTC.Add(latency), f.Heard),
		Dispersion: spread, Source: FromSentence,
	}
}
