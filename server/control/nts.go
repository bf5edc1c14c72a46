package control

import "context"

const ntsPath = "/v1/nts"

// KeyExchange is all that is to be known of NTS.
type KeyExchange struct {
	NTS
	Now                Time         `json:"now"`
	Listen             []string     `json:"listen"`           // where keys are exchanged
	Server             *string      `json:"server"`           // whom clients are to ask for the time; nil: whom they exchanged keys with
	CertificatePath    *string      `json:"certificate_path"` // nil without NTS
	PrivateKeyPath     *string      `json:"private_key_path"`
	Certificate        *Certificate `json:"certificate"`         // in use; nil: none
	CertificateFailure *string      `json:"certificate_failure"` // why the files, as they are, cannot be used
	MasterKeys         *MasterKeys  `json:"master_keys"`         // nil before there are any
}

// Certificate is the server's certificate.
type Certificate struct {
	Subject       string   `json:"subject"`
	Names         []string `json:"names"` // hosts and addresses that it is good for
	Issuer        string   `json:"issuer"`
	Serial        string   `json:"serial"` // hexadecimal
	NotBefore     Time     `json:"not_before"`
	NotAfter      Time     `json:"not_after"`
	ExpiresInDays float64  `json:"expires_in_days"` // negative when it has
}

// MasterKeys are the keys under which cookies are sealed, one for each day of UTC:
// cookies are made under that of today, and opened under those from the oldest to
// the newest.
type MasterKeys struct {
	Path   *string `json:"path"` // nil: they end with the daemon
	Oldest string  `json:"oldest"`
	Today  string  `json:"today"`
	Newest string  `json:"newest"`
}

// KeyExchange asks for all about NTS.
func (c *Client) KeyExchange(ctx context.Context) (Answer[KeyExchange], error) {
	return ask[KeyExchange](ctx, c, ntsPath)
}
