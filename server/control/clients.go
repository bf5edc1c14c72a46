package control

import "context"

const clientsPath = "/v1/clients"

// Clients is who asked, each address once, in no particular order.
type Clients []ClientEntry

// ClientEntry is what is known of one address. What its last request said, and
// how it was answered, is nil until one was looked at.
type ClientEntry struct {
	Address            string   `json:"address"`
	Requests           uint64   `json:"requests"`
	Drops              uint64   `json:"drops"` // requests that were told no time
	LastSeenAgeSeconds float64  `json:"last_seen_age_seconds"`
	Version            *uint8   `json:"version"`
	Mode               *string  `json:"mode"`         // "client", "symmetric_active", "control", …
	PollSeconds        *float64 `json:"poll_seconds"` // as the client says
	Authenticated      *bool    `json:"authenticated"`
	NTS                *bool    `json:"nts"`
	Interleaved        *bool    `json:"interleaved"`
	Verdict            *string  `json:"verdict"` // what became of its last request, in the words of the counters
}

// Clients asks who asked for the time.
func (c *Client) Clients(ctx context.Context) (Answer[Clients], error) {
	return ask[Clients](ctx, c, clientsPath)
}
