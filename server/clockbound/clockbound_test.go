package clockbound

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// client reads a page as the protocol describes it: each field at its place.
type client struct {
	magic      [2]uint32
	size       uint32
	version    uint16
	generation uint16
	asOf, void [2]int64
	bound      int64
	marker     uint64
	drift      uint32
	status     int32
	supported  uint8
}

func read(t *testing.T, page []byte) (c client) {
	t.Helper()
	r := bytes.NewReader(page)
	for _, field := range []any{&c.magic, &c.size, &c.version, &c.generation, &c.asOf, &c.void, &c.bound, &c.marker, &c.drift, &c.status, &c.supported} {
		if err := binary.Read(r, binary.NativeEndian, field); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// at is what the client takes for the bound some time after.
func (c *client) at(later time.Duration) time.Duration {
	return time.Duration(c.bound) + time.Duration(later.Seconds()*float64(c.drift))
}

func TestThePageIsThatOfTheProtocol(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "shm0")
	p, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.Write(Bound{AsOf: 12_000_000_034, VoidAfter: 1012_000_000_034, Error: 56789, Drift: 1234, Status: FreeRunning})
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := client{
		magic: [2]uint32{0x414D5A4E, 0x43420200}, size: 80, version: 2, generation: 2,
		asOf: [2]int64{12, 34}, void: [2]int64{1012, 34}, bound: 56789, drift: 1234, status: 2,
	}
	if got := read(t, page); got != want || len(page) != 80 {
		t.Errorf("%d bytes: %+v", len(page), got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("not for everyone: %v, %v", info.Mode(), err)
	}
}

func TestAPageThatIsThereGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shm0")
	for i := range 3 { // each a start of ours
		p, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		p.Write(Bound{Error: time.Duration(i)})
		if g := p.generation(); g != uint16(2*i+2) {
			t.Errorf("start %d: generation %d", i, g)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheGenerationIsEvenAndNeverZero(t *testing.T) {
	for g, want := range map[uint16]uint16{0: 2, 1: 2, 2: 4, 3: 4, 65533: 65534, 65534: 2, 65535: 2} {
		if got := next(g); got != want {
			t.Errorf("after %d: %d, want %d", g, got, want)
		}
	}
}

func TestALinkAndADirectoryAreNoPage(t *testing.T) {
	folder := t.TempDir()
	link := filepath.Join(folder, "link")
	if err := os.Symlink(filepath.Join(folder, "elsewhere"), link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, folder} {
		if p, err := Open(path); err == nil {
			p.Close()
			t.Errorf("%s is one", path)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "elsewhere")); err == nil {
		t.Error("the link was followed")
	}
}

// start is the moment of the snapshots here.
const start = hw.Time(1_764_000_000e9)

// snapshot is a clock's that was measured last some time before start.
func snapshot(state discipline.State, before time.Duration) *discipline.Snapshot {
	return &discipline.Snapshot{
		Anchor: hw.Reading{Time: start, Raw: 5e9}, Tolerance: 10 * time.Microsecond, Offset: -3 * time.Microsecond,
		Measured: start.Add(-before), LastSample: start.Add(-before), MaxError: time.Second, State: state,
		Growth:    discipline.Growth{Edge: 2 * time.Microsecond, Drift: 1e-9, Phase: 1e-14, Rate: 1e-18, WanderDensity: 1e-18, Sigmas: 3.5},
		Reference: discipline.Reference{Source: refclock.FromPulse, Delay: 40 * time.Microsecond, Stratum: 1},
	}
}

func TestTheBoundHoldsUntilItIsVoid(t *testing.T) {
	for name, s := range map[string]*discipline.Snapshot{
		"locked": snapshot(discipline.Locked, time.Second), "holdover": snapshot(discipline.Holdover, time.Hour), "fallback": snapshot(discipline.Fallback, time.Second),
	} {
		b := Of(s, s.Anchor, 7e9)
		p := b.body()
		c := read(t, append(make([]byte, bodyAt), p[:]...))
		if want := s.OffsetAt(start).Abs() + s.DispersionAt(start) + 20*time.Microsecond; time.Duration(c.bound) != want {
			t.Errorf("%s: bound %d, want %v", name, c.bound, want)
		}
		for later := time.Duration(0); later <= valid; later += time.Second {
			at := start.Add(later)
			if claim := s.OffsetAt(at).Abs() + s.DispersionAt(at) + 20*time.Microsecond; c.at(later) < claim {
				t.Fatalf("%s: after %v the page says %v, the wire %v", name, later, c.at(later), claim)
			}
		}
		if c.void[0]-c.asOf[0] != 1000 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestTheStatusOfThePage(t *testing.T) {
	moved := hw.Reading{Time: start.Add(time.Second), Raw: 5e9} // by another program
	for name, c := range map[string]struct {
		s    *discipline.Snapshot
		now  hw.Reading
		want Status
	}{
		"locked":      {snapshot(discipline.Locked, time.Second), hw.Reading{Time: start, Raw: 5e9}, Synchronized},
		"network":     {snapshot(discipline.Fallback, time.Second), hw.Reading{Time: start, Raw: 5e9}, Synchronized},
		"holdover":    {snapshot(discipline.Holdover, time.Minute), hw.Reading{Time: start, Raw: 5e9}, FreeRunning},
		"starting":    {snapshot(discipline.Starting, time.Second), hw.Reading{Time: start, Raw: 5e9}, Unknown},
		"moved":       {snapshot(discipline.Locked, time.Second), moved, Unknown},
		"nothing yet": {&discipline.Snapshot{}, hw.Reading{Time: start, Raw: 5e9}, Unknown},
	} {
		if got := Of(c.s, c.now, 0).Status; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
