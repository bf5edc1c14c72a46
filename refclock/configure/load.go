package configure

import (
	"bytes"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock/ubx"
)

// load is how much of the line is used.
type load struct {
	first  hw.Raw  // when the first frame ended
	last   hw.Raw  // … and the last
	paused hw.Raw  // when there was a pause last
	lost   hw.Raw  // when the receiver last said that it lost something
	began  hw.Raw  // of the second that is measured
	bytes  int     // in it
	used   float64 // of it, of late
}

// A line without a pause of so long in a second has no room left: what is sent may
// have waited. After a pause nothing waits.
const (
	pause   = 40 * time.Millisecond
	measure = 1100 * time.Millisecond

	// breathless is how long a line is without a pause that is full: less than from
	// one epoch to the next, so that no two of a line that was full from the start are
	// believed.
	breathless = 970 * time.Millisecond
	smooth     = 4               // seconds, about
	lossy      = 3 * time.Second // after a loss
)

func (l *load) frame(now hw.Raw, f hw.Frame, baud int) {
	if baud <= 0 {
		return
	}
	n := f.Skipped + len(f.Bytes)
	if f.Protocol == hw.NMEA {
		n += len("\r\n")
	}
	took := time.Duration(n) * 10 * time.Second / time.Duration(baud)
	if l.first == 0 {
		l.first, l.began = now, now
	} else if now.Add(-took).Sub(l.last) > pause {
		l.paused = now
	}
	l.last = now
	l.bytes += n
	if bytes.Contains(f.Bytes, []byte("txbuf alloc")) {
		l.lost = now
	}
	if d := now.Sub(l.began); d >= measure {
		used := float64(l.bytes) * 10 / float64(baud) / d.Seconds()
		if l.used == 0 {
			l.used = used
		}
		l.used += (used - l.used) / smooth
		l.began, l.bytes = now, 0
	}
}

// full reports whether what comes now may have waited.
func (l *load) full() bool {
	switch {
	case l.first == 0:
		return false
	case l.lost != 0 && l.last.Sub(l.lost) < lossy:
		return true
	}
	return l.last.Sub(max(l.first, l.paused)) > breathless
}

// heard is what the receiver says by itself.
type heard struct {
	sentences [len(kinds)]hw.Raw // when each was last heard
	pvt       hw.Raw
	any       hw.Raw
}

// navigates reports whether it names places and times, as nothing but a receiver does.
func (h *heard) navigates(now hw.Raw) bool {
	const gga, rmc = 0, 4
	at := max(h.sentences[gga], h.sentences[rmc])
	return at != 0 && now.Sub(at) < settles
}

// said are the sentences that came of late: 1, else 0.
func (h *heard) said(now hw.Raw) (all [len(kinds)]int) {
	for i, at := range h.sentences {
		if at != 0 && now.Sub(at) < settles {
			all[i] = 1
		}
	}
	return all
}

// kinds are the sentences that matter.
var kinds = [...]string{"GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA"}

func (h *heard) frame(now hw.Raw, f hw.Frame) {
	h.any = now
	switch {
	case f.Protocol == hw.NMEA && len(f.Bytes) > 6:
		for i, k := range kinds {
			if string(f.Bytes[3:6]) == k {
				h.sentences[i] = now
			}
		}
	case f.Protocol == hw.UBX:
		if m, _, _ := ubx.Cut(f.Bytes); m == ubx.NavPVT {
			h.pvt = now
		}
	}
}
