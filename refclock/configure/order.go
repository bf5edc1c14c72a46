package configure

import (
	"encoding/hex"
	"errors"
	"strings"

	"gpsntpd/refclock/ubx"
)

// Why an order is not carried out.
var (
	ErrNobody  = errors.New("the receiver is not known yet")
	ErrCannot  = errors.New("this receiver cannot do that")
	ErrNoOrder = errors.New("there are save, reset, survey and send")
	ErrNoBytes = errors.New("want a sentence that begins with $, or bytes in hexadecimal; 256 bytes at most")
	ErrWaiting = errors.New("other orders wait already")
)

// How much of what is sent raw may be, and how many orders may wait.
const (
	mostBytes  = 256
	mostOrders = 4
)

// Order has the receiver told something that someone asked for:
//
//	save    what it was told outlasts its power
//	reset   it starts anew, without what it was told
//	survey  it finds out its position anew
//	send    text: a sentence, with or without its checksum, or bytes in hexadecimal
func (c *Configurator) Order(order, text string) error {
	var b []byte
	switch order {
	case "save":
		b = saves[c.id.Family]
	case "reset":
		b = resets[c.id.Family]
	case "survey":
		return c.resurvey()
	case "send":
		if b = bytesOf(text); b == nil {
			return ErrNoBytes
		}
	default:
		return ErrNoOrder
	}
	switch {
	case b == nil && c.id.Family == Unknown:
		return ErrNobody
	case b == nil:
		return ErrCannot
	case len(c.orders) == mostOrders:
		return ErrWaiting
	}
	c.orders = append(c.orders, b)
	return nil
}

// saves and resets are the commands of each family. CFG-CFG saves all sections to
// whatever memory there is; CFG-RST restarts the receiver, which then knows its
// satellites but not what it was told.
var (
	saves = map[Family][]byte{
		UBlox:  ubx.Append(nil, ubx.CfgCFG, []byte{0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0x17}),
		CASIC:  sentence("PCAS00"),
		Airoha: sentence("PQTMSAVEPAR"),
	}
	resets = map[Family][]byte{
		UBlox:  ubx.Append(nil, ubx.CfgRST, []byte{0, 0, 0, 0}),
		CASIC:  sentence("PCAS10,0"),
		MTK:    sentence("PMTK101"),
		Airoha: sentence("PQTMSRR"),
	}
)

// bytesOf reads what is to be sent raw; nil is not to be sent.
func bytesOf(text string) []byte {
	text = strings.TrimSpace(text)
	if body, ok := strings.CutPrefix(text, "$"); ok {
		body, _, _ = strings.Cut(body, "*")
		if clean(body) != body || body == "" || len(body) > mostBytes {
			return nil
		}
		return sentence(body)
	}
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil || len(b) == 0 || len(b) > mostBytes {
		return nil
	}
	return b
}
