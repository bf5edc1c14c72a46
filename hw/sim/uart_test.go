package sim

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestAUARTHearsWhatIsSentAtItsSpeedAndGarbageElse(t *testing.T) {
	text := []byte(strings.Repeat("$GNZDA,120000.00,01,02,2026,00,00*60\r\n", 3))
	rates := []int{4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600}
	for _, sent := range rates {
		for _, set := range rates {
			heard := Sent{text, sent}.Heard(set)
			if bytes.Equal(heard, text) != (sent == set) {
				t.Errorf("sent at %d, heard at %d: %q", sent, set, heard)
			}
			if sent != set && bytes.Contains(heard, []byte("$GNZDA")) {
				t.Errorf("sent at %d, understood at %d", sent, set)
			}
			if len(heard) == 0 {
				t.Errorf("sent at %d, not noticed at %d", sent, set)
			}
		}
		// Crystals and dividers are off by up to 2 %, which a UART must bear.
		if !bytes.Equal(Sent{text, sent * 102 / 100}.Heard(sent), text) {
			t.Errorf("not understood at %d with 2 %% of error", sent)
		}
	}
}

func TestAUARTIsReadInPiecesUntilItIsPulledOut(t *testing.T) {
	wire := make(chan Sent, 1)
	wire <- Sent{[]byte("abc"), 9600}
	close(wire)
	u := UART{Wire: wire, Baud: 9600}
	b := make([]byte, 2)
	for _, want := range []string{"ab", "c"} {
		if n, err := u.Read(b); string(b[:n]) != want || err != nil {
			t.Errorf("read %q, %v, want %q", b[:n], err, want)
		}
	}
	if n, err := u.Read(b); n != 0 || err != io.EOF {
		t.Errorf("read %d bytes, %v from a port that is gone", n, err)
	}
}
