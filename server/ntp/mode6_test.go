package ntp

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// told is what someone near is told: the status, and the text behind the header.
func told(t *testing.T, s *discipline.Snapshot, now hw.Reading, q []byte) (status uint16, text string) {
	t.Helper()
	r := *responder
	r.Ntpq = Ntpq{Allow: []netip.Prefix{netip.MustParsePrefix("::1/128")}, Version: "gpsntpd 1.2.3", Processor: "arm64", System: "linux"}
	var out [MaxAnswer]byte
	a := r.Respond(out[:], Request{Packet: q, From: netip.MustParseAddrPort("[::1]:123")}, s, now)
	if a.Verdict != Told || a.Size > controlMost {
		t.Fatalf("%+v", a)
	}
	return binary.BigEndian.Uint16(out[statusAt:]), string(out[controlSize:][:binary.BigEndian.Uint16(out[countAt:])])
}

// learned is a snapshot with all that ntpq is told.
func learned() *discipline.Snapshot {
	s := locked(noon, 2500*time.Nanosecond)
	s.Estimates = discipline.Estimates{Frequency: -13.205656 * hw.PPM, Jitter: 1234, Wander: 3e-9}
	s.TAIOffset = 37
	return s
}

func TestNtpqIsToldWhatTheSnapshotSays(t *testing.T) {
	system := `version="gpsntpd 1.2.3", processor="arm64", system="linux", leap=0, stratum=1, precision=-24, ` +
		`rootdelay=0.000000, rootdisp=1.004500, refid=GPS, reftime=0xeead57bf.000029f1, clock=0xeead57c0.800029f1, peer=1, tc=0, mintc=0, ` +
		`offset=0.002500, frequency=-13.205656, sys_jitter=0.001234, clk_jitter=0.001234, clk_wander=0.003000, tai=37` + "\r\n"
	peer := `srcadr=127.127.20.0, srcport=123, srchost="GPS(0)", dstadr=127.0.0.1, dstport=123, leap=0, stratum=0, precision=-24, ` +
		`rootdelay=0.000000, rootdisp=0.000000, refid=GPS, reftime=0xeead57bf.000029f1, rec=0xeead57bf.000029f1, reach=0xff, unreach=0, ` +
		`hmode=3, pmode=4, hpoll=0, ppoll=0, flash=0, offset=0.002500, delay=0.000000, dispersion=0.002000, jitter=0.001234` + "\r\n"
	kernel := "koffset=0.000000, kfreq=-13.205656, kmaxerr=0.002000, kesterr=0.001234, kstflags=nano, ktimeconst=0, kprecis=0.000001, kfreqtol=500\r\n"
	for _, c := range []struct {
		name   string
		packet []byte
		status uint16
		text   string
	}{
		{"associations", mode6(readStatus, 0, ""), 0x0115, "\x00\x01\x96\x14"},
		{"system", mode6(readVariables, 0, ""), 0x0115, system},
		{"peer", mode6(readVariables, 1, ""), 0x9614, peer},
		{"status of the peer", mode6(readStatus, 1, ""), 0x9614, peer},
		{"clock", mode6(readClock, 1, "timecode"), 0, `timecode="2026-11-22T11:59:59Z"` + "\r\n"},
		{"some", mode6(readVariables, 0, " stratum ,x,leap,leap"), 0x0115, "leap=0, stratum=1\r\n"},
		{"kernel", mode6(readVariables, 0, "koffset,kfreq,kmaxerr,kesterr,kstflags,ktimeconst,kprecis,kfreqtol,kppsfreq"), 0x0115, kernel},
		{"no such variable", mode6(readVariables, 0, "x"), noSuchVariable, ""},
		{"no such association", mode6(readVariables, 2, ""), noSuchAssociation, ""},
	} {
		status, text := told(t, learned(), after(noon, 500*time.Millisecond), c.packet)
		if status != c.status || text != c.text {
			t.Errorf("%s: %04x, want %04x\n%s\nwant\n%s", c.name, status, c.status, text, c.text)
		}
	}
}

func TestNtpqSeesAnAlarmWhenTheClockIsNotSynchronized(t *testing.T) {
	silent := learned()
	silent.State = discipline.Unsynchronized
	for _, c := range []struct {
		name         string
		snapshot     *discipline.Snapshot
		now          hw.Reading
		status, peer uint16
		reach        string
	}{
		{"nothing is known", new(discipline.Snapshot), after(noon, 0), 0xc011, 0x8013, "0x0"},
		{"not believed", silent, after(noon, time.Second), 0xc011, 0x9014, "0xff"},
		{"silent", silent, after(noon, time.Minute), 0xc011, 0x8013, "0x0"},
		{"stepped behind our back", learned(), hw.Reading{Time: noon + 2e9, Raw: 1e9}, 0xc011, 0x9014, "0xff"},
	} {
		status, text := told(t, c.snapshot, c.now, mode6(readVariables, 0, "leap,stratum,refid"))
		if status != c.status || text != "leap=3, stratum=16, refid=INIT\r\n" {
			t.Errorf("%s: %04x %s", c.name, status, text)
		}
		peer, text := told(t, c.snapshot, c.now, mode6(readVariables, 1, "reach"))
		if peer != c.peer || text != "reach="+c.reach+"\r\n" {
			t.Errorf("%s: peer %04x %s", c.name, peer, text)
		}
	}
}

// The longest values that there can be.
func TestEveryListFitsIntoOneFragment(t *testing.T) {
	r := Responder{Precision: -128,
		Ntpq: Ntpq{Version: "gpsntpd " + strings.Repeat("v", 40), Processor: "mips64le", System: "linux"}}
	s := locked(noon, -30*time.Hour*24*365)
	s.Estimates = discipline.Estimates{Frequency: -500 * hw.PPM, Jitter: time.Hour, Wander: 1}
	s.TAIOffset = -100
	s.Reference.RefID, s.Reference.Stratum = refclock.RefID{255, 255, 255, 255}, 15
	s.Reference.Delay = discipline.MaxDispersion
	v := r.view(s, after(noon, 0))
	for _, variables := range [][]variable{systemVariables, peerVariables, clockVariables} {
		last := ""
		for _, x := range variables {
			if !x.unlisted {
				last = x.name
			}
		}
		if text := string(v.list(make([]byte, controlSize), variables, nil)[controlSize:]); !strings.Contains(text, last+"=") {
			t.Errorf("%s is missing in %d bytes: %s", last, len(text), text)
		}
	}
}
