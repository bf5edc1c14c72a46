package receiver

import (
	"bytes"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock/ubx"
)

// load is how much of the line is used.
type load struct {
	began   hw.Raw // of what is counted now
	bytes   int
	silence time.Duration // the longest
	last    hw.Raw        // when the last frame ended
	used    float64       // in the second before
	full    bool
	lost    hw.Raw // when the receiver last said that it lost something
}

// A line without a pause of so long in a second has no room left: what is sent
// may have waited.
const (
	pause   = 20 * time.Millisecond
	measure = 1100 * time.Millisecond // a little more than a second: the longest pause is in it
)

func (l *load) frame(now hw.Raw, f hw.Frame, baud int) {
	if baud <= 0 {
		return
	}
	n := f.Skipped + len(f.Bytes)
	if f.Protocol == hw.NMEA {
		n += 2
	}
	took := time.Duration(n) * 10 * time.Second / time.Duration(baud)
	if l.last != 0 {
		l.silence = max(l.silence, now.Add(-took).Sub(l.last))
	}
	l.last = now
	l.bytes += n
	if bytes.Contains(f.Bytes, []byte("txbuf alloc")) {
		l.lost = now
	}
	if l.began == 0 {
		l.began, l.bytes = now, 0
	}
	if d := now.Sub(l.began); d >= measure {
		l.used = float64(l.bytes) * 10 / float64(baud) / d.Seconds()
		l.full = l.used > 0.8 && l.silence < pause || l.lost != 0 && now.Sub(l.lost) < 3*time.Second
		l.began, l.bytes, l.silence = now, 0, 0
	}
}

// heard is what the receiver says by itself.
type heard struct {
	sentences [len(kinds)]hw.Raw // when each was last heard
	pvt       hw.Raw
	any       hw.Raw
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
