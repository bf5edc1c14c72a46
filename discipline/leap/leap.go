// Package leap knows when UTC had its leap seconds, and when the next one is
// due. Moments are in seconds since 1970-01-01 00:00:00 UTC, leap seconds not
// counted.
package leap

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Table is a list of leap seconds.
type Table struct {
	Updated int64 // when the list was made
	Expires int64 // until when it is known to be complete
	steps   []step
}

// step is the first moment at which TAI − UTC has a new value.
type step struct {
	at  int64
	tai int
}

// Errors of Parse.
var (
	ErrHash  = errors.New("the hash in the list is not that of its contents")
	ErrEmpty = errors.New("no leap seconds in the list")
	ErrOrder = errors.New("the leap seconds are not in order, one second each")
	ErrDates = errors.New("the list does not say when it was made and when it expires")
)

const ntpEpoch = 2_208_988_800 // 1970 in seconds since 1900, RFC 5905 figure 4

// Parse reads a leap-seconds.list as the IERS publishes it: lines of moment
// (since 1900) and TAI − UTC, and three special comments: #$ made, #@ expires,
// #h SHA-1 of all these digits. A list without a hash is taken.
func Parse(text string) (Table, error) {
	var (
		t      Table
		hashed strings.Builder
		hash   string
	)
	for i, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
			continue
		case strings.HasPrefix(line, "#h"):
			for _, word := range fields[1:] {
				hash += fmt.Sprintf("%08s", word) // leading zeros are left out in some lists
			}
			continue
		case strings.HasPrefix(line, "#$"), strings.HasPrefix(line, "#@"):
			if fields = fields[1:]; len(fields) == 0 {
				return Table{}, fmt.Errorf("line %d: a date is missing", i+1)
			}
		case strings.HasPrefix(line, "#"):
			continue
		case len(fields) < 2:
			return Table{}, fmt.Errorf("line %d: want a moment and TAI − UTC", i+1)
		}
		n, err := strconv.ParseUint(fields[0], 10, 40)
		if err != nil {
			return Table{}, fmt.Errorf("line %d: %w", i+1, err)
		}
		hashed.WriteString(fields[0])
		at := int64(n) - ntpEpoch
		switch {
		case strings.HasPrefix(line, "#$"):
			t.Updated = at
		case strings.HasPrefix(line, "#@"):
			t.Expires = at
		default:
			tai, err := strconv.Atoi(fields[1])
			if err != nil {
				return Table{}, fmt.Errorf("line %d: %w", i+1, err)
			}
			hashed.WriteString(fields[1])
			t.steps = append(t.steps, step{at, tai})
		}
	}
	sum := sha1.Sum([]byte(hashed.String()))
	if hash != "" && !strings.EqualFold(hash, hex.EncodeToString(sum[:])) {
		return Table{}, ErrHash
	}
	return t, t.check()
}

func (t Table) check() error {
	switch {
	case len(t.steps) == 0:
		return ErrEmpty
	case t.Updated == 0 || t.Expires <= t.Updated:
		return ErrDates
	}
	for i := 1; i < len(t.steps); i++ {
		if d := t.steps[i].tai - t.steps[i-1].tai; t.steps[i].at <= t.steps[i-1].at || d != 1 && d != -1 {
			return ErrOrder
		}
	}
	return nil
}

// TAIOffset returns TAI − UTC at a moment, in seconds; 0 before 1972.
func (t Table) TAIOffset(now int64) int {
	offset := 0
	for _, s := range t.steps {
		if s.at > now {
			break
		}
		offset = s.tai
	}
	return offset
}

// Covers reports whether the table knows of every leap second up to a moment.
func (t Table) Covers(moment int64) bool { return moment < t.Expires }

// Next returns the leap second that comes next after a moment: when a right
// clock that does not count leap seconds first shows at, it jumps by by
// seconds. by is 0 when none is known.
func (t Table) Next(now int64) (at int64, by int) {
	for i := 1; i < len(t.steps); i++ {
		s := t.steps[i]
		if s.at <= now {
			continue
		}
		if s.tai > t.steps[i-1].tai {
			return s.at, -1
		}
		return s.at - 1, +1 // 23:59:59 is left out
	}
	return 0, 0
}
