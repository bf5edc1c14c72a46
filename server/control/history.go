package control

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const historyPath = "/v1/history"

// Spans lists the spans of time that there is a history of, the shortest first.
var Spans = []string{"1h", "24h", "60d"}

// History is how things were, one value for each step of time, oldest first.
// All columns are of one length; what was not known then is null.
type History struct {
	Span              string     `json:"span"` // "1h", "24h" or "60d"
	From              Time       `json:"from"` // when the first step begins
	StepSeconds       int        `json:"step_seconds"`
	State             []*string  `json:"state"`          // the worst within the step
	OffsetSeconds     []*float64 `json:"offset_seconds"` // the mean, as where nothing else is said
	BoundSeconds      []*float64 `json:"bound_seconds"`  // the greatest within the step
	FrequencyPPM      []*float64 `json:"frequency_ppm"`
	JitterSeconds     []*float64 `json:"jitter_seconds"`
	Celsius           []*float64 `json:"celsius"`
	SatellitesUsed    []*float64 `json:"satellites_used"`
	RequestsPerSecond []*float64 `json:"requests_per_second"`

	// Within the step; null where an older version kept it.
	OffsetLeastSeconds    []*float64 `json:"offset_least_seconds"`
	OffsetMedianSeconds   []*float64 `json:"offset_median_seconds"`
	OffsetGreatestSeconds []*float64 `json:"offset_greatest_seconds"`
	BoundMedianSeconds    []*float64 `json:"bound_median_seconds"`
}

// WriteTo implements io.WriterTo: one line of JSON.
func (h History) WriteTo(w io.Writer) (int64, error) {
	b, err := json.Marshal(h)
	if err != nil {
		return 0, err
	}
	n, err := w.Write(append(b, '\n'))
	return int64(n), err
}

// history answers with the history of a span ("?span=24h"), the shortest when none
// is named. It may be long, so it is written as it is made.
func (s Server) history(w http.ResponseWriter, r *http.Request) {
	if !question(w, r) {
		return
	}
	span := r.URL.Query().Get("span")
	switch {
	case span == "":
		span = Spans[0]
	case !slices.Contains(Spans, span):
		refuse(w, http.StatusBadRequest, "no such span: "+strings.Join(Spans, ", ")+" are there")
		return
	}
	past, err := s.Daemon.History(r.Context(), span)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = past.WriteTo(w) // a peer that has gone needs no more
}

// History asks how things were in one of the Spans.
func (c *Client) History(ctx context.Context, span string) (Answer[History], error) {
	return ask[History](ctx, c, historyPath+"?span="+url.QueryEscape(span))
}
