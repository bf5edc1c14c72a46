package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/loop"
	"gpsntpd/cmd/internal/playback"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
	"gpsntpd/server/recorder"
)

func newReplay(f *flags) *cobra.Command {
	all, again := false, false
	c := &cobra.Command{
		Use:   "replay FILE",
		Short: "Show what the flight recorder has recorded",
		Long: `Show what a daemon met and did, from a file that gpsntpctl record has saved: its
devices, its states, what it did to the clock, why it took no samples. --all shows
every event, bytes too. --again plays the bytes and pulses to the loop of this
version, in no time, and shows the states that it goes through (JSON has only
these). Nothing is done to any clock. Times are those of the clock that was
disciplined.

Exit status: 0, 66 the file is no recording, torn, or more than a recorder can hold
(what there is until then is shown).`,
		Example: "  gpsntpctl replay gpsntpd-20261129T130414Z.record\n  gpsntpctl replay --again monday.record",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			out := bufio.NewWriter(c.OutOrStdout())
			p := projector{Writer: out, style: f.style(c), all: all, json: f.json}
			shown := p.show
			if again && f.json { // one list of lines: what this version makes of it
				shown = p.take
			}
			h, err := playback.Read(args[0], shown)
			p.end(h)
			if err == nil && again {
				err = p.again(args[0])
			}
			if err != nil {
				err = failure{exitNoInput, err}
			}
			return errors.Join(err, out.Flush())
		},
	}
	c.Flags().BoolVar(&all, "all", false, "every event")
	c.Flags().BoolVar(&again, "again", false, "play it to the loop of this version, too")
	return c
}

// reel counts what is on a recording.
type reel struct {
	first, last            hw.Reading
	bytes, edges, samples  int
	rejected, steps, moves int
}

func (r *reel) take(e recorder.Event) error {
	if r.first == (hw.Reading{}) {
		r.first = e.At
	}
	r.last = e.At
	switch e.Kind {
	case recorder.Bytes:
		r.bytes += len(e.Bytes)
	case recorder.Edge:
		r.edges++
	case recorder.Sampled:
		r.samples++
	case recorder.Rejected:
		r.rejected++
	case recorder.Acted:
		if e.Step != 0 {
			r.steps++
		}
		if e.Moved != e.Step {
			r.moves++
		}
	}
	return nil
}

func (r *reel) length() time.Duration { return r.last.Raw.Sub(r.first.Raw) }

func (r *reel) counted(p screen.Style) string {
	return p.Say("%d bytes, %d edges, %d samples, %d rejected, steps %d", r.bytes, r.edges, r.samples, r.rejected, r.steps)
}

// projector shows a recording.
type projector struct {
	io.Writer
	reel
	style     screen.Style
	all, json bool
	word      string // that was rejected for last …
	times     int    // … and how often in a row
}

// show shows e, if it is worth a line.
func (p *projector) show(e recorder.Event) error {
	_ = p.take(e)
	switch {
	case p.json:
		return p.object(e)
	case e.Kind == recorder.Rejected && !p.all:
		if e.Word != p.word {
			p.rejections()
			p.word = e.Word
		}
		p.times++
		return nil
	case p.all, e.Kind == recorder.Entered, e.Kind == recorder.Device, e.Kind == recorder.Acted && (e.Step != 0 || e.Moved != 0):
		p.rejections()
		return p.line(e.At, eventText(e, p.style))
	}
	return nil
}

// rejections writes a line for those that were not shown one by one.
func (p *projector) rejections() {
	if p.times > 0 {
		fmt.Fprintf(p, "%-12s  %s\n", "", happened("rejected", p.style.Say("%s, %d times", p.word, p.times), p.style))
	}
	p.word, p.times = "", 0
}

func (p *projector) line(at hw.Reading, text string) error {
	_, err := fmt.Fprintf(p, "%s  %s\n", at.Time.Std().Format("15:04:05.000"), text)
	return err
}

// happened is a row of something: what it was, and more of it.
func happened(what, more string, p screen.Style) string { return screen.Pad(p.Say(what), 14) + more }

// eventText is e in words. Reasons are as in counters.
func eventText(e recorder.Event, p screen.Style) string {
	switch e.Kind {
	case recorder.Bytes:
		return happened("bytes", fmt.Sprintf("%q", e.Bytes), p)
	case recorder.Edge:
		return happened("edge", p.Say("number %d at %s", e.Edge.Seq, e.Edge.At.Std().Format("15:04:05.000000000")), p)
	case recorder.Sampled:
		text := p.Say("offset %+.3f µs", float64(e.Sample.Offset)/1e3)
		if e.Sample.Sawtooth != 0 {
			text += p.Say(", sawtooth %+.3f µs", float64(e.Sample.Sawtooth)/1e3)
		}
		return happened("sample", text, p)
	case recorder.Rejected:
		return happened("rejected", e.Word, p)
	case recorder.Acted:
		return happened("clock", actionText(e, p), p)
	case recorder.Entered:
		return happened("state", p.Word(e.Word), p)
	case recorder.Device:
		return happened("device", p.Say("%s %s: %s", p.Word(e.Name), e.Path, p.Word(e.Word)), p)
	}
	return happened("temperature", fmt.Sprintf("%.3f °C", float64(e.Temperature)), p)
}

// actionText says how the clock was changed.
func actionText(e recorder.Event, p screen.Style) string {
	text := ""
	if e.Step != 0 {
		text += p.Say("stepped by %+.6f s, ", e.Step.Seconds())
	}
	if e.Moved != e.Step {
		text += p.Say("moved by %+.6f s by another program, ", (e.Moved - e.Step).Seconds())
	}
	return text + p.Say("frequency %+.6f ppm", e.Frequency.PPM())
}

// eventJSON is an event as a line of JSON; what its kind does not have is null.
type eventJSON struct {
	Time          control.Time `json:"time"`
	Event         string       `json:"event"`
	Bytes         *string      `json:"bytes"` // as text: what is no UTF-8 is replaced
	EdgeTime      *string      `json:"edge_time"`
	Sequence      *uint32      `json:"sequence"`
	OffsetSeconds *float64     `json:"offset_seconds"`
	Sawtooth      *float64     `json:"sawtooth_seconds"`
	StepSeconds   *float64     `json:"step_seconds"`
	FrequencyPPM  *float64     `json:"frequency_ppm"`
	Celsius       *float64     `json:"celsius"`
	Device        *string      `json:"device"`
	Word          *string      `json:"word"` // reason, state or condition
}

func (p *projector) object(e recorder.Event) error {
	j := eventJSON{Time: control.Time{Time: e.At.Time.Std()}}
	switch e.Kind {
	case recorder.Bytes:
		j.Event, j.Bytes = "bytes", new(string(e.Bytes))
	case recorder.Edge:
		j.Event, j.Sequence = "edge", &e.Edge.Seq
		j.EdgeTime = new(e.Edge.At.Std().Format("2006-01-02T15:04:05.000000000Z"))
	case recorder.Sampled:
		j.Event, j.OffsetSeconds, j.Sawtooth = "sample", new(e.Sample.Offset.Seconds()), new(e.Sample.Sawtooth.Seconds())
	case recorder.Rejected:
		j.Event, j.Word = "rejected", &e.Word
	case recorder.Acted:
		j.Event, j.StepSeconds, j.FrequencyPPM = "clock", new(e.Step.Seconds()), new(e.Frequency.PPM())
	case recorder.Entered:
		j.Event, j.Word = "state", &e.Word
	case recorder.Device:
		j.Event, j.Device, j.Word = "device", &e.Path, &e.Word
	case recorder.Heated:
		j.Event, j.Celsius = "temperature", new(float64(e.Temperature))
	}
	text, err := json.Marshal(j)
	if err != nil {
		return err
	}
	_, err = p.Write(append(human.JSON(text), '\n'))
	return err
}

// end counts what there was in all.
func (p *projector) end(h recorder.Header) {
	if p.json || p.length() == 0 {
		return
	}
	p.rejections()
	say := p.style.Say
	fmt.Fprintf(p, "\n%s\n%s\n", say("Recorded by gpsntpd %s until %s: %s.", h.Version, h.Recorded.UTC().Format("2006-01-02 15:04:05"),
		p.style.Duration(p.length())), say("%s.", p.counted(p.style)))
	if h.Lost > 0 {
		fmt.Fprintln(p, say("%d events are lost.", h.Lost))
	}
}

// again plays the file at path to the loop of this version.
func (p *projector) again(path string) error {
	t, err := playback.Load(path)
	if err != nil {
		return err
	}
	s, err := t.Scenario()
	if err != nil {
		return err
	}
	if !p.json {
		fmt.Fprintf(p, "\n%s\n", p.style.Say("The same, played to gpsntpd %s:", version))
	}
	v := loop.NewVirtual(s, sim.NewSequence(t.Play), t.Start)
	state := discipline.Starting
	v.Watch = func() {
		r := v.World.Clock.Read()
		snapshot := v.Latest.Load()
		now := snapshot.StateAt(r.Time)
		if now == state {
			return
		}
		state = now
		if p.json {
			_ = p.object(recorder.Event{At: r, Kind: recorder.Entered, Word: state.String()})
			return
		}
		_ = p.line(r, happened("state", p.style.Say("%s, error below %s", p.style.Word(state.String()), human.Bound(snapshot.BoundAt(r.Time))), p.style))
	}
	v.Play(t.Length + time.Second)
	if !p.json {
		fmt.Fprintln(p, strings.Join(screen.Wrap(v.Why(p.style.Language).Brief, screen.Columns), "\n"))
	}
	return nil
}
