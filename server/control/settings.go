package control

import (
	"context"
	"encoding/json"
)

// Settings is the configuration in force, defaults included, in the order of
// its documentation.
type Settings []Setting

// Setting is one key of the configuration. Its values are as in a file: a
// string with its unit, a number, a boolean or a list.
type Setting struct {
	Key     string          `json:"key"` // "section.name"
	Value   json.RawMessage `json:"value"`
	Default json.RawMessage `json:"default"`
	Doc     string          `json:"doc"` // one sentence
}

// Settings asks for the configuration in force.
func (c *Client) Settings(ctx context.Context) (Answer[Settings], error) {
	return ask[Settings](ctx, c, configPath)
}
