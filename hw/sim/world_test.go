package sim

import (
	"testing"
	"time"

	"gpsntpd/hw"
)

func TestTheClockBeginsAsWrongAsTheScenarioSaysAndDriftsWithItsOscillator(t *testing.T) {
	s := load(t, "calm")
	s.Oscillator.Offset = Rate{100 * hw.PPM}
	w := NewWorld(s, start)
	if got := w.Offset(); got != 250*time.Millisecond {
		t.Errorf("offset is %v at the start", got)
	}
	w.Now = w.Now.Add(1000 * time.Second)
	if got := w.Offset() - 150*time.Millisecond; got.Abs() > 1 {
		t.Errorf("offset is 150 ms %+v after 1000 s", got)
	}
	stamped := w.Now
	if err := w.Clock.Step(150 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	w.Now = w.Now.Add(time.Second)
	if got, want := w.Clock.FromKernel(hw.Time(stamped)), hw.Time(stamped); got.Sub(want).Abs() > 1 {
		t.Errorf("a packet stamped at the step is placed %v off", got.Sub(want))
	}
}

func TestTheRightFrequencyKeepsTheClockWhereItIs(t *testing.T) {
	s := load(t, "calm")
	s.Oscillator.Offset = Rate{12 * hw.PPM}
	w := NewWorld(s, start)
	if err := w.Clock.SetFrequency(1/(1+12*hw.PPM) - 1); err != nil {
		t.Fatal(err)
	}
	w.Now = w.Now.Add(30 * 24 * time.Hour)
	if got := w.Offset() - 250*time.Millisecond; got.Abs() > 5 {
		t.Errorf("the offset changed by %v in a month", got)
	}
}
