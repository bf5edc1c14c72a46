package ntp

import "gpsntpd/refclock"

func versionOf(packet []byte) uint8 { return packet[0] >> 3 & 7 }

func isVersion(v uint8) bool { return v >= 1 && v <= 4 }

// isControl reports whether a packet has the mode of control messages, whose
// header is a shorter one.
func isControl(packet []byte) bool {
	return len(packet) > 0 && isVersion(versionOf(packet)) && packet[0]&7 == refclock.ControlMode
}

// admit judges a request by its header, and returns the mode that its answer
// has.
func admit(request []byte) (mode uint8, v Verdict) {
	if len(request) < refclock.PacketSize {
		return 0, Short
	}
	version := versionOf(request)
	if !isVersion(version) {
		return 0, BadVersion
	}
	switch m := request[0] & 7; {
	case m == refclock.ClientMode, m == refclock.NoMode && version == 1:
		mode = refclock.ServerMode
	case m == refclock.SymmetricActiveMode: // a peer that we have not got, such as Windows
		mode = refclock.SymmetricPassiveMode
	default:
		return 0, BadMode
	}
	return mode, Answered
}
