package casic

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

var (
	pivot = refclock.UTC(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	noon  = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	le    = binary.LittleEndian
)

func message(m Message, p []byte) hw.Frame {
	return hw.Frame{At: 1e18, Protocol: hw.CASIC, Bytes: Append(nil, m, p)}
}

func timeUTC(run uint32, at time.Time) []byte {
	p := make([]byte, 24)
	le.PutUint32(p, run)
	le.PutUint16(p[12:], uint16(at.Nanosecond()/1e6))
	le.PutUint16(p[14:], uint16(at.Year()))
	copy(p[16:], []byte{byte(at.Month()), byte(at.Day()), byte(at.Hour()), byte(at.Minute()), byte(at.Second()), 7, 0, 3})
	return p
}

func pv(run uint32, kind byte) []byte {
	p := make([]byte, 80)
	le.PutUint32(p, run)
	p[4], p[7] = kind, 9
	return p
}

func with(p []byte, at int, b ...byte) []byte {
	p = slices.Clone(p)
	copy(p[at:], b)
	return p
}

func TestAnEpochIsValidWhenTheReceiverIsSure(t *testing.T) {
	good, fixed := timeUTC(5000, noon), message(NavPV, pv(5000, 7))
	for name, test := range map[string]struct {
		frames []hw.Frame
		want   error
	}{
		"good":                 {[]hw.Frame{fixed, message(NavTIMEUTC, good)}, nil},
		"the other way round":  {[]hw.Frame{message(NavTIMEUTC, good), fixed}, nil},
		"a flat one":           {[]hw.Frame{message(NavPV, pv(5003, 6)), message(NavTIMEUTC, good)}, nil},
		"a rough position":     {[]hw.Frame{message(NavPV, pv(5000, 5)), message(NavTIMEUTC, good)}, refclock.ErrNoFix},
		"no position":          {[]hw.Frame{message(NavTIMEUTC, good)}, refclock.ErrNoTime},
		"of another epoch":     {[]hw.Frame{message(NavPV, pv(4000, 7)), message(NavTIMEUTC, good)}, refclock.ErrNoTime},
		"no leap seconds":      {[]hw.Frame{fixed, message(NavTIMEUTC, with(good, 21, 3))}, refclock.ErrUnresolved},
		"a date by someone":    {[]hw.Frame{fixed, message(NavTIMEUTC, with(good, 23, 1))}, refclock.ErrUnresolved},
		"the 31st of November": {[]hw.Frame{fixed, message(NavTIMEUTC, with(good, 16, 11, 31))}, refclock.ErrBadTime},
		"a leap second":        {[]hw.Frame{fixed, message(NavTIMEUTC, with(good, 18, 23, 59, 60))}, refclock.ErrLeapSecond},
	} {
		d := NewDecoder(pivot)
		var named []refclock.Fix
		for _, f := range test.frames {
			if r := d.Frame(f); r.Named {
				named = append(named, r.Fix)
			}
		}
		e := d.Flush().Ended
		if e == nil || e.Fix.Reason != test.want || e.Fix.Valid != (test.want == nil) {
			t.Errorf("%s: %+v, want %v", name, e, test.want)
			continue
		}
		if test.want == nil && (len(named) != 1 || named[0] != e.Fix || e.Fix.UTC.Std() != noon || e.Fix.Used != 9) {
			t.Errorf("%s: %+v, named %+v", name, e.Fix, named)
		}
	}
}

func TestWhatElseTheReceiverSays(t *testing.T) {
	d := NewDecoder(pivot)
	version := make([]byte, 64)
	copy(version, "URANUS5,V5.3.0.0")
	copy(version[32:], "AT6558F-5N-32")
	d.Frame(message(MonVER, version))
	if m := d.Receiver().Model; m.Firmware != "URANUS5,V5.3.0.0" || m.Hardware != "AT6558F-5N-32" {
		t.Errorf("%+v", m)
	}
	if r := d.Frame(message(AckNAK, []byte{6, 3, 0, 0})).Reply; r != (refclock.Reply{Command: "CFG-TP", Result: refclock.Refused}) {
		t.Errorf("%+v", r)
	}
	list := make([]byte, 8+24)
	list[4] = 2
	copy(list[8:], []byte{0, 5, 1, 7, 40, 45, 90, 0})
	copy(list[20:], []byte{0xFF, 6, 0, 0, 0, 10, 14, 1})
	d.Frame(message(NavBDSINFO, list))
	all, told := d.Satellites()
	want := []refclock.Satellite{
		{System: refclock.BeiDou, Number: 5, Elevation: 45, Azimuth: 90, CN0: 40, Used: true},
		{System: refclock.BeiDou, Number: 6, Elevation: 10, Azimuth: 270, CN0: refclock.Unsaid},
	}
	if !slices.Equal(all, want) || !told {
		t.Errorf("%+v", all)
	}
}

func TestDecodingAllocatesNothing(t *testing.T) {
	d := NewDecoder(pivot)
	var frames []hw.Frame
	for i := range 100 {
		run := uint32(i * 1000)
		frames = append(frames, message(NavPV, pv(run, 7)), message(NavTIMEUTC, timeUTC(run, noon.Add(time.Duration(i)*time.Second))))
	}
	i := 0
	if n := testing.AllocsPerRun(150, func() { d.Frame(frames[i]); i++ }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// FuzzDecoder looks for a panic, and for a valid time that is out of range.
func FuzzDecoder(f *testing.F) {
	f.Add(append(append([]byte{3, 1, 80, 0}, pv(0, 7)...), append([]byte{0x10, 1, 24, 0}, timeUTC(0, noon)...)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := NewDecoder(pivot)
		for len(b) > 4 { // the checksum is not what is tested
			n := min(int(le.Uint16(b[2:]))&^3, (len(b)-4)&^3)
			r := d.Frame(message(Message(b[1])<<8|Message(b[0]), b[4:4+n]))
			b = b[4+n:]
			if r.Fix.Valid && (r.Fix.UTC < pivot || r.Fix.UTC.Std().Year() >= 2220 || r.Fix.Reason != nil) {
				t.Fatalf("%+v", r.Fix)
			}
			if n == 0 {
				break
			}
		}
		d.Flush()
		d.Satellites()
	})
}
