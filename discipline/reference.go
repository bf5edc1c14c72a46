package discipline

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Reference is what the clock is disciplined by, as answers say it: the one place
// where stratum, identifier and root delay are decided.
type Reference struct {
	Source  refclock.Source // that the newest sample was measured by; 0 before the first
	RefID   refclock.RefID
	Stratum uint8
	Delay   time.Duration // root delay: to the reference clock and back, over the network
	Time    hw.Time       // reference timestamp: when the clock was last corrected by a sample; 0 before the first
}

// reference is what the newest sample makes us.
func (c *Controller) reference() Reference {
	if c.networked {
		r := c.network.Reference
		r.Time = c.lines.now.at(c.network.Heard)
		return r
	}
	r := Reference{Source: c.last.Source, RefID: c.opt.SentenceRefID, Stratum: 1, Time: c.last.At}
	if r.Source == refclock.FromPulse {
		r.RefID = c.opt.PulseRefID
	}
	return r
}
