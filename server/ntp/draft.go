package ntp

import (
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/nts"
)

// Draft is an answer of which everything is written but the transmit timestamp, and
// what authenticates it: to write these takes far less time, so that they can wait
// until it is to be sent. One without a timestamp is complete from the beginning.
type Draft struct {
	Answer
	out       []byte
	unsent    bool    // it is to have a transmit timestamp
	received  hw.Time // when its request came
	exchanges *Exchanges
	kept      Token // of this answer, there
	key       *key  // that signs it; nil: none does
	mac       []byte
	nts       *nts.Server
	protected nts.Request
}

// Complete has the answer leave at tx, by the local clock, and a client that will
// ask in interleaved mode be told that until Exchanges.Sent knows better.
func (d *Draft) Complete(s *discipline.Snapshot, tx hw.Time) {
	if !d.unsent {
		return
	}
	d.unsent = false
	transmit := transmitStamp(s, max(tx, d.received))
	if d.exchanges != nil {
		d.exchanges.sent(d.kept, transmit)
	}
	if !d.Interleaved { // or it tells when the one before left
		transmit.Put(d.out[refclock.TransmitAt:])
	}
	if d.key != nil {
		d.Size = d.key.sign(d.out, d.Size, d.mac)
		return
	}
	d.seal()
}
