package main

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/discipline"
	"gpsntpd/refclock"
)

// says is a server that is ahead by so much, and claims to be right within that.
func says(name string, ahead, within time.Duration) outcome {
	r := goodAnswer()
	r.ClockOffset, r.RootDistance = ahead, within
	return outcome{server: name, best: r, samples: 4}
}

// silent and asleep are servers that do not help.
func silent() outcome { return outcome{server: "silent", err: errors.New("no answer within 1s")} }
func asleep() outcome { return outcome{server: "asleep", best: unsynchronized(), samples: 4} }

func TestTheClockIsSetByWhatMoreThanHalfOfTheServersSay(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		all    []outcome
		action action
		server string
	}{
		"one server":                       {[]outcome{says("a", 20*ms, ms)}, actSlew, "a"},
		"one that is far off":              {[]outcome{says("a", -time.Hour, ms)}, actStep, "a"},
		"half a second is a step":          {[]outcome{says("a", 500*ms, ms)}, actStep, "a"},
		"the surest of those that agree":   {[]outcome{says("a", 20*ms, 9*ms), says("b", 21*ms, 2*ms)}, actSlew, "b"},
		"a liar is outvoted":               {[]outcome{says("liar", time.Second, ms/10), says("a", 20*ms, 9*ms), says("b", 21*ms, 2*ms)}, actSlew, "b"},
		"two against two":                  {[]outcome{says("a", 0, ms), says("b", 0, ms), says("c", time.Second, ms), says("d", time.Second, ms)}, actNone, ""},
		"two that differ":                  {[]outcome{says("a", 0, ms), says("b", 3*ms, ms)}, actNone, ""},
		"a chain in which the ends differ": {[]outcome{says("a", 0, 2*ms), says("b", 3*ms, 2*ms), says("c", 6*ms, ms)}, actSlew, "a"},
		"silent ones do not vote":          {[]outcome{silent(), silent(), says("a", ms, ms)}, actSlew, "a"},
		"those without a time do not vote": {[]outcome{asleep(), asleep(), says("a", ms, ms)}, actSlew, "a"},
		"none has the time":                {[]outcome{asleep(), asleep()}, actNone, ""},
		"none answers":                     {[]outcome{silent()}, actNone, ""},
	} {
		if d := decide(c.all, 500*ms); d.Action != c.action || d.Server != c.server {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// hand notes what is done to a clock.
type hand struct {
	did []string
	err error
}

func (h *hand) Step(d time.Duration) error {
	h.did = append(h.did, fmt.Sprint("step ", d))
	return h.err
}
func (h *hand) Slew(d time.Duration) error {
	h.did = append(h.did, fmt.Sprint("slew ", d))
	return h.err
}

func TestADecisionIsCarriedOutOnce(t *testing.T) {
	for name, c := range map[string]struct {
		ahead time.Duration
		err   error
		did   string
		exit  int
	}{
		"slew":        {ahead: 20 * time.Millisecond, did: "[slew 20ms]"},
		"step":        {ahead: -2 * time.Second, did: "[step -2s]"},
		"not allowed": {ahead: -2 * time.Second, err: fmt.Errorf("adjtimex: %w", unix.EPERM), did: "[step -2s]", exit: exitMayNotSet},
		"refused":     {ahead: -2 * time.Second, err: unix.EINVAL, did: "[step -2s]", exit: exitNotSet},
	} {
		d := decide([]outcome{says("a", c.ahead, time.Millisecond)}, 500*time.Millisecond)
		h := hand{err: c.err}
		err := d.do(&h)
		f := failure{}
		if errors.As(err, &f); f.status != c.exit || d.Done != (c.exit == 0) || fmt.Sprint(h.did) != c.did {
			t.Errorf("%s: %v, did %v, %+v", name, err, h.did, d)
		}
	}
}

// right is what a server says whose clock is this host's.
func right() *discipline.Snapshot {
	now := hostClock{}.Read()
	return &discipline.Snapshot{
		Anchor: now, Tolerance: 10 * time.Millisecond, Measured: now.Time, MaxError: time.Second, State: discipline.Locked, LastSample: now.Time,
		Reference: discipline.Reference{Source: refclock.FromPulse, RefID: refclock.RefIDOf("SIM"), Stratum: 1, Time: now.Time},
	}
}

// set runs the verb on a server of this test.
func set(t *testing.T, h *hand, steered []string, args ...string) (string, int) {
	t.Helper()
	var f flags
	c := setCommand(&f, h, func(*cobra.Command, *flags) []string { return steered })
	var b bytes.Buffer
	c.SetOut(&b)
	c.SilenceUsage, c.SilenceErrors = true, true
	c.SetArgs(append(args, "--samples", "1", queryable(t, right())[0]))
	status := failure{}
	if err := c.Execute(); err != nil && !errors.As(err, &status) {
		t.Fatal(err)
	}
	return b.String(), status.status
}

func TestSetChangesNothingUnlessItIsToldTo(t *testing.T) {
	h := hand{}
	out, status := set(t, &h, nil, "--step", "1h")
	if status != 0 || len(h.did) != 0 || !bytes.Contains([]byte(out), []byte("would be slewed by")) {
		t.Errorf("status %d, did %v:\n%s", status, h.did, out)
	}
	if out, status = set(t, &h, nil, "--once", "--step", "1h"); status != 0 || len(h.did) != 1 {
		t.Errorf("status %d, did %v:\n%s", status, h.did, out)
	}
	h = hand{}
	if out, status = set(t, &h, []string{"chrony"}, "--once"); status != exitNotSet || len(h.did) != 0 {
		t.Errorf("beside chrony: status %d, did %v:\n%s", status, h.did, out)
	}
}

func TestWhatSetSays(t *testing.T) {
	agreed := decide([]outcome{says("ntp1.lan", 20*time.Millisecond, 300*time.Microsecond)}, time.Second)
	done := agreed
	done.Done = true
	apart := decide([]outcome{says("a", 0, 1), says("b", time.Second, 1)}, time.Second)
	steered := agreed
	steered.Action, steered.Steered = actSteered, []string{"chrony", "gpsntpd"}
	for want, d := range map[string]decision{
		"The clock would be slewed by +20 ms, ± 0.30 ms, by ntp1.lan. That takes 40 s.":                       agreed,
		"The clock is being slewed by +20 ms, ± 0.30 ms, by ntp1.lan. That takes 40 s.":                       done,
		"The servers do not agree: at most 1 of the 2 that say a time say the same. The clock is left alone.": apart,
		"The clock is steered by chrony, gpsntpd, and left alone.":                                            steered,
		"No server answered.": decide(nil, 0),
	} {
		if got := d.text(screen.Style{}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
