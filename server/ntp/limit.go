package ntp

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"gpsntpd/hw"
)

// Limit is how often someone may ask. The zero value is no limit.
type Limit struct {
	Rate  int // requests a second
	Burst int // requests at once, after a pause
}

// DefaultLimit is met by no honest client: a thousand hosts behind one
// translated address start together with eight requests each, and the fastest
// that a client can be told to ask is 128 times a second.
func DefaultLimit() Limit { return Limit{Rate: 1024, Burst: 8192} }

// most is the greatest rate and burst that can be meant; no one asks faster.
const most = 1_000_000

// ParseLimit reads "off" and limits such as "16/s burst 64".
func ParseLimit(s string) (l Limit, ok bool) {
	if s == "off" {
		return l, true
	}
	m := regexp.MustCompile(`^([1-9]\d{0,6})/s burst ([1-9]\d{0,6})$`).FindStringSubmatch(s)
	if m == nil {
		return l, false
	}
	l.Rate, _ = strconv.Atoi(m[1]) // seven digits at most
	l.Burst, _ = strconv.Atoi(m[2])
	return l, l.Rate <= most && l.Burst <= most
}

// String returns l as ParseLimit reads it.
func (l Limit) String() string {
	if l == (Limit{}) {
		return "off"
	}
	return fmt.Sprintf("%d/s burst %d", l.Rate, l.Burst)
}

// times returns the limit of n who share one.
func (l Limit) times(n int) Limit { return Limit{l.Rate * n, l.Burst * n} }

// Shared returns the limit of a client's network.
func (l Limit) Shared() Limit { return l.times(networkShare) }

// Pace returns l as meters reckon it: the time for each request, and by how much
// the next one may be due ahead. There is no limit when both are 0.
func (l Limit) Pace() (each, ahead time.Duration) {
	if l.Rate == 0 {
		return 0, 0
	}
	each = time.Second / time.Duration(l.Rate)
	return each, each * time.Duration(l.Burst-1)
}

// meter is when the next request would be due if all so far had come at the
// limit's pace (the generic cell rate algorithm of ITU-T I.371). Those over the
// limit do not count. The zero value has seen none.
type meter hw.Raw

// take reports whether a request at now is within l, and counts it if it is.
func (m *meter) take(l Limit, now hw.Raw) bool {
	if l.Rate == 0 {
		return true
	}
	each, ahead := l.Pace()
	due := max(hw.Raw(*m), now)
	if due.Sub(now) > ahead {
		return false
	}
	*m = meter(due + hw.Raw(each))
	return true
}
