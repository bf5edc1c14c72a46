package nts

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Yield is what a client has after a key exchange.
type Yield struct {
	C2S, S2C []byte // 32 bytes each
	Cookies  [][]byte
	Grant
}

// KeySize is the length of a key, in bytes.
const KeySize = keySize

// longestGrant is how long a server's message may be: eight cookies of the longest kind.
const longestGrant = 16 << 10

// Why a server's message is no grant.
var (
	ErrNotGranted = errors.New("the server does not offer NTPv4 with AES-SIV-CMAC-256")
	ErrNoCookie   = errors.New("the server has sent no cookie")
	errRecords    = errors.New("the server's records make no sense")
)

// ProposalMessage is what a client sends: NTPv4 with AES-SIV-CMAC-256.
func ProposalMessage() []byte {
	return end(record(record(nil, critical|nextProtocol, 0, protocolNTPv4), critical|aeadAlgorithm, 0, aesSIVCMAC256))
}

// ReadGrant reads a server's message up to its end (RFC 8915, section 4.1). The keys
// are not in it: TLS exports them.
func ReadGrant(r io.Reader) (y Yield, err error) {
	r = io.LimitReader(r, longestGrant)
	var protocol, algorithm bool
	for {
		kind, body, err := readRecord(r)
		if err != nil {
			return y, err
		}
		switch kind &^ critical {
		case endOfMessage:
			switch {
			case !protocol || !algorithm:
				return y, ErrNotGranted
			case len(y.Cookies) == 0:
				return y, ErrNoCookie
			}
			return y, nil
		case nextProtocol:
			protocol, err = only(body, protocolNTPv4, protocol)
		case aeadAlgorithm:
			algorithm, err = only(body, aesSIVCMAC256, algorithm)
		case errorRecord:
			err = refusal("error", body)
		case warningRecord:
			err = refusal("warning", body)
		case newCookie:
			y.takeCookie(body)
		case serverRecord:
			if y.Server = string(body); !isHost(body) || len(body) > 255 {
				err = errRecords
			}
		case portRecord:
			if len(body) != 2 {
				return y, errRecords
			}
			y.Port = binary.BigEndian.Uint16(body)
		default:
			if kind&critical != 0 {
				err = fmt.Errorf("%w: type %d", errRecords, kind&^critical)
			}
		}
		if err != nil {
			return y, err
		}
	}
}

// only reports whether a list names n and nothing else; it may come once.
func only(body []byte, n uint16, before bool) (bool, error) {
	if before || len(body)%2 != 0 {
		return false, errRecords
	}
	if len(body) != 2 || binary.BigEndian.Uint16(body) != n {
		return false, ErrNotGranted
	}
	return true, nil
}

func refusal(what string, body []byte) error {
	if len(body) != 2 {
		return errRecords
	}
	return fmt.Errorf("the server says %s %d", what, binary.BigEndian.Uint16(body))
}

// takeCookie keeps a cookie that fits into a request beside what else is there.
func (y *Yield) takeCookie(body []byte) {
	if len(y.Cookies) < mostCookies && len(body) >= leastField-fieldHeader && len(body)%4 == 0 && len(body) <= longestCookie {
		y.Cookies = append(y.Cookies, slices.Clone(body))
	}
}

// isHost reports whether a name is printable ASCII, as host names and addresses are.
func isHost(name []byte) bool {
	return len(name) > 0 && !slices.ContainsFunc(name, func(b byte) bool { return b <= ' ' || b > '~' })
}
