package loop

import (
	"strings"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/server/why"
)

// onPi5 plays a machine whose pulses are all stamped 12 µs late, which knows of
// them what known says, and returns it with the greatest part of the bound that
// its true error has been.
func onPi5(t *testing.T, known time.Duration) (v *Virtual, part float64) {
	t.Helper()
	s, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	s.Pulse.Constant = at(12 * time.Microsecond)
	v = NewVirtual(s, sim.NewMachine(s, begin), begin)
	c := v.Config
	c.Latest, c.EdgeLatency = &discipline.Latest{}, func(hw.Device) time.Duration { return known }
	v.Loop = New(c)
	open := hw.Device{Path: "sim", State: hw.Open}
	v.ReceiverDevice(open)
	v.PulseDevice(open)
	v.Watch = func() {
		now := v.World.Clock.Read().Time
		snapshot := v.Latest.Load()
		if snapshot.StateAt(now) == discipline.Locked {
			off := (v.World.Offset() - snapshot.OffsetAt(now)).Abs()
			part = max(part, float64(off)/float64(snapshot.BoundAt(now)))
		}
	}
	v.Play(20 * time.Minute)
	return v, part
}

func TestAConstantLatencyThatNobodyMeasuredIsPartOfTheBound(t *testing.T) {
	if _, part := onPi5(t, 0); part < 10 {
		t.Errorf("12 µs that are not known of are %.1f times the bound at most: this test shows nothing", part)
	}
	v, part := onPi5(t, 13*time.Microsecond)
	if part > 1 {
		t.Errorf("the error was %.2f times the bound", part)
	}
	s := v.Status()
	if s.Budget.EdgeSeconds != 13e-6 {
		t.Errorf("%v s of the bound are said to be the pulse input's", s.Budget.EdgeSeconds)
	}
	for language, want := range map[why.Language]string{
		why.English: "13 µs of it the unmeasured latency of this board's pulse input",
		why.Chinese: "其中 13 µs 是本板脉冲输入未经测量的延迟",
	} {
		if e := v.Why(language); !strings.Contains(e.Sentence, want) {
			t.Errorf("the sentence does not say %q: %s", want, e.Sentence)
		}
	}
	if !strings.Contains(s.Sentence, "13 µs of it") {
		t.Errorf("status: %s", s.Sentence)
	}
	b := s.Budget
	if sum := b.PulseSeconds + b.LatencySeconds + b.EdgeSeconds + b.ReceiverSeconds + b.LoopSeconds + b.HoldoverSeconds; sum < *s.BoundSeconds-1e-9 || sum > *s.BoundSeconds+1e-9 {
		t.Errorf("the parts sum up to %v, the bound is %v", sum, *s.BoundSeconds)
	}
	v.Suspend(time.Minute)
	v.Play(time.Minute)
	if b := v.Status().Budget; b == nil || b.EdgeSeconds != 13e-6 {
		t.Errorf("after the machine has slept: %+v", b)
	}
	if s.Holdover.Within10us != 0 || s.Holdover.Within100us == 0 {
		t.Errorf("holdover within 10 µs for %v s, within 100 µs for %v s", s.Holdover.Within10us, s.Holdover.Within100us)
	}
}
