package ntp

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

func TestABroadcastIsARFC5905PacketOfMode5(t *testing.T) {
	var out [BroadcastSize]byte
	n, v := responder.Broadcast(out[:], 6, 0, locked(noon, time.Microsecond), after(noon, 0))
	if n != refclock.PacketSize || v != Answered {
		t.Fatal(n, v)
	}
	if out[0] != 4<<3|5 || out[1] != 1 || out[2] != 6 || int8(out[3]) != responder.Precision || string(out[12:16]) != "GPS\x00" {
		t.Errorf("%x", out[:16])
	}
	if !bytes.Equal(out[24:40], make([]byte, 16)) {
		t.Errorf("it answers no one, and has an origin or a receive timestamp: %x", out[24:40])
	}
	if seconds, dispersion := binary.BigEndian.Uint32(out[40:]), binary.BigEndian.Uint32(out[8:]); seconds != uint32(noonNTP) || dispersion == 0 {
		t.Errorf("sent at %d, want %d; root dispersion %d", seconds, uint32(noonNTP), dispersion)
	}
	if fraction := binary.BigEndian.Uint32(out[44:]); fraction < 4200 || fraction > 4400 { // 1 µs in 2⁻³² s
		t.Errorf("sent %d·2⁻³² s after noon, want a microsecond", fraction)
	}
}

func TestWithoutTheTimeNothingIsBroadcast(t *testing.T) {
	unlocked := *locked(noon, 0)
	unlocked.State = discipline.Acquiring
	moved := after(noon, 0)
	moved.Time = moved.Time.Add(time.Second) // someone stepped the clock
	for name, c := range map[string]struct {
		s  *discipline.Snapshot
		tx hw.Reading
	}{
		"nothing is known": {&discipline.Snapshot{}, after(noon, 0)},
		"acquiring":        {&unlocked, after(noon, 0)},
		"a stepped clock":  {locked(noon, 0), moved},
	} {
		var out [BroadcastSize]byte
		if n, v := responder.Broadcast(out[:], 6, 0, c.s, c.tx); n != 0 || v != Unsynchronized {
			t.Errorf("%s: %d bytes, %v", name, n, v)
		}
	}
}

func TestASignedBroadcastHasTheMACThatItsKeyGives(t *testing.T) {
	r := withKeys(t)
	for id := range *r.Keys.Load() {
		var out [BroadcastSize]byte
		n, v := r.Broadcast(out[:], 6, id, locked(noon, 0), after(noon, 0))
		if v != Answered || !bytes.Equal(out[:n], signed(r, id, out[:refclock.PacketSize])) {
			t.Errorf("key %d: %v, %x", id, v, out[:n])
		}
	}
	var out [BroadcastSize]byte
	if n, v := r.Broadcast(out[:], 6, 99, locked(noon, 0), after(noon, 0)); n != 0 || v != UnknownKey {
		t.Errorf("a key that is not there: %d bytes, %v", n, v)
	}
}
