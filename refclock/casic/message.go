// Package casic turns the binary messages of CASIC receivers (AT6558 and its like, L76K,
// ATGM336H) into reports. Layouts are those of the CASIC protocol specification; all numbers
// are little-endian.
package casic

import (
	"encoding/binary"
	"fmt"

	"gpsntpd/hw"
)

// Message is the kind of a message: its class in the upper byte, its id in the lower.
type Message uint16

// The messages that are read or sent by this program.
const (
	NavDOP     Message = 0x0101
	NavSOL     Message = 0x0102
	NavPV      Message = 0x0103
	NavTIMEUTC Message = 0x0110
	NavGPSINFO Message = 0x0120
	NavBDSINFO Message = 0x0121
	NavGLNINFO Message = 0x0122
	AckNAK     Message = 0x0500
	AckACK     Message = 0x0501
	CfgPRT     Message = 0x0600
	CfgMSG     Message = 0x0601
	CfgRST     Message = 0x0602
	CfgTP      Message = 0x0603
	CfgRATE    Message = 0x0604
	CfgCFG     Message = 0x0605
	CfgTMODE   Message = 0x0606
	CfgNAVX    Message = 0x0607
	MonVER     Message = 0x0A04
)

// names are how the specification calls them.
var names = map[Message]string{
	NavDOP: "NAV-DOP", NavSOL: "NAV-SOL", NavPV: "NAV-PV", NavTIMEUTC: "NAV-TIMEUTC",
	NavGPSINFO: "NAV-GPSINFO", NavBDSINFO: "NAV-BDSINFO", NavGLNINFO: "NAV-GLNINFO",
	AckNAK: "ACK-NAK", AckACK: "ACK-ACK", CfgPRT: "CFG-PRT", CfgMSG: "CFG-MSG", CfgRST: "CFG-RST", CfgTP: "CFG-TP",
	CfgRATE: "CFG-RATE", CfgCFG: "CFG-CFG", CfgTMODE: "CFG-TMODE", CfgNAVX: "CFG-NAVX", MonVER: "MON-VER",
}

// String returns the name of m, or its class and id.
func (m Message) String() string {
	if name, ok := names[m]; ok {
		return name
	}
	return fmt.Sprintf("CASIC-%02X-%02X", uint8(m>>8), uint8(m))
}

// frame is how many bytes of a frame are not its payload: two of sync, two of length, class,
// id, four of checksum.
const frame = 10

// Append appends the frame of a message to dst. Its payload is words of four bytes.
func Append(dst []byte, m Message, payload []byte) []byte {
	n := len(dst)
	dst = append(dst, 0xBA, 0xCE)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(payload)))
	dst = append(dst, byte(m>>8), byte(m))
	dst = append(dst, payload...)
	return binary.LittleEndian.AppendUint32(dst, hw.Words(dst[n+2:]))
}

// Cut returns what a whole frame, such as hw.Framer cuts, holds; ok is false when it is
// none. The payload is a part of b.
func Cut(b []byte) (m Message, payload []byte, ok bool) {
	if len(b) < frame || b[0] != 0xBA || b[1] != 0xCE || int(binary.LittleEndian.Uint16(b[2:])) != len(b)-frame {
		return 0, nil, false
	}
	return Message(b[4])<<8 | Message(b[5]), b[6 : len(b)-4], true
}
