package hw

import "encoding/binary"

// Protocol is what the bytes of a frame are of.
type Protocol uint8

// The protocols that are told apart.
const (
	NoProtocol Protocol = iota // nothing but garbage
	NMEA                       // a sentence of NMEA 0183, or what begins like one
	UBX                        // u-blox
	RTCM                       // version 3
	CASIC                      // AT6558 and its like
)

// Frame is one message from the serial port.
type Frame struct {
	At       Time // arrival of its first byte
	Protocol Protocol
	Bytes    []byte // a sentence from its first character to its last, without CR and LF; a whole binary frame; none when only garbage arrived
	Skipped  int    // bytes in front of it that belonged to no frame
}

const (
	// maxUBX bounds a UBX frame: the longest in use, RXM-RAWX, carries at most
	// 255 measurements of 32 bytes.
	maxUBX = 8 + 16 + 255*32
	// crc24Q is the generator polynomial of RTCM 10403's checksum.
	crc24Q = 0x1864CFB
)

// nextUBX cuts a UBX frame: B5 62, class, id, length, payload and the
// 8-bit Fletcher checksum over all after the two sync bytes.
func nextUBX(b []byte) (int, piece) {
	if len(b) > 1 && b[1] != 0x62 {
		return 1, garbage
	}
	if len(b) < 6 {
		return 0, unfinished
	}
	size := 8 + int(binary.LittleEndian.Uint16(b[4:]))
	if size > maxUBX {
		return 1, garbage
	}
	if len(b) < size {
		return 0, unfinished
	}
	if x, y := Fletcher(b[2 : size-2]); x != b[size-2] || y != b[size-1] {
		return 1, garbage
	}
	return size, whole
}

// maxCASIC bounds a frame of CASIC: lists of satellites are the longest.
const maxCASIC = 10 + 1024

// nextCASIC cuts a frame of CASIC: BA CE, length, class, id, payload in words of four bytes,
// and the sum of these with all that is before them.
func nextCASIC(b []byte) (int, piece) {
	if len(b) > 1 && b[1] != 0xCE {
		return 1, garbage
	}
	if len(b) < 6 {
		return 0, unfinished
	}
	size := 10 + int(binary.LittleEndian.Uint16(b[2:]))
	if size > maxCASIC || size%4 != 2 {
		return 1, garbage
	}
	if len(b) < size {
		return 0, unfinished
	}
	if Words(b[2:size-4]) != binary.LittleEndian.Uint32(b[size-4:]) {
		return 1, garbage
	}
	return size, whole
}

// Words returns the checksum of CASIC over b, which is a number of words of four bytes.
func Words(b []byte) (sum uint32) {
	for ; len(b) >= 4; b = b[4:] {
		sum += binary.LittleEndian.Uint32(b)
	}
	return sum
}

// Fletcher returns the two bytes of the 8-bit Fletcher checksum (RFC 1145) over b, as UBX
// and its like have it at the end.
func Fletcher(b []byte) (x, y byte) {
	for _, c := range b {
		x += c
		y += x
	}
	return x, y
}

// crcTable is what a byte at the top of the CRC-24Q becomes as it is shifted out.
var crcTable = func() (all [256]uint32) {
	for i := range all {
		crc := uint32(i) << 16
		for range 8 {
			crc <<= 1
			if crc>>24 != 0 {
				crc ^= crc24Q
			}
		}
		all[i] = crc
	}
	return all
}()

// nextRTCM cuts a frame of RTCM 3: D3, six zero bits, ten bits of length, the
// message, which begins with its number and is so never empty, and CRC-24Q over
// all of these.
func nextRTCM(b []byte) (int, piece) {
	if len(b) > 1 && b[1] > 3 {
		return 1, garbage
	}
	if len(b) < 3 {
		return 0, unfinished
	}
	length := int(binary.BigEndian.Uint16(b[1:]))
	size := 3 + length + 3
	switch {
	case length < 2:
		return 1, garbage
	case len(b) < size:
		return 0, unfinished
	}
	var crc uint32
	for _, c := range b[:size] { // with the checksum itself nothing is left
		crc = crc<<8 ^ crcTable[byte(crc>>16)^c]
	}
	if crc&0xFFFFFF != 0 {
		return 1, garbage
	}
	return size, whole
}

// XOR returns the checksum of a sentence of NMEA 0183: the exclusive or of b, which is all
// between its first character and the asterisk.
func XOR(b []byte) (sum byte) {
	for _, c := range b {
		sum ^= c
	}
	return sum
}

// AppendXOR ends the sentence b, which begins with its first character: with the asterisk
// and the checksum.
func AppendXOR(b []byte) []byte {
	const hex = "0123456789ABCDEF"
	sum := XOR(b[1:])
	return append(b, '*', hex[sum>>4], hex[sum&15])
}

// Sound reports whether the checksum of f is right. That of a binary frame has been
// looked at when it was cut.
func (f Frame) Sound() bool {
	if f.Protocol != NMEA {
		return f.Protocol != NoProtocol
	}
	n := len(f.Bytes) - 3
	if n < 1 || f.Bytes[n] != '*' {
		return false
	}
	sum := XOR(f.Bytes[1:n])
	return digit(f.Bytes[n+1]) == sum>>4 && digit(f.Bytes[n+2]) == sum&15
}

// digit is the value of a hexadecimal digit; of anything else it is 16 or more.
func digit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 16
}
