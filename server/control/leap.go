package control

import "context"

const leapPath = "/v1/leap"

// Leap is what is known of leap seconds. Whatever depends on the date is nil
// until a sample has told it.
type Leap struct {
	Source           string `json:"source"`  // of the list: "built in" or a path
	Updated          Time   `json:"updated"` // when the list was made
	Expires          Time   `json:"expires"` // until when it is known to be complete
	Now              *Time  `json:"now"`
	TAIOffsetSeconds *int   `json:"tai_offset_seconds"`
	NextLeap         *Time  `json:"next_leap"`       // when a right clock first shows this …
	NextBySeconds    *int   `json:"next_by_seconds"` // … it jumps by so much: −1 repeats 23:59:59, +1 leaves it out
	Armed            bool   `json:"armed"`           // the clock has been told to make it, and clients are told of it
}

// Leap asks what is known of leap seconds.
func (c *Client) Leap(ctx context.Context) (Answer[Leap], error) {
	return ask[Leap](ctx, c, leapPath)
}
