package control

import "context"

const scatterPath = "/v1/pulse"

// Scatter is how the pulses scatter about the clock's own line: their errors, as
// far as the loop can tell them from the clock's.
type Scatter struct {
	Count         int              `json:"count"`       // pulses of the last hour at most that it is made of
	AgeSeconds    *float64         `json:"age_seconds"` // of the newest edge
	Stale         bool             `json:"stale"`       // no edge has come for longer than that should take
	MeanSeconds   *float64         `json:"mean_seconds"`
	JitterSeconds *float64         `json:"jitter_seconds"` // rms about the mean
	Histogram     []Bar            `json:"histogram"`      // in order, without gaps; never null
	Allan         []AllanDeviation `json:"allan"`          // of the clock against the pulses; never null
}

// Bar counts the pulses whose error was in [From, To). The first begins and the
// last ends where no pulse was beyond.
type Bar struct {
	FromSeconds float64 `json:"from_seconds"`
	ToSeconds   float64 `json:"to_seconds"`
	Count       int     `json:"count"`
}

// AllanDeviation is the deviation of the frequency over one averaging time.
type AllanDeviation struct {
	TauSeconds float64 `json:"tau_seconds"`
	Deviation  float64 `json:"deviation"` // dimensionless
}

// Scatter asks how the pulses scatter.
func (c *Client) Scatter(ctx context.Context) (Answer[Scatter], error) {
	return ask[Scatter](ctx, c, scatterPath)
}
