package protocols

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/refclock/ubx"
)

var le = binary.LittleEndian

// start is a whole second.
var start = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// towUTC is milliseconds of the week in which UTC is at, and its number.
func towUTC(at time.Time) (week uint16, tow uint32) {
	const length = 7 * 24 * 3600 * 1000
	ms := at.UnixMilli() - 315964800000
	return uint16(ms / length), uint32(ms % length)
}

func pvt(at time.Time) []byte {
	p := make([]byte, 92)
	_, tow := towUTC(at.Add(18 * time.Second))
	le.PutUint32(p, tow)
	le.PutUint16(p[4:], uint16(at.Year()))
	p[6], p[7], p[8], p[9], p[10], p[11] = byte(at.Month()), byte(at.Day()), byte(at.Hour()), byte(at.Minute()), byte(at.Second()), 0x37
	p[20], p[21], p[22], p[23] = 5, 1, 0xE0, 14
	return ubx.Append(nil, ubx.NavPVT, p)
}

// timTP announces the pulse at a second of UTC, whose edge comes late by this many
// nanoseconds: this many are to be taken off its time.
func timTP(at time.Time, late float64) []byte {
	p := make([]byte, 16)
	week, tow := towUTC(at)
	le.PutUint32(p, tow)
	le.PutUint32(p[8:], uint32(int32(math.Round(-late*1e3))))
	le.PutUint16(p[12:], week)
	p[14], p[15] = 0x0B, 0x30
	return ubx.Append(nil, ubx.TimTP, p)
}

// timer is a receiver whose pulses come at the ticks of its clock, grain ns apart, seen by an
// input that adds noise of 5 ns. said makes of the lateness of pulse k, and of the next one,
// what is said of pulse k.
func timer(t *testing.T, grain float64, said func(late, next float64) float64) (residual, noise float64, v refclock.SawtoothVerdict) {
	random := rand.New(rand.NewPCG(7, uint64(grain)))
	d := NewDecoder(refclock.UTC(start.Add(-time.Hour).UnixNano()))
	var p refclock.Pairer
	phase, step := 0.0, 0.2137*grain // of the receiver's clock
	late := func(phase float64) float64 { return math.Ceil(phase/grain)*grain - phase }
	samples := 0
	const n = 1200
	for k := range n {
		at := start.Add(time.Duration(k) * time.Second)
		phase += step + grain*0.003*random.NormFloat64()
		now, next := late(phase), late(phase+step)
		frame := func(after time.Duration, b []byte) refclock.Report {
			return d.Frame(hw.Frame{At: hw.Time(at.Add(after).UnixNano()), Protocol: hw.UBX, Bytes: b})
		}
		p.Announce(frame(-800*time.Millisecond, timTP(at, said(now, next))).Pulse)
		off := 5 * random.NormFloat64()
		s, err := p.Edge(hw.Edge{At: hw.Time(at.UnixNano() + int64(math.Round(now+off))), Seq: uint32(k)}, 0)
		if err == nil && k > n/2 {
			samples++
			residual += math.Pow(float64(s.Offset+s.Sawtooth), 2)
			noise += off * off
		}
		r := frame(100*time.Millisecond, pvt(at))
		if !r.Named || !r.Fix.Valid {
			t.Fatalf("%d: %+v", k, r)
		}
		if _, err := p.Fix(r.Fix, 0); err != nil && k > 10 {
			t.Fatal(k, err)
		}
	}
	if samples < n/2-5 {
		t.Fatalf("%d samples", samples)
	}
	v, _ = p.Sawtooth()
	return math.Sqrt(residual / float64(samples)), math.Sqrt(noise / float64(samples)), v
}

func TestWhatTheReceiverSaysOfItsPulsesTakesTheirSawtoothOff(t *testing.T) {
	for name, grain := range map[string]float64{"F9T": 8, "M8T": 21} {
		residual, noise, v := timer(t, grain, func(late, _ float64) float64 { return late })
		t.Logf("%s: %.2f ns are left, of %.2f ns of the input alone", name, residual, noise)
		if residual > 1.1*noise || v != refclock.SawtoothUseful && name == "M8T" || v == refclock.SawtoothDropped {
			t.Errorf("%s: %.2f ns are left, %.2f ns are the input's: %s", name, residual, noise, v)
		}
		without, _, _ := timer(t, grain, func(float64, float64) float64 { return 0 })
		if without < 1.1*noise {
			t.Errorf("%s: without it %.2f ns are left: this test shows nothing", name, without)
		}
	}
}

func TestWhatIsNotTrueOfThePulsesIsNotTakenOff(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, said := range map[string]func(late, next float64) float64{
		"the wrong sign":                    func(late, _ float64) float64 { return -late },
		"of the next pulse":                 func(_, next float64) float64 { return next },
		"of a pulse that has been smoothed": func(float64, float64) float64 { return 21 * random.Float64() },
	} {
		if _, _, v := timer(t, 21, said); v != refclock.SawtoothDropped {
			t.Errorf("%s: %s", name, v)
		}
	}
}
