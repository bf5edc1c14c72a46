package ubx

import (
	"bytes"
	"testing"

	"gpsntpd/hw"
)

func TestWhatIsAppendedIsCutAgain(t *testing.T) {
	b := Append([]byte("x"), MonVER, nil)
	if want := []byte("x\xb5\x62\x0a\x04\x00\x00\x0e\x34"); !bytes.Equal(b, want) { // the poll of MON-VER in the interface descriptions
		t.Errorf("% x, want % x", b, want)
	}
	for _, payload := range [][]byte{nil, {1}, bytes.Repeat([]byte{0xB5, 0x62}, 500)} {
		var f hw.Framer
		frames := f.Feed(Append(nil, CfgVALSET, payload), 1)
		if len(frames) != 1 || frames[0].Protocol != hw.UBX {
			t.Fatalf("%d bytes: %v", len(payload), frames)
		}
		m, got, ok := Cut(frames[0].Bytes)
		if m != CfgVALSET || !bytes.Equal(got, payload) || !ok {
			t.Errorf("%v %d %v", m, len(got), ok)
		}
	}
	for _, b := range [][]byte{nil, []byte("\xb5\x62\x0a\x04\x00\x00\x0e"), []byte("\xb5\x62\x0a\x04\x01\x00\x0e\x34"), []byte("$GPRMC,1,2,3")} {
		if _, _, ok := Cut(b); ok {
			t.Errorf("% x is no frame", b)
		}
	}
}

func TestAMessageHasTheNameOfItsInterfaceDescription(t *testing.T) {
	if got := NavPVT.String() + " " + Message(0x1F02).String(); got != "NAV-PVT UBX-1F-02" {
		t.Error(got)
	}
}
