// Package statistics writes what ntpd and chronyd write of themselves, so that the
// programs that read it have something to read.
package statistics

import (
	"fmt"
	"strings"
	"time"

	"gpsntpd/hw"
	"gpsntpd/server/control"
)

// Every is how often a line is written: as often as ntpd polls a reference clock,
// at the poll exponent of 4 that the lines name.
const (
	Every = 16 * time.Second
	poll  = 4
)

// Addresses by which ntpd knows its drivers for the pulse (22) and for NMEA (20),
// and the status word of a system peer: configured, reachable, chosen.
const (
	pulseAddress    = "127.127.22.0"
	sentenceAddress = "127.127.20.0"
	pulseStatus     = 0x9714
	sentenceStatus  = 0x9614
)

// kind is one kind of file.
type kind struct {
	name   string
	alone  bool   // without a second name: ntpviz would read the same lines twice
	banner string // at the beginning of each file, and again …
	again  int    // … after this many lines; 0: never
	line   func(*control.Status) string
}

// kinds lists them all.
func kinds() []kind {
	line := strings.Repeat("=", len(trackingBanner)) + "\n"
	return []kind{
		{name: "loopstats", line: Loop},
		{name: "peerstats", line: Peer},
		{name: "clockstats", line: Clock},
		{name: "temps", alone: true, line: Temperature},
		{name: "tracking.log", banner: line + trackingBanner + "\n" + line, again: 32, line: Tracking},
	}
}

// Fresh reports whether s tells of a sample that has not been written yet.
func Fresh(s *control.Status) bool {
	return s.Sample != nil && s.Sample.AgeSeconds < Every.Seconds() && s.OffsetSeconds != nil
}

// epoch of the modified Julian day: 1858-11-17.
const mjdOf1970 = 40587

// stamp is what begins each line of ntpd: modified Julian day, and seconds past its
// midnight.
func stamp(t time.Time) string {
	t = t.UTC().Round(time.Millisecond)
	day := t.Unix() / 86400
	return fmt.Sprintf("%d %d.%03d", mjdOf1970+day, t.Unix()%86400, t.Nanosecond()/1e6)
}

func value(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// Loop is a line of loopstats: offset (s), frequency (ppm), jitter (s), wander (ppm),
// poll. Signs are ours: positive when our clock is slow, and is made faster.
func Loop(s *control.Status) string {
	return fmt.Sprintf("%s %.9f %.6f %.9f %.6f %d\n", stamp(s.Now.Time), value(s.OffsetSeconds), value(s.FrequencyPPM),
		value(s.JitterSeconds), value(s.WanderPerRootSecond)*1e6, poll)
}

// Peer is a line of peerstats: address, status, offset, delay, dispersion, jitter (s).
func Peer(s *control.Status) string {
	address, status := driver(s)
	return fmt.Sprintf("%s %s %04x %.9f %.9f %.9f %.9f\n", stamp(s.Now.Time), address, status, s.Sample.OffsetSeconds,
		s.RootDelaySeconds, s.Sample.DispersionSeconds, value(s.JitterSeconds))
}

func driver(s *control.Status) (address string, status int) {
	if s.Sample.Source == control.SourcePulse {
		return pulseAddress, pulseStatus
	}
	return sentenceAddress, sentenceStatus
}

// Clock is a line of clockstats: address and timecode. Ours is always a sentence ZDA
// of that moment: those of the receiver may tell where it stands.
func Clock(s *control.Status) string {
	now := s.Now.UTC()
	sentence := "$GPZDA," + now.Format("150405") + ".00," + now.Format("02,01,2006") + ",00,00"
	return fmt.Sprintf("%s %s %s\n", stamp(now), sentenceAddress, hw.AppendXOR([]byte(sentence)))
}

// Temperature is a line of temps, as ntpviz reads it: seconds since 1970, the name of a
// sensor, and °C. It is empty when there is none.
func Temperature(s *control.Status) string {
	if s.Temperature.Celsius == nil {
		return ""
	}
	return fmt.Sprintf("%d ZONE0 %.3f\n", s.Now.Unix(), *s.Temperature.Celsius)
}

const trackingBanner = "   Date (UTC) Time     IP Address   St   Freq ppm   Skew ppm     Offset L Co  Offset sd Rem. corr. Root delay Root disp. Max. error"

// Tracking is a line of chrony's tracking.log. Its signs are chrony's: frequency and
// offset are positive when our clock is fast, the remaining correction when it is
// slow.
func Tracking(s *control.Status) string {
	name := "NMEA"
	if s.Sample.Source == control.SourcePulse {
		name = "PPS"
	}
	return fmt.Sprintf("%s %-15s %2d %10.3f %10.3f %10.3e %1c %2d %10.3e %10.3e %10.3e %10.3e %10.3e\n",
		s.Now.UTC().Format("2006-01-02 15:04:05"), name, s.Stratum,
		-value(s.FrequencyPPM), value(s.FrequencyBoundPPM), -s.Sample.OffsetSeconds, "N+-?"[s.Leap&3], 1,
		value(s.JitterSeconds), value(s.OffsetSeconds), s.RootDelaySeconds, s.RootDispersionSeconds, value(s.BoundSeconds))
}
