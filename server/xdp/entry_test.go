package xdp

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
)

// noon is an ordinary moment, by the local clock.
var noon = hw.Time(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).UnixNano())

// noonNTP is the same moment in seconds since 1900.
const noonNTP = 4004337600

var responder = &ntp.Responder{Precision: -24}

// locked is a snapshot of a clock that is synchronized at noon.
func locked() *discipline.Snapshot {
	return &discipline.Snapshot{
		Anchor: hw.Reading{Time: noon}, Tolerance: 10 * time.Microsecond, Rate: 7 * hw.PPM,
		Offset: 5 * time.Microsecond, OffsetRate: -1 * hw.PPM, Measured: noon,
		Growth:   discipline.Growth{Phase: 4e-12, PhaseRate: 1e-13, Rate: 1e-14, WanderDensity: 1e-15, Drift: 1e-7, Sigmas: 4},
		MaxError: time.Millisecond, State: discipline.Locked, Leap: refclock.LeapInsert,
		LastSample: noon,
		Reference:  discipline.Reference{Source: refclock.FromPulse, RefID: refclock.RefIDOf("GPS"), Stratum: 2, Delay: 3 * time.Second, Time: noon.Add(-time.Second)},
	}
}

func TestStructsLieAsThoseOfTheProgram(t *testing.T) {
	spec, err := ebpf.LoadCollectionSpecFromReader(bytes.NewReader(object))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		theirs btf.Type
		ours   any
	}{
		{"entry", spec.Maps["entries"].Value, entry{}},
		{"place", spec.Maps["places"].Key, place{}},
		{"hearer", spec.Maps["places"].Value, hearer{}},
		{"prefix", spec.Maps["allowed"].Key, prefix{}},
	} {
		theirs, ours := btf.UnderlyingType(c.theirs).(*btf.Struct), reflect.TypeOf(c.ours)
		if int(theirs.Size) != int(ours.Size()) || len(theirs.Members) != ours.NumField() || binary.Size(c.ours) != int(theirs.Size) {
			t.Errorf("%s: %d members of %d bytes in all, the program has %d of %d", c.name, ours.NumField(), ours.Size(), len(theirs.Members), theirs.Size)
			continue
		}
		for i, m := range theirs.Members {
			size, err := btf.Sizeof(m.Type)
			if f := ours.Field(i); err != nil || int(m.Offset.Bytes()) != int(f.Offset) || size != int(f.Type.Size()) {
				t.Errorf("%s.%s lies at %d of %d bytes, the program has %s at %d of %d", c.name, f.Name, f.Offset, f.Type.Size(), m.Name, m.Offset.Bytes(), size)
			}
		}
	}
	// What kernel.go makes of each map.
	for name, want := range map[string]ebpf.MapSpec{
		"entries":  {Type: ebpf.Array, KeySize: 4, ValueSize: uint32(unsafe.Sizeof(entry{})), MaxEntries: slots},
		"newest":   {Type: ebpf.Array, KeySize: 4, ValueSize: 4, MaxEntries: 1},
		"places":   {Type: ebpf.Hash, KeySize: uint32(unsafe.Sizeof(place{})), ValueSize: uint32(unsafe.Sizeof(hearer{})), MaxEntries: mostPlaces, Flags: unix.BPF_F_NO_PREALLOC},
		"allowed":  {Type: ebpf.LPMTrie, KeySize: uint32(unsafe.Sizeof(prefix{})), ValueSize: 4, MaxEntries: mostPrefixes, Flags: unix.BPF_F_NO_PREALLOC},
		"meters":   {Type: ebpf.LRUHash, KeySize: uint32(unsafe.Sizeof(address{})), ValueSize: 8, MaxEntries: meters},
		"networks": {Type: ebpf.Array, KeySize: 4, ValueSize: 8, MaxEntries: networks},
		"counts":   {Type: ebpf.PerCPUArray, KeySize: 4, ValueSize: 8, MaxEntries: verdicts},
	} {
		m := spec.Maps[name]
		if got := (ebpf.MapSpec{Type: m.Type, KeySize: m.KeySize, ValueSize: m.ValueSize, MaxEntries: m.MaxEntries, Flags: m.Flags}); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, not %v", name, &got, &want)
		}
	}
	if len(spec.Maps) != 7 || len(spec.Variables) != 0 {
		t.Errorf("%d maps and %d variables", len(spec.Maps), len(spec.Variables))
	}
}

// TestInstructionsAreThoseThatTheLibraryFinds compares our reading of the object
// with github.com/cilium/ebpf's.
func TestInstructionsAreThoseThatTheLibraryFinds(t *testing.T) {
	spec, err := ebpf.LoadCollectionSpecFromReader(bytes.NewReader(object))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]int{}
	for name := range spec.Maps {
		files[name] = 100 + len(files)
	}
	theirs := spec.Programs["answer"].Instructions
	for i := range theirs {
		if name := theirs[i].Reference(); theirs[i].IsLoadFromMap() {
			if err := theirs[i].AssociateMap(fileOf(files[name])); err != nil {
				t.Fatal(err)
			}
		}
	}
	var want bytes.Buffer
	if err := theirs.Marshal(&want, binary.LittleEndian); err != nil {
		t.Fatal(err)
	}
	ours, err := instructionsOf(object, "xdp", files)
	if err != nil {
		t.Fatal(err)
	}
	got, err := binary.Append(nil, binary.LittleEndian, ours)
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%d bytes, want %d: %v", len(got), want.Len(), err)
	}
}

// fileOf is a map that the library takes.
type fileOf int

func (f fileOf) FD() int { return int(f) }

func FuzzInstructionsOf(f *testing.F) {
	f.Add(object)
	f.Add(object[:64])
	f.Add([]byte("\x7fELF\x02\x01"))
	far := slices.Clone(object) // the name of its first section is 2 GB away
	binary.LittleEndian.PutUint32(far[binary.LittleEndian.Uint64(far[headersAt:]):], 1<<31)
	f.Add(far)
	files := map[string]int{"entries": 3, "newest": 4, "places": 5, "allowed": 6, "meters": 7, "networks": 8, "counts": 9}
	f.Fuzz(func(t *testing.T, object []byte) {
		if all, err := instructionsOf(object, "xdp", files); err == nil && len(all) == 0 {
			t.Error("nothing, and no error")
		}
	})
}

// Sizes and places are those of the kernel's union bpf_attr, where pointers have
// 64 bits, or this does not compile.
var _ = [...]int{
	[1]int{}[unsafe.Sizeof(mapCreate{})-20],
	[1]int{}[unsafe.Sizeof(mapElem{})-32],
	[1]int{}[unsafe.Offsetof(mapElem{}.Key)-8],
	[1]int{}[unsafe.Offsetof(mapElem{}.Value)-16],
	[1]int{}[unsafe.Offsetof(mapElem{}.Flags)-24],
	[1]int{}[unsafe.Sizeof(progLoad{})-72],
	[1]int{}[unsafe.Offsetof(progLoad{}.License)-16],
	[1]int{}[unsafe.Offsetof(progLoad{}.LogBuf)-32],
	[1]int{}[unsafe.Offsetof(progLoad{}.ProgName)-48],
	[1]int{}[unsafe.Sizeof(linkCreate{})-16],
}

func TestProcessorsAreCountedToTheLast(t *testing.T) {
	for list, want := range map[string]int{"0": 1, "0-3": 4, "0-1,4-7": 8, "0,2": 3, "": 0, "x": 0, "0-": 0, "3 4": 0} {
		if n, ok := processorsIn(list); n != want || ok != (want > 0) {
			t.Errorf("%q: %d, %v", list, n, ok)
		}
	}
}

func TestTheVerifiersComplaintIsItsLastWordButTheSummary(t *testing.T) {
	const log = "0: R1=ctx()\n1: (61) r2 = *(u32 *)(r1 +4)\nR4 pointer comparison prohibited\nprocessed 19 insns (limit 1000000)\n"
	if got := complaint(log); got != "R4 pointer comparison prohibited" {
		t.Errorf("%q", got)
	}
	if got := complaint(""); got != "" {
		t.Errorf("%q", got)
	}
}

// TestAStaircaseIsNeverBelowTheSockets looks at each step's beginning, middle
// and end.
func TestAStaircaseIsNeverBelowTheSockets(t *testing.T) {
	s := locked()
	e := (&preview{responder: responder}).coefficients(s, noon, s.Anchor)
	for i, d := range e.Dispersion {
		from, to := time.Duration(firstStep<<i)/2, time.Duration(firstStep<<i)
		if i == 0 {
			from = 0
		}
		for _, age := range []time.Duration{from, (from + to) / 2, to} {
			moved := *s
			moved.Tolerance += unnoticed.Over(age)
			answer, v := (&preview{responder: responder}).respond(&moved, after(s.Anchor, age, s.Rate), 0)
			if v != ntp.Answered || binary.BigEndian.Uint32(d[:]) < binary.BigEndian.Uint32(answer[dispersionAt:]) {
				t.Errorf("step %d, after %v: %x, the sockets say %v %x", i, age, d, v, answer[dispersionAt:refIDAt])
			}
		}
	}
	if e.Leap != 0x40 || e.Stratum != 2 || binary.BigEndian.Uint32(e.Delay[:]) != 3<<16 || e.Precision != -24 || string(e.RefID[:]) != "GPS\x00" || binary.BigEndian.Uint32(e.Reference[:]) != noonNTP-1 {
		t.Errorf("%+v", e)
	}
	if e.Seconds != noonNTP || e.Fraction != 5000 {
		t.Errorf("UTC is %d s %d ns", e.Seconds, e.Fraction)
	}
}

func TestAnEntryEndsBeforeItIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*discipline.Snapshot)
		steps  int // that are answered
	}{
		"nothing is amiss":          {func(*discipline.Snapshot) {}, steps},
		"nothing is known":          {func(s *discipline.Snapshot) { *s = discipline.Snapshot{} }, 0},
		"acquiring":                 {func(s *discipline.Snapshot) { s.State = discipline.Acquiring }, 0},
		"unsynchronized":            {func(s *discipline.Snapshot) { s.State = discipline.Unsynchronized }, 0},
		"the bound meets its limit": {func(s *discipline.Snapshot) { s.Growth.Drift, s.MaxError = 1e-3, 150*time.Microsecond }, 4},
		"a leap second is due now":  {func(s *discipline.Snapshot) { s.Armed = hw.Leap{At: noon, By: -time.Second} }, 0},
		"a leap second in 0.5 s":    {func(s *discipline.Snapshot) { s.Armed = hw.Leap{At: noon.Add(time.Second / 2), By: -time.Second} }, 5},
		"a second left out":         {func(s *discipline.Snapshot) { s.Armed = hw.Leap{At: noon.Add(time.Second / 2), By: time.Second} }, 5},
		"a leap second tomorrow":    {func(s *discipline.Snapshot) { s.Armed = hw.Leap{At: noon.Add(12 * time.Hour), By: -time.Second} }, steps},
	} {
		s := locked()
		c.change(s)
		e := (&preview{responder: responder}).coefficients(s, noon, hw.Reading{Time: noon})
		n := 0
		for n < steps && e.Dispersion[n] != [4]byte{} {
			n++
		}
		for i := n; i < steps; i++ {
			if e.Dispersion[i] != [4]byte{} {
				t.Errorf("%s: step %d is answered, %d is not", name, i, n)
			}
		}
		if n != c.steps {
			t.Errorf("%s: %d steps are answered, %d are good", name, n, c.steps)
		}
	}
}

func TestTheMomentIsTheEstimates(t *testing.T) {
	for _, c := range []struct {
		offset            time.Duration
		seconds, fraction uint64
	}{
		{0, noonNTP, 0},
		{-1, noonNTP - 1, 999_999_999},
		{time.Hour + 1, noonNTP + 3600, 1},
		{-time.Duration(noon) - 1, refclock.NTPEpoch - 1, 999_999_999}, // 1969
		{(1<<32 - noonNTP) * time.Second, 0, 0},                        // the next era
		{(1<<32-noonNTP)*time.Second - 1, 1<<32 - 1, 999_999_999},
	} {
		s := locked()
		s.Offset = c.offset
		if e := (&preview{responder: responder}).coefficients(s, noon, s.Anchor); e.Seconds != c.seconds || e.Fraction != c.fraction {
			t.Errorf("%v: %d s %d ns, want %d s %d ns", c.offset, e.Seconds, e.Fraction, c.seconds, c.fraction)
		}
	}
}

func TestLimitsAreThoseOfTheSockets(t *testing.T) {
	var e entry
	e.limit(ntp.Limit{Rate: 1000, Burst: 50})
	if e.Pace != 1_000_000 || e.Burst != 49_000_000 || e.SharedPace != 62_500 || e.SharedBurst != 799*62_500 {
		t.Errorf("%+v", e)
	}
	if e.limit(ntp.Limit{}); e.Pace != 0 || e.Burst != 0 || e.SharedPace != 0 || e.SharedBurst != 0 {
		t.Errorf("no limit: %+v", e)
	}
}

func TestAnEntryAllocatesNothing(t *testing.T) {
	s, p := locked(), &preview{responder: responder}
	if n := testing.AllocsPerRun(100, func() { p.coefficients(s, noon, s.Anchor) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
