package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/doctor"
	"gpsntpd/hw/clock"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
)

// Exit statuses of set beside those that every verb shares.
const (
	exitNotSet    = 1  // servers do not agree or are not synchronized, or another program steers the clock
	exitNoServer  = 2  // no server answers
	exitMayNotSet = 77 // EX_NOPERM: this process may not set the clock
)

// setter sets the clock.
type setter interface {
	Step(time.Duration) error
	Slew(time.Duration) error
}

func newSet(f *flags) *cobra.Command {
	return setCommand(f, clock.Once{}, steeredBy)
}

// setCommand is set with a clock and a function that names the programs that steer it.
func setCommand(f *flags, into setter, steering func(*cobra.Command, *flags) []string) *cobra.Command {
	s := sampling{}
	once, limit := false, time.Duration(0)
	c := &cobra.Command{
		Use:   "set HOST[:PORT]…",
		Short: "Set this host's clock by NTP servers, once",
		Long: `Set this host's clock by NTP servers, once, as a script does at boot before something
that needs the time. Without --once it says what it would do, and changes nothing.

More than half of the servers that answer with a time must agree within what they claim; the
surest of these counts. Off by less than --step, the clock is slewed by the kernel, 0.5 ms
in a second, while the program has ended; else it is stepped. Nothing is set while another program
steers the clock, gpsntpd among them: a host that is to keep the time runs gpsntpd, with
or without a receiver. Servers are asked plainly: over a network that is not yours, use
gpsntpd with NTS instead.

Exit status: 0 it is set, or would be, 1 it is not, 2 no server answers, 77 it may not be set by you.`,
		Example: "  gpsntpctl set ntp1.lan ntp2.lan ntp3.lan\n  sudo gpsntpctl set --once ntp1.lan",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if s.samples < 1 || s.timeout <= 0 || limit < 0 {
				return errors.New("--samples and --timeout must be above zero, and --step not below")
			}
			outcomes, err := s.askAll(args)
			if err != nil {
				return err
			}
			d := decide(outcomes, limit)
			if d.Steered = steering(c, f); d.Action != actNone && len(d.Steered) > 0 {
				d.Action = actSteered
			}
			if once {
				err = d.do(into)
			}
			if f.json {
				return cmp.Or(writeLines(c.OutOrStdout(), []setLine{d.line()}), err, d.status())
			}
			if e := printQueryRows(c.OutOrStdout(), outcomes, f.style(c)); e != nil {
				return e
			}
			return cmp.Or(write(c.OutOrStdout(), []byte("\n"+screen.Paragraph(d.text(f.style(c))))), err, d.status())
		},
	}
	c.Flags().BoolVar(&once, "once", false, "do it")
	c.Flags().DurationVar(&limit, "step", 500*time.Millisecond, "`TIME` from which the clock is stepped, not slewed")
	c.Flags().IntVar(&s.samples, "samples", 4, "ask each server `N` times")
	c.Flags().DurationVar(&s.timeout, "timeout", time.Second, "`TIME` that each answer may take")
	return c
}

// steeredBy names the programs of this host that steer its clock.
func steeredBy(c *cobra.Command, f *flags) []string {
	found := doctor.Steering()
	if _, err := control.Environ().Client(f.control).Status(c.Context()); err == nil {
		found = append(found, "gpsntpd")
	}
	return found
}

// action is what is done to the clock.
type action string

const (
	actNone    action = "none" // no server says what time it is
	actSteered action = "steered"
	actSlew    action = "slew"
	actStep    action = "step"
)

// decision is what is to be done, and why.
type decision struct {
	Action  action
	Done    bool
	Server  string // whose answer counts
	Offset  time.Duration
	Bound   time.Duration
	Agree   int // servers that say so …
	Time    int // … of those that say a time …
	Answer  int // … of those that answer
	Steered []string
}

// decide takes the surest of the servers of which more than half agree: there is a moment
// that is within what each of them claims (Marzullo 1984). Of two such places that of the server named
// first counts.
func decide(all []outcome, limit time.Duration) (d decision) {
	var says []*outcome
	for i := range all {
		if all[i].best != nil {
			d.Answer++
		}
		if all[i].synchronized() {
			says = append(says, &all[i])
		}
	}
	d.Time, d.Action = len(says), actNone
	var agree []*outcome
	for _, a := range says { // most claims overlap where one of them begins
		begins := a.best.ClockOffset - a.best.RootDistance
		var here []*outcome
		for _, b := range says {
			if (begins - b.best.ClockOffset).Abs() <= b.best.RootDistance {
				here = append(here, b)
			}
		}
		if len(here) > len(agree) {
			agree = here
		}
	}
	if d.Agree = len(agree); 2*d.Agree <= d.Time {
		return d
	}
	surest := slices.MinFunc(agree, func(a, b *outcome) int { return int(a.best.RootDistance - b.best.RootDistance) })
	d.Server, d.Offset, d.Bound = surest.server, surest.best.ClockOffset, surest.best.RootDistance
	if d.Action = actSlew; d.Offset.Abs() >= limit {
		d.Action = actStep
	}
	return d
}

// do does it.
func (d *decision) do(into setter) (err error) {
	switch d.Action {
	case actSlew:
		err = into.Slew(d.Offset)
	case actStep:
		err = into.Step(d.Offset)
	default:
		return nil
	}
	if errors.Is(err, unix.EPERM) {
		return failure{exitMayNotSet, fmt.Errorf("set the clock: %w (CAP_SYS_TIME is missing)", err)}
	}
	if err != nil {
		return failure{exitNotSet, err}
	}
	d.Done = true
	return nil
}

// status is the exit status of what was decided.
func (d *decision) status() error {
	switch {
	case d.Answer == 0:
		return failure{status: exitNoServer}
	case d.Action == actNone, d.Action == actSteered:
		return failure{status: exitNotSet}
	}
	return nil
}

// text is d in words.
func (d *decision) text(p screen.Style) string {
	switch {
	case d.Answer == 0:
		return p.Say("No server answered.")
	case d.Time == 0:
		return p.Say("No server is synchronized: set no clock by these answers.")
	case d.Action == actNone:
		return p.Say("The servers do not agree: at most %d of the %d that say a time say the same. The clock is left alone.", d.Agree, d.Time)
	case d.Action == actSteered:
		return p.Say("The clock is steered by %s, and left alone.", strings.Join(d.Steered, ", "))
	}
	form := map[action]map[bool]string{
		actStep: {false: "The clock would be stepped by %s, ± %s, by %s.", true: "The clock is stepped by %s, ± %s, by %s."},
		actSlew: {false: "The clock would be slewed by %s, ± %s, by %s.", true: "The clock is being slewed by %s, ± %s, by %s."},
	}[d.Action][d.Done]
	s := p.Say(form, screen.Signed(d.Offset), human.Bound(d.Bound), d.Server)
	if took := time.Duration(d.Offset.Abs().Seconds() / clock.SlewRate * float64(time.Second)); d.Action == actSlew && took >= time.Second {
		s += p.Say(" That takes %s.", human.Duration(took.Round(time.Second)))
	}
	return s
}

// setLine is d in JSON.
type setLine struct {
	Action        string   `json:"action"`
	Done          bool     `json:"done"`
	Server        *string  `json:"server"`
	OffsetSeconds *float64 `json:"offset_seconds"` // server − this host
	BoundSeconds  *float64 `json:"bound_seconds"`
	Agree         int      `json:"agree"`
	Time          int      `json:"synchronized"`
	Answer        int      `json:"answered"`
	Steered       []string `json:"steered_by"`
}

func (d *decision) line() setLine {
	l := setLine{Action: string(d.Action), Done: d.Done, Agree: d.Agree, Time: d.Time, Answer: d.Answer, Steered: append([]string{}, d.Steered...)}
	if d.Server != "" {
		l.Server, l.OffsetSeconds, l.BoundSeconds = &d.Server, new(d.Offset.Seconds()), new(d.Bound.Seconds())
	}
	return l
}
