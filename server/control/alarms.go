package control

import (
	"context"
	"net/url"
)

const alarmsPath = "/v1/alarms"

// Alarms are those that are raised now, each cause with what follows from it below
// it, then those of the past, newest first. Their texts are those of now.
type Alarms []Alarm

// Alarm is one defect that someone ought to know of.
type Alarm struct {
	Code     string `json:"code"`     // an enumerated word, such as "no_pulse"
	Severity string `json:"severity"` // "warning" or "critical"
	Raised   Time   `json:"raised"`
	Cleared  *Time  `json:"cleared"` // nil while it is raised
	Text     string `json:"text"`
	Remedy   string `json:"remedy"` // "" for one that is over
	// Because is the code of the alarm that this one follows from, which stands
	// before it; nil for a cause of its own.
	Because *string `json:"because"`
}

// Alarms asks for what is raised now and what was, in a language.
func (c *Client) Alarms(ctx context.Context, language string) (Answer[Alarms], error) {
	return ask[Alarms](ctx, c, alarmsPath+"?lang="+url.QueryEscape(language))
}
