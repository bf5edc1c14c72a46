// Package ubx turns the binary messages of u-blox receivers into reports: which moment
// of UTC the receiver names, how sure it is, and what it says of itself, its antenna,
// its sky and its pulses. Layouts are those of the interface descriptions of u-blox 5
// to X20; all numbers are little-endian.
package ubx

import (
	"encoding/binary"
	"fmt"

	"gpsntpd/hw"
)

// Message is the kind of a message: its class in the upper byte, its id in the lower.
type Message uint16

// The messages that are read or sent by this program.
const (
	NavPOSECEF Message = 0x0101
	NavPOSLLH  Message = 0x0102
	NavSTATUS  Message = 0x0103
	NavDOP     Message = 0x0104
	NavSOL     Message = 0x0106
	NavPVT     Message = 0x0107
	NavVELECEF Message = 0x0111
	NavTIMEGPS Message = 0x0120
	NavTIMEUTC Message = 0x0121
	NavCLOCK   Message = 0x0122
	NavTIMELS  Message = 0x0126
	NavSVINFO  Message = 0x0130
	NavSAT     Message = 0x0135
	NavSVIN    Message = 0x013B
	NavSIG     Message = 0x0143
	NavEOE     Message = 0x0161

	InfERROR   Message = 0x0400
	InfWARNING Message = 0x0401
	InfNOTICE  Message = 0x0402
	InfTEST    Message = 0x0403
	InfDEBUG   Message = 0x0404

	AckNAK Message = 0x0500
	AckACK Message = 0x0501

	CfgPRT    Message = 0x0600
	CfgMSG    Message = 0x0601
	CfgRST    Message = 0x0604
	CfgTP     Message = 0x0607
	CfgRATE   Message = 0x0608
	CfgCFG    Message = 0x0609
	CfgTMODE  Message = 0x061D
	CfgNAV5   Message = 0x0624
	CfgTP5    Message = 0x0631
	CfgITFM   Message = 0x0639
	CfgTMODE2 Message = 0x063D
	CfgGNSS   Message = 0x063E
	CfgTMODE3 Message = 0x0671
	CfgVALSET Message = 0x068A
	CfgVALGET Message = 0x068B
	CfgVALDEL Message = 0x068C

	MonVER   Message = 0x0A04
	MonTXBUF Message = 0x0A08
	MonHW    Message = 0x0A09
	MonCOMMS Message = 0x0A36
	MonRF    Message = 0x0A38

	TimTP   Message = 0x0D01
	TimSVIN Message = 0x0D04

	SecSIG Message = 0x2709
)

// names are how the interface descriptions call them.
var names = map[Message]string{
	NavPOSECEF: "NAV-POSECEF", NavPOSLLH: "NAV-POSLLH", NavSTATUS: "NAV-STATUS", NavDOP: "NAV-DOP",
	NavSOL: "NAV-SOL", NavPVT: "NAV-PVT", NavVELECEF: "NAV-VELECEF", NavTIMEGPS: "NAV-TIMEGPS",
	NavTIMEUTC: "NAV-TIMEUTC", NavCLOCK: "NAV-CLOCK", NavTIMELS: "NAV-TIMELS", NavSVINFO: "NAV-SVINFO",
	NavSAT: "NAV-SAT", NavSVIN: "NAV-SVIN", NavSIG: "NAV-SIG", NavEOE: "NAV-EOE",
	InfERROR: "INF-ERROR", InfWARNING: "INF-WARNING", InfNOTICE: "INF-NOTICE", InfTEST: "INF-TEST", InfDEBUG: "INF-DEBUG",
	AckNAK: "ACK-NAK", AckACK: "ACK-ACK",
	CfgPRT: "CFG-PRT", CfgMSG: "CFG-MSG", CfgRST: "CFG-RST", CfgTP: "CFG-TP", CfgRATE: "CFG-RATE", CfgCFG: "CFG-CFG",
	CfgTMODE: "CFG-TMODE", CfgNAV5: "CFG-NAV5", CfgTP5: "CFG-TP5", CfgITFM: "CFG-ITFM", CfgTMODE2: "CFG-TMODE2",
	CfgGNSS: "CFG-GNSS", CfgTMODE3: "CFG-TMODE3", CfgVALSET: "CFG-VALSET", CfgVALGET: "CFG-VALGET", CfgVALDEL: "CFG-VALDEL",
	MonVER: "MON-VER", MonTXBUF: "MON-TXBUF", MonHW: "MON-HW", MonCOMMS: "MON-COMMS", MonRF: "MON-RF",
	TimTP: "TIM-TP", TimSVIN: "TIM-SVIN", SecSIG: "SEC-SIG",
}

// String returns the name of m, or its class and id.
func (m Message) String() string {
	if name, ok := names[m]; ok {
		return name
	}
	return fmt.Sprintf("UBX-%02X-%02X", uint8(m>>8), uint8(m))
}

// frame is how many bytes of a frame are not its payload: two of sync, class, id, two of
// length, two of checksum.
const frame = 8

// Append appends the frame of a message to dst.
func Append(dst []byte, m Message, payload []byte) []byte {
	n := len(dst)
	dst = append(dst, 0xB5, 0x62, byte(m>>8), byte(m))
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(payload)))
	dst = append(dst, payload...)
	a, b := hw.Fletcher(dst[n+2:])
	return append(dst, a, b)
}

// Cut returns what a whole frame, such as hw.Framer cuts, holds; ok is false when it is
// none. The payload is a part of b.
func Cut(b []byte) (m Message, payload []byte, ok bool) {
	if len(b) < frame || b[0] != 0xB5 || b[1] != 0x62 || int(binary.LittleEndian.Uint16(b[4:])) != len(b)-frame {
		return 0, nil, false
	}
	return Message(b[2])<<8 | Message(b[3]), b[6 : len(b)-2], true
}
