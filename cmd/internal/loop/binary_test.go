package loop

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
	"gpsntpd/refclock/ubx"
)

// pvt is a NAV-PVT of a moment, with a valid time: flags are those of its byte 11.
func pvt(at time.Time, valid byte, accuracy time.Duration) []byte {
	p := make([]byte, 92)
	le := binary.LittleEndian
	week := at.Sub(time.Date(1980, 1, 6, 0, 0, 0, 0, time.UTC)) + 18*time.Second
	le.PutUint32(p, uint32(week%(7*24*time.Hour)/time.Millisecond))
	le.PutUint16(p[4:], uint16(at.Year()))
	p[6], p[7], p[8], p[9], p[10], p[11] = byte(at.Month()), byte(at.Day()), byte(at.Hour()), byte(at.Minute()), byte(at.Second()), valid
	le.PutUint32(p[12:], uint32(accuracy))
	p[20], p[21], p[22], p[23] = 3, 1, 0xE0, 14
	return ubx.Append(nil, ubx.NavPVT, p)
}

const (
	knownUTC   = 0x37 // date, time, fully resolved, UTC(USNO)
	unknownUTC = 0xF7
	unresolved = 0x33
)

// says of a receiver that speaks in frames; text beside them is made by bodies.
func frames(seconds int, each func(second int, now time.Time) [][]byte) func(*testing.T, *Virtual) {
	return func(_ *testing.T, v *Virtual) {
		v.source = nothing{}
		v.next()
		for i := range seconds {
			v.Play(time.Second)
			now := v.World.Clock.Read().Time
			for _, b := range each(i, now.Std().Truncate(time.Second)) {
				v.Frame(hw.Frame{At: now, Protocol: map[byte]hw.Protocol{'$': hw.NMEA, 0xB5: hw.UBX}[b[0]], Bytes: b})
			}
		}
	}
}

func text(body string) []byte { return []byte(strings.TrimSpace(string(checked(body)))) }

// reception is a MON-HW with a state of jamming.
func reception(jamming byte) []byte {
	p := make([]byte, 60)
	p[20], p[22] = 2, jamming<<2
	return ubx.Append(nil, ubx.MonHW, p)
}

// forged is a NAV-STATUS that says so.
func forged(now time.Time) []byte {
	p := make([]byte, 16)
	copy(p, pvt(now, knownUTC, 0)[6:10])
	p[4], p[5], p[7] = 3, 1, 2<<3
	return ubx.Append(nil, ubx.NavSTATUS, p)
}

// crowded is a receiver on a line of 9600 baud that has a tenth more to say than the line
// carries: it falls behind until its buffer is full, and then leaves something out.
func crowded(start sim.Truth, seconds int, depth time.Duration) (all []sim.Event) {
	const byteTime = 10 * time.Second / 9600
	free := start
	for k := range seconds {
		second := start.Add(time.Duration(k) * time.Second)
		now := second.Std()
		bodies := []string{rmcBody(now.Format("150405"), now)}
		for i := range 14 {
			bodies = append(bodies, fmt.Sprintf("GPGSV,14,%d,56,01,45,090,40,02,45,090,40,03,45,090,40,04,45,090,40", i+1))
		}
		for i, body := range bodies {
			at := max(free, second.Add(20*time.Millisecond))
			if i > 0 && at.Sub(second) > depth {
				break // there is no room for it
			}
			b := checked(body)
			all = append(all, sim.Event{At: at, Bytes: b})
			free = at.Add(time.Duration(len(b)) * byteTime)
		}
	}
	return all
}

func TestALineThatIsFullNamesNoSecond(t *testing.T) {
	t.Parallel()
	calm, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	start := sim.Truth(begin.Std().Truncate(time.Second).UnixNano())
	all := crowded(start, 300, 3500*time.Millisecond)
	var events []sim.Event
	for k, i := 120, 0; k < 300; k++ { // the daemon starts when the receiver has long been behind
		second := start.Add(time.Duration(k) * time.Second)
		events = append(events, sim.Event{At: second, Edge: true})
		for ; i < len(all) && all[i].At < second.Add(time.Second); i++ {
			if all[i].At >= start.Add(120*time.Second) {
				events = append(events, all[i])
			}
		}
	}
	m := playing(t, calm, sim.NewEvents(events), start.Add(119700*time.Millisecond))
	m.ReceiverDevice(hw.Device{Path: "/dev/serial0", State: hw.Open, Baud: 9600})
	for range 170 {
		m.Play(time.Second)
		m.wantUnsynchronized("behind by 3.5 s")
	}
	if r := m.pairingReason(); r != refclock.ErrLineFull {
		t.Errorf("%v: %s", r, m.reasonsSeen())
	}
}

// old is what a receiver before u-blox 7 says of a second: NAV-SOL and NAV-TIMEGPS, with so
// many leap seconds.
func old(now time.Time, leap int) [][]byte {
	gps := now.Sub(time.Date(1980, 1, 6, 0, 0, 0, 0, time.UTC)) + 18*time.Second // what it is
	week := uint16(gps / (7 * 24 * time.Hour))
	tow := uint32(gps % (7 * 24 * time.Hour) / time.Millisecond)
	sol, tgps := make([]byte, 52), make([]byte, 16)
	for _, p := range [][]byte{sol, tgps} {
		binary.LittleEndian.PutUint32(p, tow)
		binary.LittleEndian.PutUint16(p[8:], week)
	}
	sol[10], sol[11], sol[47] = 3, 0x0D, 8
	tgps[10], tgps[11] = byte(leap), 7
	return [][]byte{ubx.Append(nil, ubx.NavSOL, sol), ubx.Append(nil, ubx.NavTIMEGPS, tgps)}
}

func TestAReceiverThatLearnsItsLeapSecondsIsNotDistrusted(t *testing.T) {
	t.Parallel()
	calm, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	const learns = 1200 // longer than it is young
	start := sim.Truth(begin.Std().Truncate(time.Second).UnixNano())
	var events []sim.Event
	for k := range learns + 60 {
		second, leap := start.Add(time.Duration(k)*time.Second), 18
		if k < learns {
			leap = 16
		}
		events = append(events, sim.Event{At: second, Edge: true})
		for i, b := range old(second.Std(), leap) {
			events = append(events, sim.Event{At: second.Add(150*time.Millisecond + time.Duration(i)*10*time.Millisecond), Bytes: b})
		}
	}
	m := playing(t, calm, sim.NewEvents(events), start.Add(-300*time.Millisecond))
	m.excuse(0, learns+1)
	m.Play((learns + 30) * time.Second)
	m.wantLocked("half a minute after it has learnt them")
}
