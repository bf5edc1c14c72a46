package discipline

import "gpsntpd/hw"

// Wait is what a clock that is not synchronized waits for, one enumerated word.
type Wait string

// What can be waited for.
const (
	WaitNothing  Wait = ""         // it is synchronized
	WaitFirst    Wait = "first"    // a sample at all
	WaitSample   Wait = "sample"   // one after a step, or after silence
	WaitSamples  Wait = "samples"  // some more in a row
	WaitOutliers Wait = "outliers" // too many of the last ones were too far off
	WaitBound    Wait = "bound"    // the bound has to shrink
)

// Waits tells what is waited for at r, as updateState decides it.
func (c *Controller) Waits(r hw.Reading) Wait {
	switch {
	case c.state.Synchronized():
		return WaitNothing
	case !c.knows():
		return WaitFirst
	case c.last.At < c.eraBegan || r.Time.Sub(c.last.At) > SilentAfter:
		return WaitSample
	case c.filter.OutlierRun > 1 || c.filter.OutlierShare >= c.mostOutliers():
		return WaitOutliers
	case c.filter.AcceptedRun < lockAccepted:
		return WaitSamples
	}
	return WaitBound
}

// Outliers is the share of the last samples that were not believed.
func (c *Controller) Outliers() float64 { return c.filter.OutlierShare }

// LastRejected reports whether the newest sample was not believed.
func (c *Controller) LastRejected() bool { return c.filter.OutlierRun > 0 }
