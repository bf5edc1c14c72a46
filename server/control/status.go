// Package control is the daemon's door for its operator: JSON over HTTP on a
// Unix socket. What it answers here is a contract with scripts.
package control

import "time"

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
	JitterSeconds         *float64    `json:"jitter_seconds"`
	BoundSeconds          *float64    `json:"bound_seconds"`
	RootDelaySeconds      float64     `json:"root_delay_seconds"`
	RootDispersionSeconds float64     `json:"root_dispersion_seconds"` // as on the wire
	ReferenceTime         *Time       `json:"reference_time"`
	NextLeap              *Time       `json:"next_leap"`
	TAIOffsetSeconds      *int        `json:"tai_offset_seconds"`
	Receiver              Receiver    `json:"receiver"`
	Pulse                 Pulse       `json:"pulse"`
	Temperature           Temperature `json:"temperature"`
	Servers               []Listener  `json:"servers"`
}

// Receiver is the condition of the GNSS receiver.
type Receiver struct {
	Device            string   `json:"device"`
	State             string   `json:"state"`
	Baud              *int     `json:"baud"`
	Sentences         uint64   `json:"sentences"`
	Fix               *string  `json:"fix"`
	SatellitesUsed    *int     `json:"satellites_used"`
	SatellitesInView  *int     `json:"satellites_in_view"`
	LatencySeconds    *float64 `json:"latency_seconds"` // of a sentence after the moment that it names
	MarginSeconds     *float64 `json:"margin_seconds"`  // by which that may still move before the second is in doubt
	LastFixAgeSeconds *float64 `json:"last_fix_age_seconds"`
}

// Pulse is the condition of the pulse per second.
type Pulse struct {
	Device     string   `json:"device"`
	State      string   `json:"state"`
	Edge       *string  `json:"edge"`  // nil without a pulse
	Count      uint64   `json:"count"` // edges seen
	AgeSeconds *float64 `json:"age_seconds"`
	Rejected   uint64   `json:"rejected"`
}

// Temperature is the condition of the temperature sensor near the oscillator.
type Temperature struct {
	Device  string   `json:"device"` // "" while there is none
	State   string   `json:"state"`
	Celsius *float64 `json:"celsius"`
}

// Listener is one address that NTP is served on.
type Listener struct {
	Listen   string `json:"listen"`
	Requests uint64 `json:"requests"`
	Answers  uint64 `json:"answers"`
	Dropped  uint64 `json:"dropped"`
}

// Counters are counts since the start, by group and reason: "ntp" by verdict,
// "refclock" by reason, "nmea" by what became of each sentence, "discipline".
type Counters map[string]map[string]uint64
