package nmea

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// run decodes a stream and hands each valid fix to check.
func run(b []byte, check func(refclock.Fix)) {
	var f hw.Framer
	d := NewDecoder(pivot)
	take := func(r refclock.Report) {
		if r.Fix.Valid {
			check(r.Fix)
		}
		if r.Ended != nil && r.Ended.Fix.Valid {
			check(r.Ended.Fix)
		}
	}
	for _, l := range append(slices.Clone(f.Feed(b, 1)), f.Flush()...) {
		take(d.Frame(l))
	}
	take(d.Flush())
}

// FuzzDecoder looks for a panic, and for a valid time that is out of range or
// that no sentence with a sound checksum named.
func FuzzDecoder(f *testing.F) {
	for _, bodies := range [][]string{
		{gga("120000.00"), rmc("120000.00"), zda("120000.00"), gll("120000.00"), gga("120001")},
		{"GPTXT,01", "GPTXT,01,01,02,ANTSTATUS=OPEN", "PGTOP,11,1", "GPGSA,A,3", "GPGSV,1,1,01,01,,,,F", "PUBX,04", "GNGNS,120000,,,,,AN"},
	} {
		var s strings.Builder
		for _, b := range bodies {
			s.Write(line(b).Bytes)
			s.WriteString("\r\n")
		}
		f.Add([]byte(s.String()))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		run(b, func(fix refclock.Fix) {
			if fix.UTC < pivot || fix.UTC.Std().Year() >= 2220 || fix.Reason != nil {
				t.Fatalf("%+v", fix)
			}
			tod := fix.UTC.Std().Format("150405")
			for _, l := range strings.Split(string(b), "$") {
				if strings.Contains(l, tod) && strings.Contains(l, "*") {
					return
				}
			}
			t.Fatalf("%s was never sent", tod)
		})
	})
}

func TestDamageNeverYieldsATimeThatWasNotSent(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 11, 22, 23, 55, 0, 0, time.UTC)
	var stream strings.Builder
	sent := map[refclock.UTC]bool{}
	for i := range 600 {
		at := start.Add(time.Duration(i) * time.Second)
		sent[refclock.UTC(at.UnixNano())] = true
		tod := at.Format("150405.00")
		for _, body := range []string{gga(tod), "GPRMC," + tod + ",A,4800.0,N,01100.0,E,0.1,," + at.Format("020106") + ",,,A", gll(tod)} {
			stream.WriteString(string(line(body).Bytes) + "\r\n")
		}
	}
	valid := 0
	for range 50 {
		b := []byte(stream.String())
		for range 2000 {
			i := random.IntN(len(b) - 40)
			switch random.IntN(3) {
			case 0:
				b[i] ^= 1 << random.IntN(8)
			case 1:
				b[i] = byte(random.IntN(256))
			case 2:
				n := random.IntN(40)
				b = append(b[:i], b[i+n:]...)
			}
		}
		run(b, func(f refclock.Fix) {
			valid++
			if !sent[f.UTC] {
				t.Errorf("%v was never sent", f.UTC.Std())
			}
		})
	}
	if valid == 0 {
		t.Error("nothing survived")
	}
}
