// Package blur takes out of what a receiver sent where its antenna stands. Nothing
// becomes longer or shorter by that, and no time is changed.
package blur

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"gpsntpd/hw"
	"gpsntpd/server/recorder"
)

// Recording blurs the bytes of the receiver in events.
func Recording(events []recorder.Event) {
	var stream []byte
	for _, e := range events {
		stream = append(stream, e.Bytes...)
	}
	Bytes(stream)
	for i := range events {
		n := len(events[i].Bytes)
		events[i].Bytes, stream = stream[:n:n], stream[n:]
	}
}

// longest is how long a sentence may be.
const longest = 1024

// Bytes blurs b in place: sentences whose checksum is right are blurred by their
// kind, frames of UBX by what they are, and of all else, of which we do not know what
// it says, no digit is left; nor anything, where some of it is no text.
func Bytes(b []byte) {
	begin := 0 // of what is not known
	for i := 0; i < len(b); {
		n := sentence(b[i:])
		if n == 0 {
			n = frame(b[i:])
		}
		if n == 0 {
			i++
			continue
		}
		other(b[begin:i])
		i += n
		begin = i
	}
	other(b[begin:])
}

// other blurs bytes of we do not know what.
func other(b []byte) {
	text := !slices.ContainsFunc(b, func(c byte) bool { return c != '\t' && !ends(c) && (c < ' ' || c > '~') })
	for i, c := range b {
		switch {
		case ends(c):
		case !text:
			b[i] = 0
		case c >= '0' && c <= '9':
			b[i] = '0'
		}
	}
}

// ends reports whether c ends a line.
func ends(c byte) bool { return c == '\r' || c == '\n' }

// sentence blurs the sentence that b begins with, and returns its length, 0 when it
// begins with none.
func sentence(b []byte) int {
	if b[0] != '$' && b[0] != '!' {
		return 0
	}
	star := bytes.IndexByte(b[:min(len(b), longest)], '*')
	if star < 0 || star+3 > len(b) || bytes.IndexAny(b[1:star], "$!\r\n") >= 0 {
		return 0
	}
	sum := b[star+1 : star+3]
	if !strings.EqualFold(string(sum), checksum(b[1:star])) {
		return 0
	}
	fields := bytes.Split(b[1:star], []byte(","))
	hide(string(fields[0]), fields[1:])
	copy(sum, checksum(b[1:star]))
	return star + 3
}

// checksum is that of all between $ and *, as it is written.
func checksum(body []byte) string { return fmt.Sprintf("%02X", hw.XOR(body)) }

// hide blurs the fields of a sentence that tell of the position. Those of kinds
// that are not known are all blurred.
func hide(address string, fields [][]byte) {
	kind := address
	if len(address) == 5 && address[0] != 'P' {
		kind = address[2:]
	}
	hidden, known := map[string][]int{
		"GGA": {1, 2, 3, 4, 8, 10}, "RMC": {2, 3, 4, 5, 9, 10}, "GLL": {0, 1, 2, 3}, "GNS": {1, 2, 3, 4, 8, 9},
		"ZDA": {}, "GSA": {}, "GSV": {}, "TXT": {}, "GST": {}, "VTG": {}, "GBS": {},
	}[kind]
	for i, f := range fields {
		if known && !slices.Contains(hidden, i) {
			continue
		}
		for k, c := range f {
			switch {
			case c >= '0' && c <= '9':
				f[k] = '0'
			case known && c == 'S':
				f[k] = 'N'
			case known && c == 'W':
				f[k] = 'E'
			}
		}
	}
}

// UBX, by the interface descriptions of u-blox: two characters, class, number,
// length, payload, and two bytes of checksum.
const (
	head = 6
	tail = 2
	most = 8 << 10 // longest payload
)

// harmless tells of a class and number whether its messages say nothing of the
// position: of INF, ACK, MON and TIM only the survey of a fixed antenna does.
func harmless(class, number byte) bool {
	switch class {
	case 0x04, 0x05, 0x0a:
		return true
	case 0x0d:
		const survey = 0x04 // TIM-SVIN
		return number != survey
	}
	return false
}

// frame blurs the frame of UBX that b begins with, and returns its length, 0 when
// it begins with none.
func frame(b []byte) int {
	if len(b) < head+tail || b[0] != 0xb5 || b[1] != 0x62 {
		return 0
	}
	n := int(binary.LittleEndian.Uint16(b[4:]))
	if n > most || len(b) < head+n+tail || !bytes.Equal(b[head+n:head+n+tail], fletcher(b[2:head+n])) {
		return 0
	}
	if !harmless(b[2], b[3]) {
		clear(b[head : head+n])
		copy(b[head+n:], fletcher(b[2:head+n]))
	}
	return head + n + tail
}

// fletcher is the checksum of a frame, as it is written.
func fletcher(b []byte) []byte {
	x, y := hw.Fletcher(b)
	return []byte{x, y}
}
