package recorder

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"

	"gpsntpd/hw"
)

// strangers is a file of someone who wrote these blocks.
func strangers(blocks ...block) []byte {
	b := []byte(magic + `{"version":"\u001b[2J"}` + "\n")
	for _, p := range blocks {
		p.text = pack(p.text)
		b = append(append(b, p.head()...), p.text...)
	}
	return binary.LittleEndian.AppendUint32(b, 0)
}

func TestARecordingThatLastsLongerThanAnyRecorderIsNotRead(t *testing.T) {
	heat := func(start hw.Reading, after ...time.Duration) block {
		b := block{start: start}
		for _, d := range after {
			e := Event{Kind: Heated, At: hw.Reading{Raw: start.Raw + hw.Raw(d), Time: start.Time.Add(d)}}
			b.text = e.append(b.text, start)
		}
		return b
	}
	for name, blocks := range map[string][]block{
		"two centuries":            {heat(at(0), 0, 200*365*24*time.Hour)},
		"back into the past":       {heat(at(0), 0), heat(hw.Reading{Raw: math.MinInt64 / 2, Time: at(0).Time}, 0)},
		"before 1970":              {heat(hw.Reading{Time: -1}, 0)},
		"the end of all clocks":    {heat(hw.Reading{Time: math.MaxInt64 - 1}, 0)},
		"a raw clock that goes on": {heat(at(0), 0), heat(hw.Reading{Raw: math.MaxInt64 - 1, Time: at(0).Time}, 0)},
	} {
		if _, all, err := events(strangers(blocks...)); !errors.Is(err, ErrTimes) || len(all) > 1 {
			t.Errorf("%s: %d events, %v", name, len(all), err)
		}
	}
	long := strangers(heat(at(0), 0, mostTime-time.Second))
	if _, all, err := events(long); err != nil || len(all) != 2 {
		t.Errorf("%d events, %v", len(all), err)
	}
}

func TestNoMoreEventsAreReadThanARecorderHolds(t *testing.T) {
	spent := budget{events: mostEvents - 1}
	b := block{start: at(0)}
	for range 3 {
		e := Event{Kind: Rejected, At: at(0), Word: "learning"}
		b.text = e.append(b.text, at(0))
	}
	n := 0
	if err := b.events(&spent, func(Event) error { n++; return nil }); !errors.Is(err, ErrEvents) || n != 1 {
		t.Errorf("%d events, %v", n, err)
	}
}

func TestWordsOfARecordingArePrintable(t *testing.T) {
	b := block{start: at(0)}
	for _, e := range []Event{
		{Kind: Entered, At: at(0), Word: "\x1b]52;c;cm0gLXJm\a"},
		{Kind: Device, At: at(0), Name: "\u009b1m", Path: "/dev/\x1b[2J", Word: "open\r"},
		{Kind: Rejected, At: at(0), Word: "a\u202eb"},
	} {
		b.text = e.append(b.text, at(0))
	}
	h, all, err := events(strangers(b))
	if err != nil || h.Version != `\x1b[2J` {
		t.Fatal(h, err)
	}
	var shown bytes.Buffer
	for _, e := range all {
		shown.WriteString(e.Name + e.Path + e.Word + ";")
	}
	if want := `\x1b]52;c;cm0gLXJm\a;\u009b1m/dev/\x1b[2Jopen\r;a\u202eb;`; shown.String() != want {
		t.Errorf("%q, not %q", shown.String(), want)
	}
}
