package ntp

import (
	"encoding/binary"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/cmac"
)

// BroadcastSize is room for a broadcast, in bytes.
const BroadcastSize = refclock.PacketSize + keyIDSize + maxDigest

// Broadcast writes what is sent to everybody without having been asked (mode 5,
// RFC 5905 section 8) into out, BroadcastSize bytes, and returns its length. tx is
// when it will leave, by the local clock; poll says how often, as log2 of seconds.
// It is signed with the symmetric key of that number, unless that is 0. There is
// none while the clock is not synchronized (Unsynchronized), since no one can ask
// back, nor without its key (UnknownKey).
func (r *Responder) Broadcast(out []byte, poll int8, number uint32, s *discipline.Snapshot, tx hw.Reading) (size int, v Verdict) {
	if !s.StateAt(tx.Time).Synchronized() || !s.Agrees(tx) {
		return 0, Unsynchronized
	}
	h := refclock.Packet{
		Leap:           s.LeapAt(tx),
		Version:        4,
		Mode:           refclock.BroadcastMode,
		Poll:           poll,
		Precision:      r.Precision,
		RootDispersion: refclock.ShortOf(s.DispersionAt(tx.Time)),
		Reference:      refclock.TimestampOf(utc(s, min(s.Reference.Time, tx.Time))),
		Transmit:       transmitStamp(s, tx.Time),
	}
	refer(&h, s)
	h.Put(out)
	if number == 0 {
		return refclock.PacketSize, Answered
	}
	k := r.key(number)
	if k == nil {
		return 0, UnknownKey
	}
	mac := make([]byte, keyIDSize+k.algorithm.size())
	binary.BigEndian.PutUint32(mac, number)
	return k.sign(out, refclock.PacketSize, mac), Answered
}

// size is the length of a MAC in version 4, without the key's number, in bytes.
func (a algorithm) size() int {
	switch a {
	case digestSHA1, digestSHA256:
		return maxDigest
	}
	return cmac.Size // MD5's also
}
