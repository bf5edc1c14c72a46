package ntp

import "encoding/binary"

// authenticate finds the key with which mac, which ends packet, was made. A MAC
// that cannot be checked is not answered, not even with a crypto-NAK (RFC 5905,
// section 9.2): anybody can forge that. out lends the place for a MAC.
func (r *Responder) authenticate(packet, mac, out []byte) (*key, Verdict) {
	switch len(mac) {
	case 0:
		return nil, Answered
	case cryptoNAK: // says that a MAC of ours was wrong, but we asked nothing
		return nil, BadMAC
	case macDES:
		return nil, UnknownKey
	}
	k := r.key(binary.BigEndian.Uint32(mac))
	if k == nil {
		return nil, UnknownKey
	}
	if !k.good(mac[keyIDSize:], packet[:len(packet)-len(mac)], out) {
		return nil, BadMAC
	}
	return k, Answered
}

// key returns the key with that number; nil: there is none.
func (r *Responder) key(number uint32) *key {
	if r.Keys == nil {
		return nil
	}
	if keys := r.Keys.Load(); keys != nil {
		return (*keys)[number]
	}
	return nil
}

// sign puts the MAC of k behind the n bytes of out, with the number and the
// length of the request's, and returns their new length.
func (k *key) sign(out []byte, n int, mac []byte) int {
	copy(out[n:], mac[:keyIDSize])
	end := n + len(mac)
	k.sum(out[n+keyIDSize:end], out[:n])
	return end
}
