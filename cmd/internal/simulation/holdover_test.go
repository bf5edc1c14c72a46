package simulation

import (
	"testing"
	"time"
)

// What pulses have proven of the temperature costs nothing when they are gone. In short the day has
// four hours, and teaches less.
func TestAThermometerCarriesTheClockThroughHoldover(t *testing.T) {
	s := load(t, "holdover-day")
	least := 20_000.0
	if testing.Short() {
		const faster = 6
		s.Temperature.Cycles[0].Period.Duration /= faster
		s.Faults[0].At.Duration /= faster
		s.Faults[0].For.Duration /= faster
		s.Simulate.For.Duration /= faster
		s.Simulate.Steady.Duration /= faster
		least = 8_000
	}
	f := Measure(s, Run(s))
	if f[HoldoverSeconds] < least || f[HoldoverHeld] != 1 {
		t.Errorf("%.0f s in holdover, of which the bound holds in %.3f; the bound in the end is %v, the error %v", f[HoldoverSeconds], f[HoldoverHeld],
			time.Duration(f[LossBound]), time.Duration(f[LossError]))
	}
}
