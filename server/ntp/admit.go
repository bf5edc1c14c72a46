package ntp

// Association modes (RFC 5905, figure 10). Version 1 had no mode field: what
// stands in its place is 0.
const (
	modeNone             = 0
	modeSymmetricActive  = 1
	modeSymmetricPassive = 2
	modeClient           = 3
	modeServer           = 4
	modeBroadcast        = 5
	modeControl          = 6
)

func versionOf(packet []byte) uint8 { return packet[0] >> 3 & 7 }

func isVersion(v uint8) bool { return v >= 1 && v <= 4 }

// isControl tells whether a packet has the mode of control messages, whose
// header is a shorter one.
func isControl(packet []byte) bool {
	return len(packet) > 0 && isVersion(versionOf(packet)) && packet[0]&7 == modeControl
}

// admit judges a request by its header, and returns the mode that its answer
// has.
func admit(request []byte) (mode uint8, v Verdict) {
	if len(request) < HeaderSize {
		return 0, Short
	}
	version := versionOf(request)
	if !isVersion(version) {
		return 0, BadVersion
	}
	switch m := request[0] & 7; {
	case m == modeClient, m == modeNone && version == 1:
		mode = modeServer
	case m == modeSymmetricActive: // a peer that we have not got, such as Windows
		mode = modeSymmetricPassive
	default:
		return 0, BadMode
	}
	return mode, Answered
}
