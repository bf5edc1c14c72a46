package playback

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/server/recorder"
)

const monday = hw.Time(1_790_000_000_000_000_000)

// saved is a recording of events as a file.
func saved(t *testing.T, events []recorder.Event) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := recorder.NewRecording(recorder.Header{}, events).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return written(t, b.Bytes())
}

func written(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.record")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func reading(d time.Duration) hw.Reading {
	return hw.Reading{Raw: hw.Raw(d), Time: monday.Add(d)}
}

func TestEventsArePlayedInTheOrderInWhichTheyHappened(t *testing.T) {
	const s = time.Second
	path := saved(t, []recorder.Event{
		{Kind: recorder.Entered, At: reading(0), Word: "locked"},
		{Kind: recorder.Bytes, At: reading(s), Bytes: []byte("a")},
		{Kind: recorder.Edge, At: reading(s + s/2), Edge: hw.Edge{At: monday.Add(s / 2)}},  // taken a second late
		{Kind: recorder.Edge, At: reading(2 * s), Edge: hw.Edge{At: monday.Add(-1e6 * s)}}, // a step lay between
		{Kind: recorder.Heated, At: reading(9 * s), Temperature: 40},
	})
	played, err := Load(path)
	if err != nil || played.Start != sim.Truth(monday) || played.Length != 9*s || !played.Sensor {
		t.Fatalf("%+v, %v", played, err)
	}
	var at []time.Duration
	played.Play(func(e sim.Event) bool {
		at = append(at, e.At.Sub(played.Start))
		return true
	})
	want := []time.Duration{s / 2, s, 2 * s, 9 * s}
	if len(at) != len(want) {
		t.Fatal(at)
	}
	for i := range at {
		if at[i] != want[i] {
			t.Errorf("%v, not %v", at, want)
		}
	}
	n := 0
	if played.Play(func(sim.Event) bool { n++; return false }); n != 1 {
		t.Errorf("%d events after it was enough", n)
	}
}

func TestARecordingOfMillionsOfEventsTakesLittleMemory(t *testing.T) {
	const blocks, inBlock = 20, 200_000
	text := bytes.Repeat([]byte{byte(recorder.Bytes), 0, 0, 1, '$'}, inBlock)
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestCompression)
	_, _ = w.Write(text)
	_ = w.Close()
	head := binary.LittleEndian.AppendUint32(nil, uint32(packed.Len()))
	head = binary.LittleEndian.AppendUint64(head, 5e9)
	head = binary.LittleEndian.AppendUint64(head, uint64(monday))
	head = binary.LittleEndian.AppendUint32(head, crc32.ChecksumIEEE(packed.Bytes()))
	b := []byte("gpsntpd record 2\n{}\n")
	b = append(b, bytes.Repeat(append(head, packed.Bytes()...), blocks)...)
	path := written(t, append(b, 0, 0, 0, 0))

	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	before := memory.HeapAlloc
	played, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	n, used := 0, uint64(0)
	for e, next := (sim.Event{}), sim.NewSequence(played.Play); ; n++ {
		var there bool
		if e, there = next.Next(); !there {
			break
		}
		if len(e.Bytes) != 1 {
			t.Fatal(e)
		}
		if n%inBlock == 0 {
			runtime.GC()
			runtime.ReadMemStats(&memory)
			used = max(used, memory.HeapAlloc-min(before, memory.HeapAlloc))
		}
	}
	if n != blocks*inBlock || used > 16<<20 {
		t.Errorf("%d events of %d bytes: %d bytes of memory", n, len(b), used)
	}
	t.Logf("%d events of %d bytes: %d bytes of memory", n, len(b), used)
}

func TestARecordingThatClaimsCenturiesIsNotPlayed(t *testing.T) {
	path := saved(t, []recorder.Event{
		{Kind: recorder.Bytes, At: reading(0), Bytes: []byte("$")},
		{Kind: recorder.Bytes, At: hw.Reading{Raw: 1 << 62, Time: monday}, Bytes: []byte("$")},
	})
	if _, err := Load(path); !errors.Is(err, recorder.ErrTimes) {
		t.Error(err)
	}
}
