package control

import "context"

const satellitesPath = "/v1/satellites"

// Satellites is what the receiver said last of the sky.
type Satellites struct {
	Time       *Time       `json:"time"`        // of the epoch that it is of; nil before the first
	AgeSeconds *float64    `json:"age_seconds"` // since it ended
	Stale      bool        `json:"stale"`       // the receiver has since been silent for longer than it should be
	Used       *int        `json:"used"`
	InView     *int        `json:"in_view"`
	Satellites []Satellite `json:"satellites"` // in no particular order; never null
}

// Satellite is one of them. What the receiver does not say is nil.
type Satellite struct {
	System           string `json:"system"` // "gps", "glonass", "galileo", "beidou", "qzss", "navic", "sbas" or "unknown"
	Number           int    `json:"number"` // within its system, from 1; of SBAS the PRN, from 120
	ElevationDegrees *int   `json:"elevation_degrees"`
	AzimuthDegrees   *int   `json:"azimuth_degrees"` // clockwise from north
	CN0DBHz          *int   `json:"cn0_dbhz"`        // carrier to noise density, of its best signal; nil: not received
	Used             *bool  `json:"used"`            // for the fix
}

// Satellites asks for the sky.
func (c *Client) Satellites(ctx context.Context) (Answer[Satellites], error) {
	return ask[Satellites](ctx, c, satellitesPath)
}
