// Package human is where server/human was.
package human

import (
	"time"

	"gpsntpd/server/human"
)

// Duration is human.Duration.
func Duration(d time.Duration) string { return human.Duration(d) }

// Seconds is human.Seconds.
func Seconds(d time.Duration) string { return human.Seconds(d) }

// Bound is human.Bound.
func Bound(d time.Duration) string { return human.Bound(d) }
