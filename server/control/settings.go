package control

import (
	"context"
	"encoding/json"
	"strings"
)

const configPath = "/v1/config"

// Settings is the configuration in force, defaults included, in the order of
// its documentation.
type Settings []Setting

// Setting is one key of the configuration. Its values are as in a file: a
// string with its unit, a number, a boolean or a list.
type Setting struct {
	Key     string          `json:"key"` // "section.name", or a name above all sections
	Value   json.RawMessage `json:"value"`
	Default json.RawMessage `json:"default"`
	Doc     string          `json:"doc"` // one sentence
}

// Place is the section of a key, "" for one that stands above all, and its name there.
func Place(key string) (section, name string) {
	section, name, in := strings.Cut(key, ".")
	if !in {
		return "", key
	}
	return section, name
}

// Settings asks for the configuration in force.
func (c *Client) Settings(ctx context.Context) (Answer[Settings], error) {
	return ask[Settings](ctx, c, configPath)
}
