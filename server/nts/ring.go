package nts

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gpsntpd/refclock"
)

// Day counts the days of UTC since 1970-01-01. Each has a master key.
type Day uint32

// DayOf returns the day in which t lies.
func DayOf(t refclock.UTC) Day { return Day(max(t, 0) / (24 * 60 * 60 * 1e9)) }

// Begin returns when a day begins.
func (d Day) Begin() refclock.UTC { return refclock.UTC(d) * (24 * 60 * 60 * 1e9) }

// lastDay is in the year 4707: it bounds the work for a file that claims more.
const lastDay = 1_000_000

// A ring holds the keys of the two days before, since a client may poll every
// 2¹⁷ s, a day and a half; and one ahead, for the cookies of another server
// that shares the keys and for which the day has begun.
const (
	earlier = 2
	held    = earlier + 2
)

// Ring holds the master keys, under which cookies are sealed. It never
// changes: the next day has another.
//
// Each key is derived from that of the day before (RFC 8915, section 6), so
// that servers that share one share them all without ever talking to each
// other; from a key none before it can be computed.
type Ring struct {
	first   Day // day of the oldest key
	secrets [held][keySize]byte
	ciphers [held]siv
}

// NewRing returns the ring of today whose oldest key is secret.
func NewRing(today Day, secret [keySize]byte) (*Ring, error) {
	r := &Ring{first: max(today, earlier) - earlier}
	r.secrets[0] = secret
	return r, r.derive()
}

// derive fills the ring from its oldest key.
func (r *Ring) derive() (err error) {
	for i := range r.secrets {
		if i > 0 {
			if r.secrets[i], err = following(r.secrets[i-1], r.first+Day(i)); err != nil {
				return err
			}
		}
		if r.ciphers[i], err = newSIV(r.secrets[i][:]); err != nil {
			return err
		}
	}
	return nil
}

// following derives the key of a day from that of the day before.
func following(secret [keySize]byte, day Day) (next [keySize]byte, err error) {
	b, err := hkdf.Expand(sha256.New, secret[:], fmt.Sprint("gpsntpd NTS master key ", day), keySize)
	copy(next[:], b)
	return next, err
}

// On returns the ring of a day: r itself, if that day is its own or past.
func (r *Ring) On(today Day) (*Ring, error) {
	secret, day := r.secrets[0], r.first
	if day+earlier >= today {
		return r, nil
	}
	for day+earlier < min(today, lastDay) {
		var err error
		day++
		if secret, err = following(secret, day); err != nil {
			return nil, err
		}
	}
	return NewRing(day+earlier, secret)
}

// Ahead reports whether the ring is of days to come, by more than the one by which
// servers that share keys may differ.
func (r *Ring) Ahead(today Day) bool { return r.first+earlier > today+1 }

// Days returns of which days the ring has keys, and which is its own.
func (r *Ring) Days() (oldest, today, newest Day) {
	return r.first, r.first + earlier, r.first + held - 1
}

// String returns the ring as ParseRing reads it: the oldest key and its day.
func (r *Ring) String() string {
	return fmt.Sprintf("%d %s\n", r.first, hex.EncodeToString(r.secrets[0][:]))
}

var errRing = errors.New("expected a day and a key of 64 hexadecimal digits")

// ParseRing reads what String wrote.
func ParseRing(text string) (*Ring, error) {
	day, word, _ := strings.Cut(strings.TrimSpace(text), " ")
	first, err := strconv.ParseUint(day, 10, 32)
	if err != nil || first > lastDay {
		return nil, errRing
	}
	secret, err := hex.DecodeString(word)
	if err != nil || len(secret) != keySize {
		return nil, errRing
	}
	return NewRing(Day(first)+earlier, [keySize]byte(secret))
}
