package refclock

import (
	"net/netip"
	"time"

	"gpsntpd/hw"
)

// Proof is how a network server proves that an answer is its own.
type Proof string

// The proofs.
const (
	ProofNone Proof = "none"
	ProofKey  Proof = "key" // a symmetric key
	ProofNTS  Proof = "nts"
	// ProofUndated is NTS with a certificate whose dates were judged before any clock
	// here could be trusted. They are judged anew once it can.
	ProofUndated Proof = "nts_undated"
)

// Peer is how it is between us and a network server.
type Peer struct {
	Server    int
	Name      string // as the operator wrote it
	Sibling   bool
	Address   netip.AddrPort // zero: none was found
	State     hw.State       // hw.OK, or why it is not …
	Err       error          // … with more than that word says; nil: nothing
	Proof     Proof
	Poll      time.Duration
	Reach     uint8 // a bit for each of the last eight requests, the newest in the lowest
	Heard     hw.Raw
	Requests  uint64
	Exchanges uint64

	Interleaved  uint64 // answers
	Stamped      uint64 // exchanges whose both moments the kernel or an interface has stamped
	KeyExchanges uint64
	Reasons      map[*Reason]uint64 // never changed once handed on
}

// The states of a network server beside those that are words of reasons.
const (
	PeerStarting    hw.State = "starting"
	PeerNoAddress   hw.State = "no_address"
	PeerNoKeys      hw.State = "no_keys" // the key exchange of NTS has failed
	PeerUnreachable hw.State = "unreachable"
	PeerRefused     hw.State = "refused" // it does not want to be asked
)

// RefIDOfAddress is the identifier by which those who take the time from a host with
// this address name it (RFC 5905, section 7.3): it is that address, or the beginning of
// the MD5 of one of IPv6.
func RefIDOfAddress(a netip.Addr) RefID {
	if a = a.Unmap(); a.Is4() {
		return a.As4()
	}
	b := a.As16()
	return refIDOfHash(b[:])
}
