package ntp

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// noon is an ordinary moment, by the local clock.
var noon = hw.Time(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).UnixNano())

// noonNTP is the same moment in seconds since 1900.
const noonNTP = 4004337600

var responder = &Responder{Precision: -24}

// locked is a snapshot of a clock that is synchronized by pulses at now and
// off by offset.
func locked(now hw.Time, offset time.Duration) *discipline.Snapshot {
	return &discipline.Snapshot{
		Anchor:     hw.Reading{Time: now},
		Tolerance:  time.Millisecond,
		Offset:     offset,
		Growth:     discipline.Growth{Phase: 4e-12, Sigmas: 1}, // 2 µs,
		MaxError:   time.Millisecond,
		State:      discipline.Locked,
		LastSample: now,
		Reference:  discipline.Reference{Source: refclock.FromPulse, RefID: refclock.RefIDOf("GPS"), Stratum: 1, Time: now.Add(-time.Second)},
	}
}

// after is what both clocks show d after now.
func after(now hw.Time, d time.Duration) hw.Reading {
	return hw.Reading{Time: now.Add(d), Raw: hw.Raw(d)}
}

// request is a header of nothing but version, mode and a transmit timestamp,
// with trailer behind it.
func request(version, mode uint8, trailer ...byte) []byte {
	b := make([]byte, refclock.PacketSize, refclock.PacketSize+len(trailer))
	b[0] = version<<3 | mode
	binary.BigEndian.PutUint64(b[40:], 0xfeedfacecafebeef)
	return append(b, trailer...)
}

// respond is what becomes of a request without a history.
func respond(out, packet []byte, s *discipline.Snapshot, rx hw.Time, tx hw.Reading) (int, Verdict) {
	a := responder.Respond(out, Request{Packet: packet, From: client, Received: rx}, s, tx)
	return a.Size, a.Verdict
}

var client = netip.MustParseAddrPort("192.0.2.7:123")

func TestEveryFieldOfAnAnswerIsWhatRFC5905Says(t *testing.T) {
	s := locked(noon, 3*time.Second) // our clock is 3 s slow
	s.Leap = refclock.LeapInsert
	q := request(4, 3)
	q[refclock.PollAt] = 6
	var out [refclock.PacketSize]byte
	tx := after(noon, 1250*time.Millisecond)
	n, v := respond(out[:], q, s, noon.Add(time.Second), tx)
	if n != refclock.PacketSize || v != Answered {
		t.Fatalf("%d bytes, %v", n, v)
	}
	want := bytes.Join([][]byte{
		{1<<6 | 4<<3 | 4, 1, 6, 0xe8}, // leap insert, version 4, server; stratum 1; poll; precision 2⁻²⁴ s
		{0, 0, 0, 0},                  // root delay
		binary.BigEndian.AppendUint32(nil, uint32(refclock.ShortOf(s.DispersionAt(tx.Time)))),
		[]byte("GPS\x00"),
		binary.BigEndian.AppendUint64(nil, (noonNTP+2)<<32),
		{0xfe, 0xed, 0xfa, 0xce, 0xca, 0xfe, 0xbe, 0xef},
		binary.BigEndian.AppendUint64(nil, (noonNTP+4)<<32),
		binary.BigEndian.AppendUint64(nil, (noonNTP+4)<<32|1<<30|transmitBit),
	}, nil)
	if !bytes.Equal(out[:], want) {
		t.Errorf("got  %x\nwant %x", out, want)
	}
}

func TestStratumRootDelayAndIdentifierAreThoseOfTheReference(t *testing.T) {
	s := locked(noon, 0)
	s.Reference.Stratum, s.Reference.RefID, s.Reference.Delay = 3, refclock.RefID{192, 0, 2, 1}, 3*time.Millisecond
	var out [BroadcastSize]byte
	for name, answer := range map[string]func(){
		"an answer":   func() { respond(out[:], request(4, 3), s, noon, after(noon, 0)) },
		"a broadcast": func() { responder.Broadcast(out[:], 6, 0, s, after(noon, 0)) },
	} {
		clear(out[:])
		answer()
		if delay := binary.BigEndian.Uint32(out[4:]); out[1] != 3 || delay != 197 || [4]byte(out[12:]) != s.Reference.RefID { // 3 ms, rounded up to 2⁻¹⁶ s
			t.Errorf("%s: stratum %d, root delay %d, identifier % x", name, out[1], delay, out[12:16])
		}
	}
}

func TestWhatIsNotSynchronizedSaysSo(t *testing.T) {
	acquiring := locked(noon, 3*time.Second)
	acquiring.State = discipline.Acquiring
	drowned := locked(noon, 0)
	drowned.Growth.Phase = 4e-6 // 2 ms
	for _, c := range []struct {
		name      string
		snapshot  *discipline.Snapshot
		tx        hw.Reading
		transmit  uint32 // seconds
		reference uint32
	}{
		{"nothing is known", new(discipline.Latest).Load(), after(noon, 0), noonNTP, 0},
		{"acquiring", acquiring, after(noon, 0), noonNTP + 3, noonNTP + 2},
		{"bound above the limit", drowned, after(noon, 0), noonNTP, noonNTP - 1},
		{"clock stepped behind our back", locked(noon, 0), hw.Reading{Time: noon + 2e9, Raw: 1e9}, noonNTP + 2, noonNTP - 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out [refclock.PacketSize]byte
			n, v := respond(out[:], request(4, 3), c.snapshot, c.tx.Time, c.tx)
			if n != refclock.PacketSize || v != Unsynchronized {
				t.Fatalf("%d bytes, %v", n, v)
			}
			if out[0] != 3<<6|4<<3|4 || out[1] != 0 || !bytes.Equal(out[12:16], make([]byte, 4)) {
				t.Errorf("first bytes %x, refid %x", out[:2], out[12:16])
			}
			for _, f := range []struct {
				name string
				at   int
				want uint32
			}{
				{"root dispersion", 8, uint32(refclock.ShortOf(c.snapshot.DispersionAt(c.tx.Time)))},
				{"reference", 16, c.reference},
				{"transmit", 40, c.transmit},
			} {
				if got := binary.BigEndian.Uint32(out[f.at:]); got != f.want {
					t.Errorf("%s %d, want %d", f.name, got, f.want)
				}
			}
		})
	}
}

func TestAnAnswerIsNeverSentBeforeItsRequestCame(t *testing.T) {
	var out [refclock.PacketSize]byte
	respond(out[:], request(4, 3), locked(noon, 0), noon+500, after(noon, 0))
	if bytes.Compare(out[32:40], out[40:48]) > 0 || !bytes.Equal(out[32:36], out[40:44]) {
		t.Errorf("receive %x, transmit %x", out[32:40], out[40:48])
	}
}

func TestPollIsCopiedWithinSaneLimits(t *testing.T) {
	for poll, want := range map[int8]int8{0: 0, 6: 6, 17: 17, 18: 17, 127: 17, -4: -4, -8: -7, -128: -7} {
		q := request(4, 3)
		q[refclock.PollAt] = uint8(poll)
		var out [refclock.PacketSize]byte
		respond(out[:], q, locked(noon, 0), noon, after(noon, 0))
		if got := int8(out[refclock.PollAt]); got != want {
			t.Errorf("poll %d is answered with %d, want %d", poll, got, want)
		}
	}
}

func TestAnAnswerAllocatesNothing(t *testing.T) {
	s, q, out := locked(noon, 0), request(4, 3), make([]byte, refclock.PacketSize)
	if n := testing.AllocsPerRun(1000, func() { respond(out, q, s, noon, after(noon, 0)) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkRespond(b *testing.B) {
	s, q, out := locked(noon, 0), request(4, 3), make([]byte, refclock.PacketSize)
	b.ReportAllocs()
	for b.Loop() {
		respond(out, q, s, noon, after(noon, time.Second))
	}
}

func TestNoAnswerIsSentBeforeItsReferenceTime(t *testing.T) {
	s := locked(noon, 0)
	tx := after(noon, time.Second)
	s.Reference.Time = tx.Time.Add(time.Second) // a leap second was made since
	var out [refclock.PacketSize]byte
	if _, v := respond(out[:], request(4, 3), s, tx.Time, tx); v != Answered {
		t.Fatal(v)
	}
	reference, transmit := refclock.ReadTimestamp(out[16:]), refclock.ReadTimestamp(out[refclock.TransmitAt:])
	if reference > transmit {
		t.Errorf("reference time %x, transmit time %x", reference, transmit)
	}
}
