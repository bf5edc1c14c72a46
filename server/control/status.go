// Package control is where the daemon's operator asks: JSON over HTTP on a
// Unix socket. What it answers here is a contract with scripts.
package control

import (
	"context"
	"time"

	"gpsntpd/hw"
)

const (
	statusPath   = "/v1/status"
	countersPath = "/v1/counters"
)

// Time prints as RFC 3339 in UTC with nine decimals.
type Time struct{ time.Time }

const timeLayout = "2006-01-02T15:04:05.000000000Z"

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) {
	return []byte(`"` + t.UTC().Format(timeLayout) + `"`), nil
}

// Status is the whole condition of the daemon. Offsets are UTC − local; what
// is unknown is nil, and null in JSON.
type Status struct {
	Version               string      `json:"version"`
	State                 string      `json:"state"`
	Since                 Time        `json:"since"`
	Sentence              string      `json:"sentence"` // for people, in one line
	Leap                  int         `json:"leap"`
	Stratum               int         `json:"stratum"`
	Refid                 *string     `json:"refid"` // nil while not synchronized
	Now                   Time        `json:"now"`
	OffsetSeconds         *float64    `json:"offset_seconds"`
	FrequencyPPM          *float64    `json:"frequency_ppm"`
	FrequencyBoundPPM     *float64    `json:"frequency_bound_ppm"` // greatest error that the frequency is claimed to have
	JitterSeconds         *float64    `json:"jitter_seconds"`
	BoundSeconds          *float64    `json:"bound_seconds"`
	Budget                *Budget     `json:"budget"`                 // what the bound is made of
	WanderPerRootSecond   *float64    `json:"wander_per_root_second"` // random walk of the oscillator's frequency, as learnt
	Holdover              *Holdover   `json:"holdover"`
	RootDelaySeconds      float64     `json:"root_delay_seconds"`
	RootDispersionSeconds float64     `json:"root_dispersion_seconds"` // as on the wire
	ReferenceTime         *Time       `json:"reference_time"`
	Sample                *Sample     `json:"sample"` // the newest one
	NextLeap              *Time       `json:"next_leap"`
	TAIOffsetSeconds      *int        `json:"tai_offset_seconds"`
	Sources               []Source    `json:"sources"`
	Witness               *Witness    `json:"witness"` // nil where no network server is asked
	Receiver              Receiver    `json:"receiver"`
	Pulse                 Pulse       `json:"pulse"`
	Paths                 []Path      `json:"paths"` // by which the edges of the pulse are seen, the most exact first
	Temperature           Temperature `json:"temperature"`
	Servers               []Listener  `json:"servers"`
	FastPath              FastPath    `json:"fast_path"`
	NTS                   NTS         `json:"nts"`
}

// Witness is what network servers and the oscillator say of the receiver.
type Witness struct {
	Verdict       string   `json:"verdict"` // "alone", "confirmed", "doubtful", "contradicted" or "refuted"
	SinceSeconds  float64  `json:"since_seconds"`
	WithinSeconds *float64 `json:"within_seconds"` // that the receiver is confirmed to, or is off by; nil while alone
	Holds         bool     `json:"holds"`          // the receiver's samples are not used
	Servers       int      `json:"servers"`        // that are asked …
	Answering     int      `json:"answering"`      // … and of them, that answer
	Wrong         *string  `json:"wrong"`          // a server that is wrong alone
}

// Budget is what the bound is made of: the parts sum up to it.
type Budget struct {
	PulseSeconds    float64 `json:"pulse_seconds"`    // noise of the pulses, as much of it as is left
	LatencySeconds  float64 `json:"latency_seconds"`  // how late stamps may be, each by another amount
	EdgeSeconds     float64 `json:"edge_seconds"`     // how late all stamps of this pulse input may be alike, which was not measured
	ReceiverSeconds float64 `json:"receiver_seconds"` // a receiver that disagrees, or has lately changed
	LoopSeconds     float64 `json:"loop_seconds"`     // someone nudges the clock
	HoldoverSeconds float64 `json:"holdover_seconds"` // growth since the last sample
}

// Holdover is the forecast of how long from now the error bound stays below a limit
// if no sample comes any more: it is that bound, of the moments to come.
type Holdover struct {
	Since              *Time   `json:"since"`                // of the last sample, once they have stopped; nil while they come
	SafeUntil          *Time   `json:"safe_until"`           // when the bound reaches the limit, and clients are refused; nil while they are
	LimitSeconds       float64 `json:"limit_seconds"`        // clock.max-error …
	WithinLimitSeconds float64 `json:"within_limit_seconds"` // … and how long until then
	Within1us          float64 `json:"within_1us_seconds"`
	Within10us         float64 `json:"within_10us_seconds"`
	Within100us        float64 `json:"within_100us_seconds"`
	Within1ms          float64 `json:"within_1ms_seconds"`
}

// Sample is one measurement of the clock.
type Sample struct {
	Source            string  `json:"source"` // "pulse" or "sentence"
	OffsetSeconds     float64 `json:"offset_seconds"`
	DispersionSeconds float64 `json:"dispersion_seconds"` // greatest error that the measurement itself may have
	AgeSeconds        float64 `json:"age_seconds"`
}

// Receiver is the condition of the GNSS receiver.
type Receiver struct {
	Device            string   `json:"device"`
	State             hw.State `json:"state"`
	Baud              *int     `json:"baud"`
	Sentences         uint64   `json:"sentences"`
	Fix               *string  `json:"fix"`
	SatellitesUsed    *int     `json:"satellites_used"`
	SatellitesInView  *int     `json:"satellites_in_view"`
	LatencySeconds    *float64 `json:"latency_seconds"` // of a sentence after the moment that it names
	MarginSeconds     *float64 `json:"margin_seconds"`  // by which that may still move before the second is in doubt
	LastFixAgeSeconds *float64 `json:"last_fix_age_seconds"`
	// What the receiver says of itself, nil when it does not.
	Model           *string  `json:"model"`
	Firmware        *string  `json:"firmware"`
	Protocol        *string  `json:"protocol"`         // version of its binary protocol
	AccuracySeconds *float64 `json:"accuracy_seconds"` // standard deviation of its time; it is part of the bound
	UTCStandard     *string  `json:"utc_standard"`     // whose UTC it names; "unknown": known to a microsecond
	LeapSource      *string  `json:"leap_source"`      // where it has its leap seconds from
	Jamming         *string  `json:"jamming"`
	Spoofing        *string  `json:"spoofing"`
	GainRatio       *float64 `json:"gain_ratio"` // of its amplifier, 0 to 1

	Reach int `json:"reach"` // a bit for each of the last eight seconds, the newest in the lowest: it named a valid time
	// Holder is the program that has the port in the state "busy", the unit of systemd
	// in the state "login", or who uses it as well; nil when that is not known.
	Holder    *string     `json:"holder"`
	LeftAlone []LeftAlone `json:"left_alone"` // ports that are not opened, since they serve for something else
}

// LeftAlone is a serial port that the search for the receiver does not open.
type LeftAlone struct {
	Device string  `json:"device"`
	Reason string  `json:"reason"` // "console", "login" or "busy"
	Holder *string `json:"holder"` // as above
}

// Pulse is the condition of the pulse per second.
type Pulse struct {
	Device     string   `json:"device"`
	State      hw.State `json:"state"`
	Edge       *string  `json:"edge"`  // nil without a pulse
	Count      uint64   `json:"count"` // edges seen
	AgeSeconds *float64 `json:"age_seconds"`
	Rejected   uint64   `json:"rejected"`
	Reach      int      `json:"reach"` // the same: a pulse was accepted
	// LatencySeconds is the mean latency of its stamps that was found in their
	// scatter and is taken off; nil while none was.
	LatencySeconds *float64 `json:"latency_seconds"`
	Sawtooth       *string  `json:"sawtooth"` // whether what the receiver says of each pulse's error is taken off: "useful", "unproven" or "dropped"; nil: it says nothing
}

// Path is one of the ways in which the edges of the pulse are seen.
type Path struct {
	Path               hw.Path  `json:"path"`
	Device             string   `json:"device"`
	State              hw.State `json:"state"` // of the device
	Used               bool     `json:"used"`  // its edges make the samples
	Edges              uint64   `json:"edges"`
	AgeSeconds         *float64 `json:"age_seconds"`
	LatencySeconds     float64  `json:"latency_seconds"`     // how late its stamps are, always, which is taken off
	UncertaintySeconds float64  `json:"uncertainty_seconds"` // how wrong that may be
	Measured           bool     `json:"measured"`            // against a more exact path; else it is what the configuration says, or is known of the board
	SpreadSeconds      float64  `json:"spread_seconds"`      // standard deviation of its stamps
	Reason             *string  `json:"reason"`              // why it was not measured: "alone", "learning", "imprecise" or "impossible"
}

// Temperature is the condition of the temperature sensor near the oscillator.
type Temperature struct {
	Device  string   `json:"device"` // "" while there is none
	State   hw.State `json:"state"`
	Celsius *float64 `json:"celsius"`
}

// Listener is one address that NTP is served on.
type Listener struct {
	Listen   string `json:"listen"`
	Requests uint64 `json:"requests"`
	Answers  uint64 `json:"answers"`
	Dropped  uint64 `json:"dropped"`
	// Timestamps is by whose clock the arrival of requests is dated: "kernel", or
	// "hardware" for that of the network interface; TimestampsReason is why not by
	// the latter's, nil when it is.
	Timestamps       string  `json:"timestamps"`
	TimestampsReason *string `json:"timestamps_reason"`
}

// FastPath is the condition of the answer inside the kernel.
type FastPath struct {
	State   string  `json:"state"`   // "off", "xdp", "xdp_generic" or "failed"
	Reason  *string `json:"reason"`  // why there is not more; nil when nothing is amiss
	Answers uint64  `json:"answers"` // which are also among those of the servers
}

// NTS is the condition of the NTS key exchange.
type NTS struct {
	State               string `json:"state"` // "off", "no_certificate", "no_date", "expired" or "ok"
	CertificateNotAfter *Time  `json:"certificate_not_after"`
	KeyExchanges        uint64 `json:"key_exchanges"`
	Refused             uint64 `json:"refused"` // connections that were not let in
	Failed              uint64 `json:"failed"`  // exchanges that came to no end
}

// Counters are counts since the start, by group and reason: "ntp" by verdict,
// "refclock" by reason, "nmea" by what became of each sentence, "discipline".
type Counters map[string]map[string]uint64

// Status asks for the condition of the daemon.
func (c *Client) Status(ctx context.Context) (Answer[Status], error) {
	return ask[Status](ctx, c, statusPath)
}

// Counters asks for everything that the daemon counts.
func (c *Client) Counters(ctx context.Context) (Answer[Counters], error) {
	return ask[Counters](ctx, c, countersPath)
}
