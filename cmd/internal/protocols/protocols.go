// Package protocols puts the decoders of all protocols together: whatever a receiver
// speaks, one decoder reads it.
package protocols

import (
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/refclock/casic"
	"gpsntpd/refclock/nmea"
	"gpsntpd/refclock/ubx"
)

// NewDecoder returns a decoder of all protocols that we read, which repairs the rollovers of
// the GPS week number so that no date is before notBefore.
func NewDecoder(notBefore refclock.UTC) refclock.Decoder {
	return refclock.NewLine(nmea.NewDecoder(notBefore), map[hw.Protocol]refclock.Decoder{
		hw.UBX:   ubx.NewDecoder(notBefore),
		hw.CASIC: casic.NewDecoder(notBefore),
	})
}
