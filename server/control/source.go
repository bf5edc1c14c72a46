package control

import (
	"gpsntpd/discipline"
	"gpsntpd/hw"
)

// Source is one that the time may be taken from.
type Source struct {
	Source            string   `json:"source"` // "pulse", "sentence" or "network"
	Device            string   `json:"device"`
	Mark              string   `json:"mark"`
	State             hw.State `json:"state"`
	Reach             int      `json:"reach"`
	LastRxAgeSeconds  *float64 `json:"last_rx_age_seconds"`
	OffsetSeconds     *float64 `json:"offset_seconds"` // of its last sample, UTC − local
	DispersionSeconds *float64 `json:"dispersion_seconds"`

	Network *NetworkServer `json:"network"` // of a network server alone
}

// NetworkServer is what else there is to tell of a network server. Its offset is that of
// the last exchange; its dispersion, how far that may be wrong if the server tells the truth.
type NetworkServer struct {
	Address             *string           `json:"address"` // and port; nil while none was found
	Role                string            `json:"role"`    // "watched": it steers nothing
	Sibling             bool              `json:"sibling"`
	Proof               string            `json:"proof"` // that answers are its own: "none", "key", "nts" or "nts_undated"
	Stratum             *int              `json:"stratum"`
	Leap                *int              `json:"leap"`
	RefID               *string           `json:"refid"`
	PollSeconds         float64           `json:"poll_seconds"`
	DelaySeconds        *float64          `json:"delay_seconds"`
	RootDistanceSeconds *float64          `json:"root_distance_seconds"` // of the server, without the way to it
	LeastDelaySeconds   *float64          `json:"least_delay_seconds"`   // round trip without waits, as the estimator finds it; nil until it has heard enough
	DeviationSeconds    *float64          `json:"deviation_seconds"`     // rms of what it is known to, were the ways there and back alike
	AsymmetrySeconds    *float64          `json:"asymmetry_seconds"`     // by which it is off the other servers, as learnt while all agreed; nil: nothing is learnt …
	AsymmetryRMSSeconds *float64          `json:"asymmetry_rms_seconds"` // … and how far that may be wrong, rms
	Agrees              *bool             `json:"agrees"`                // with the others; nil while it is not known
	Jumps               int               `json:"jumps"`                 // how often it has jumped and stayed there
	Requests            uint64            `json:"requests"`
	Exchanges           uint64            `json:"exchanges"`     // answers that were good
	Interleaved         uint64            `json:"interleaved"`   // answers
	Stamped             uint64            `json:"stamped"`       // exchanges of which both moments were stamped below this program
	KeyExchanges        uint64            `json:"key_exchanges"` // of NTS
	Reasons             map[string]uint64 `json:"reasons"`       // why answers were not used
}

// Marks of sources, as chronyc has them.
const (
	MarkSelected = "*" // it disciplines the clock
	MarkAgrees   = "+" // and names the seconds of the pulses
	MarkDoubted  = "x" // not believed
	MarkUnusable = "?"
	MarkUnused   = "-"
)

// Names of sources.
const (
	SourcePulse    = "pulse"
	SourceSentence = "sentence"
	SourceNetwork  = "network"
)

// ReceiverSources are the receiver's pulse and its sentences, as s tells of them.
func ReceiverSources(s *Status) []Source {
	p, r := &s.Pulse, &s.Receiver
	all := []Source{
		{Source: SourcePulse, Device: p.Device, State: p.State, Reach: p.Reach, LastRxAgeSeconds: p.AgeSeconds},
		{Source: SourceSentence, Device: r.Device, State: r.State, Reach: r.Reach, LastRxAgeSeconds: r.LastFixAgeSeconds},
	}
	for i := range all {
		x := &all[i]
		if s.Sample != nil && x.Source == s.Sample.Source {
			x.OffsetSeconds, x.DispersionSeconds = &s.Sample.OffsetSeconds, &s.Sample.DispersionSeconds
		}
		x.Mark = x.mark(s)
	}
	return all
}

// reached is how far back Reach goes, in seconds.
const reached = 8

func (x *Source) mark(s *Status) string {
	last := ""
	if s.Sample != nil {
		last = s.Sample.Source
	}
	switch {
	case (s.State == discipline.Fallback.String() || s.State == discipline.Client.String()) && x.State == hw.OK: // it is heard, and not followed
		return MarkUnused
	case x.State == hw.Off:
		return MarkUnused
	case x.State != hw.OK:
		return MarkUnusable
	case s.State == discipline.Unsynchronized.String() && x.Reach != 0 && (x.Source == last || last == ""):
		return MarkDoubted
	case x.Source == last && s.Sample.AgeSeconds > reached: // it has just come back, and is not used yet
		return MarkUnused
	case x.Source == last:
		return MarkSelected
	case x.Source == SourceSentence && last == SourcePulse:
		return MarkAgrees
	}
	return MarkUnused
}
