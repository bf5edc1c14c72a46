package ubx

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

var le = binary.LittleEndian

// pivot is before all that is tested here.
var pivot = refclock.UTC(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano())

// noon is the moment of the first epoch.
var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func message(m Message, p []byte) hw.Frame {
	return hw.Frame{At: 1e18, Protocol: hw.UBX, Bytes: Append(nil, m, p)}
}

// gps returns week and milliseconds of it at a moment of UTC.
func gps(at time.Time, leap int) (week uint16, tow uint32) {
	ms := at.Add(time.Duration(leap)*time.Second).UnixMilli() - 315964800000
	return uint16(ms / weekLength), uint32(ms % weekLength)
}

// pvt is a good NAV-PVT.
func pvt(at time.Time) []byte {
	p := make([]byte, 92)
	_, tow := gps(at, 18)
	le.PutUint32(p, tow)
	le.PutUint16(p[4:], uint16(at.Year()))
	p[6], p[7], p[8], p[9], p[10], p[11] = byte(at.Month()), byte(at.Day()), byte(at.Hour()), byte(at.Minute()), byte(at.Second()), 0x37
	le.PutUint32(p[12:], 20)
	le.PutUint32(p[16:], uint32(at.Nanosecond()))
	p[20], p[21], p[22], p[23] = 3, 1, 0xE0, 14
	return p
}

// timeGPS is a NAV-TIMEGPS of a receiver that counts this many leap seconds.
func timeGPS(at time.Time, leap int, valid byte) []byte {
	p := make([]byte, 16)
	week, tow := gps(at, leap)
	le.PutUint32(p, tow)
	le.PutUint16(p[8:], week)
	p[10], p[11] = byte(leap), valid
	le.PutUint32(p[12:], 30)
	return p
}

// solution is a NAV-SOL of the same epoch.
func solution(at time.Time, leap int, kind, flags byte) []byte {
	p := make([]byte, 52)
	copy(p, timeGPS(at, leap, 0)[:10])
	p[10], p[11], p[47] = kind, flags, 7
	return p
}

func with(p []byte, at int, b ...byte) []byte {
	p = slices.Clone(p)
	copy(p[at:], b)
	return p
}

func TestAnEpochIsValidWhenTheReceiverIsSure(t *testing.T) {
	p := pvt(noon)
	tests := []struct {
		name   string
		frames []hw.Frame
		want   error
	}{
		{"good", []hw.Frame{message(NavPVT, p)}, nil},
		{"the version without confirmation", []hw.Frame{message(NavPVT, with(p[:84], 22, 0))}, nil},
		{"surveyed", []hw.Frame{message(NavPVT, with(p, 20, 5))}, nil},
		{"no fix", []hw.Frame{message(NavPVT, with(p, 20, 0))}, refclock.ErrNoFix},
		{"a fix that it does not stand by", []hw.Frame{message(NavPVT, with(p, 21, 0))}, refclock.ErrNoFix},
		{"dead reckoning", []hw.Frame{message(NavPVT, with(p, 20, 1))}, refclock.ErrNoFix},
		{"not resolved", []hw.Frame{message(NavPVT, with(p, 11, 0x33))}, refclock.ErrUnresolved},
		{"no date", []hw.Frame{message(NavPVT, with(p, 11, 0x36))}, refclock.ErrUnresolved},
		{"not confirmed", []hw.Frame{message(NavPVT, with(p, 22, 0x20))}, refclock.ErrUnresolved},
		{"coarse", []hw.Frame{message(NavPVT, with(p, 12, 0, 0, 0, 0x20))}, refclock.ErrUnresolved},
		{"a leap second", []hw.Frame{message(NavPVT, with(p, 8, 23, 59, 60))}, refclock.ErrLeapSecond},
		{"25 hours", []hw.Frame{message(NavPVT, with(p, 8, 25))}, refclock.ErrBadTime},
		{"30 February", []hw.Frame{message(NavPVT, with(p, 6, 2, 30))}, refclock.ErrBadTime},
		{"two times", []hw.Frame{message(NavPVT, p), message(NavTIMEGPS, with(timeGPS(noon, 18, 7), 10, 17))}, refclock.ErrBadTime},
		{"before u-blox 7", []hw.Frame{message(NavSOL, solution(noon, 18, 3, 0x0D)), message(NavTIMEGPS, timeGPS(noon, 18, 7))}, nil},
		{"the other way round", []hw.Frame{message(NavTIMEGPS, timeGPS(noon, 18, 7)), message(NavSOL, solution(noon, 18, 3, 0x0D))}, nil},
		{"no leap seconds yet", []hw.Frame{message(NavSOL, solution(noon, 18, 3, 0x0D)), message(NavTIMEGPS, timeGPS(noon, 18, 3))}, refclock.ErrUnresolved},
		{"GPS time alone", []hw.Frame{message(NavSOL, solution(noon, 18, 3, 0x0D))}, refclock.ErrUnresolved},
		{"old, and no fix", []hw.Frame{message(NavSOL, solution(noon, 18, 0, 0x0C)), message(NavTIMEGPS, timeGPS(noon, 18, 7))}, refclock.ErrNoFix},
		{"status and time", []hw.Frame{message(NavSTATUS, with(make([]byte, 16), 0, append(timeGPS(noon, 18, 7)[:4:4], 3, 1)...)), message(NavTIMEGPS, timeGPS(noon, 18, 7))}, nil},
		{"forged", []hw.Frame{message(NavSTATUS, with(make([]byte, 16), 0, append(p[:4:4], 3, 1, 0, 2<<3)...)), message(NavPVT, p)}, refclock.ErrSpoofed},
		{"forged, by another message", []hw.Frame{message(SecSIG, []byte{2, 0x70, 0, 0}), message(NavPVT, p)}, nil},
		{"forged, as SEC-SIG says", []hw.Frame{message(SecSIG, []byte{2, 0x50, 0, 0}), message(NavPVT, p)}, refclock.ErrSpoofed},
	}
	tests[len(tests)-2].frames[0] = message(SecSIG, []byte{2, 0x30, 0, 0}) // looked for, and none
	for _, test := range tests {
		d := NewDecoder(pivot)
		var named []refclock.Fix
		for _, f := range test.frames {
			if r := d.Frame(f); r.Named {
				named = append(named, r.Fix)
			}
		}
		e := d.Flush().Ended
		if e == nil || e.Fix.Reason != test.want || e.Fix.Valid != (test.want == nil) {
			t.Errorf("%s: %+v, want %v", test.name, e, test.want)
			continue
		}
		if test.want == nil && (len(named) != 1 || e.Fix.UTC.Std() != noon || named[0] != e.Fix) {
			t.Errorf("%s: %v, named %+v", test.name, e.Fix.UTC.Std(), named)
		}
	}
}

func TestAConfirmedTimeStaysSoUntilTheFixIsLost(t *testing.T) {
	d := NewDecoder(pivot)
	for i, step := range []struct {
		flags2, kind byte
		want         error
	}{{0x20, 3, refclock.ErrUnresolved}, {0xE0, 3, nil}, {0x20, 3, nil}, {0x20, 0, refclock.ErrNoFix}, {0x20, 3, refclock.ErrUnresolved}, {0, 3, nil}} {
		r := d.Frame(message(NavPVT, with(pvt(noon.Add(time.Duration(i)*time.Second)), 20, step.kind, 1, step.flags2)))
		if !r.Named || r.Fix.Reason != step.want {
			t.Errorf("%d: %+v, want %v", i, r.Fix, step.want)
		}
	}
}

func TestAReceiverThatLearnsItsLeapSecondsIsBelievedAtOnce(t *testing.T) {
	d := NewDecoder(pivot)
	for i := range 6 {
		leap := 16
		at := noon.Add(time.Duration(i) * time.Second)
		if i >= 3 {
			leap, at = 18, at.Add(-2*time.Second)
		}
		d.Frame(message(NavSOL, solution(at, leap, 3, 0x0D)))
		r := d.Frame(message(NavTIMEGPS, timeGPS(at, leap, 7)))
		if !r.Fix.Valid || r.Fix.UTC.Std() != at || r.Fix.Relearnt != (i == 3) {
			t.Errorf("%d: %+v", i, r.Fix)
		}
	}
}

func TestAPulseIsNamedBeforeItComes(t *testing.T) {
	tp := func(at time.Time, leap int, sub uint32, qErr int32, flags byte) []byte {
		p := make([]byte, 16)
		week, tow := gps(at, leap)
		if sub > 1<<31 {
			tow--
		}
		le.PutUint32(p, tow)
		le.PutUint32(p[4:], sub)
		le.PutUint32(p[8:], uint32(qErr))
		le.PutUint16(p[12:], week)
		p[14] = flags
		return p
	}
	second := refclock.UTC(noon.UnixNano())
	tests := []struct {
		payload []byte
		want    refclock.PulseNote
	}{
		{tp(noon, 0, 0, 10_200, 0x0B), refclock.PulseNote{Second: second, Sawtooth: -10}}, // the edge is early: by so much is added
		{tp(noon, 0, 128, -10_200, 0x0B), refclock.PulseNote{Second: second, Sawtooth: 10}},
		{tp(noon, 0, 4294967168, 400, 0x0B), refclock.PulseNote{Second: second}},
		{tp(noon, 18, 0, 3000, 0x02), refclock.PulseNote{Second: second, Sawtooth: -3}}, // of GPS
		{tp(noon, 0, 0, 3000, 0x09), refclock.PulseNote{}},                              // UTC is not available
		{tp(noon, 0, 0, 3000, 0x1B), refclock.PulseNote{}},                              // the error is not valid
		{tp(noon, 0, 0, 3000, 0x2B), refclock.PulseNote{}},                              // not locked
		{tp(noon.Add(300*time.Millisecond), 0, 0, 3000, 0x0B), refclock.PulseNote{}},    // another rate
	}
	for i, test := range tests {
		d := NewDecoder(pivot)
		d.Frame(message(NavPVT, pvt(noon.Add(-time.Second))))
		d.Frame(message(NavTIMEGPS, timeGPS(noon.Add(-time.Second), 18, 7)))
		if got := d.Frame(message(TimTP, test.payload)).Pulse; got != test.want {
			t.Errorf("%d: %+v, want %+v", i, got, test.want)
		}
	}
	if got := NewDecoder(pivot).Frame(message(TimTP, tp(noon, 18, 0, 3000, 0x02))).Pulse; got.Second != 0 {
		t.Errorf("leap seconds are not known: %+v", got)
	}
}

func TestTheReceiverSaysHowItIs(t *testing.T) {
	field := func(s string, n int) string { return s + strings.Repeat("\x00", n-len(s)) }
	d := NewDecoder(pivot)
	d.Frame(message(MonVER, []byte(field("EXT CORE 3.01 (111141)", 30)+field("00080000", 10)+field("FWVER=TIM 1.10", 30)+field("PROTVER=22.00", 30)+field("MOD=NEO-M8T-0", 30))))
	rf := make([]byte, 4+48)
	rf[1], rf[5], rf[6], rf[29], rf[30] = 2, 1, 2, 3, 4
	le.PutUint16(rf[18:], 4096)
	if a := d.Frame(message(MonRF, rf)).Antenna; a != refclock.AntennaOpen {
		t.Errorf("antenna %q", a)
	}
	d.Frame(message(SecSIG, []byte{1, 0, 0, 0, 5, 0, 0, 0, 7, 0, 0, 0}))
	svin := make([]byte, 40)
	svin[37] = 1
	le.PutUint32(svin[8:], 600)
	le.PutUint32(svin[28:], 12_000)
	d.Frame(message(NavSVIN, svin))
	ls := make([]byte, 24)
	ls[8], ls[9], ls[23] = 2, 18, 1
	d.Frame(message(NavTIMELS, ls))
	d.Frame(message(InfWARNING, []byte("txbuf alloc")))
	want := refclock.Receiver{
		Model: refclock.Model{Name: "NEO-M8T-0", Firmware: "TIM 1.10", Hardware: "00080000", Protocol: "22.00"},
		Reception: refclock.Reception{
			At: 1e18, Jamming: refclock.JammingWarning, Spoofing: refclock.SpoofingAffirmed, Gain: 4096. / 8191,
			LeapSource: refclock.LeapSatellites, Leap: 18, Overflow: 1e18,
		},
		Survey: refclock.Survey{State: refclock.SurveyActive, For: 10 * time.Minute, Accuracy: 1.2},
	}
	if got := d.Receiver(); got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if r := d.Frame(message(AckNAK, []byte{6, 0x8A})).Reply; r != (refclock.Reply{Command: "CFG-VALSET", Result: refclock.Refused}) {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsTooShortOrForeignIsPassedOver(t *testing.T) {
	for m, n := range lengths {
		d := NewDecoder(pivot)
		for size := range n {
			if v := d.Frame(message(m, make([]byte, size))).Verdict; v == refclock.FrameOK {
				t.Errorf("%v with %d bytes: %s", m, size, v)
			}
		}
	}
	for want, f := range map[refclock.Verdict]hw.Frame{
		refclock.FrameIgnored:   message(Message(0x0215), make([]byte, 16)),
		refclock.FrameGarbage:   {Protocol: hw.NMEA, Bytes: []byte("$GPRMC")},
		refclock.FrameMalformed: message(NavPVT, with(pvt(noon), 0, 0xFF, 0xFF, 0xFF, 0xFF)),
	} {
		if v := NewDecoder(pivot).Frame(f).Verdict; v != want {
			t.Errorf("%s, want %s", v, want)
		}
	}
}

// sky is a NAV-SAT with n satellites.
func skyOf(n int) []byte {
	p := make([]byte, 8+12*n)
	p[4], p[5] = 1, byte(n)
	for i := range n {
		b := p[8+12*i:]
		b[0], b[1], b[2], b[3], b[8] = byte(i/32)*6, byte(i%32+1), 40, 45, 8
	}
	return p
}

func TestTheSkyIsWhatTheReceiverSees(t *testing.T) {
	d := NewDecoder(pivot)
	d.Frame(message(NavSAT, skyOf(40)))
	all, told := d.Satellites()
	if want := (refclock.Satellite{System: refclock.GLONASS, Number: 8, Elevation: 45, Azimuth: 0, CN0: 40, Used: true}); len(all) != 40 || !told || all[39] != want {
		t.Errorf("%d, %v, %+v", len(all), told, all[39])
	}
	info := make([]byte, 20)
	info[4], info[9], info[10], info[12], info[13] = 1, 66, 1, 30, 0xFB
	d.Frame(message(NavSVINFO, info))
	if all, _ := d.Satellites(); len(all) != 1 || all[0] != (refclock.Satellite{System: refclock.GLONASS, Number: 2, Elevation: -5, Azimuth: 0, CN0: 30, Used: true}) {
		t.Errorf("%+v", all)
	}
}

// second is what a receiver sends in an epoch: a solution, a pulse and the whole sky.
func second(at time.Time) []hw.Frame {
	return []hw.Frame{message(TimTP, make([]byte, 16)), message(NavPVT, pvt(at)), message(NavTIMEGPS, timeGPS(at, 18, 7)), message(NavSAT, skyOf(40)), message(MonHW, make([]byte, 60))}
}

func TestDecodingAllocatesNothing(t *testing.T) {
	d := NewDecoder(pivot)
	var frames []hw.Frame
	for i := range 40 {
		frames = append(frames, second(noon.Add(time.Duration(i)*time.Second))...)
	}
	i := 0
	if n := testing.AllocsPerRun(150, func() { d.Frame(frames[i]); i++ }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// BenchmarkSecond is one epoch with the whole sky: at 10 Hz, so much ten times a second.
func BenchmarkSecond(b *testing.B) {
	d := NewDecoder(pivot)
	frames := second(noon)
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range frames {
			d.Frame(f)
		}
	}
}

// FuzzDecoder looks for a panic, and for a valid time that is out of range.
func FuzzDecoder(f *testing.F) {
	for _, all := range [][]hw.Frame{second(noon), {message(NavSOL, solution(noon, 18, 3, 0x0D)), message(MonVER, make([]byte, 100)), message(MonRF, make([]byte, 52)), message(SecSIG, make([]byte, 12))}} {
		var b []byte
		for _, x := range all {
			b = append(b, x.Bytes...)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d := NewDecoder(pivot)
		for len(b) > 4 { // the checksum is not what is tested
			n := min(int(binary.LittleEndian.Uint16(b[2:])), len(b)-4)
			r := d.Frame(message(Message(b[0])<<8|Message(b[1]), b[4:4+n]))
			b = b[4+n:]
			for _, fix := range []refclock.Fix{r.Fix} {
				if fix.Valid && (fix.UTC < pivot || fix.UTC.Std().Year() >= 2220 || fix.Reason != nil) {
					t.Fatalf("%+v", fix)
				}
			}
		}
		d.Flush()
		d.Satellites()
		d.Receiver()
	})
}
