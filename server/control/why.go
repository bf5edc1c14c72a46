package control

import (
	"context"
	"net/url"
)

const whyPath = "/v1/why"

// Why is the chain of causes that leads from the antenna to the answer on the
// wire, in the order that time takes.
type Why struct {
	State    string `json:"state"`
	Language string `json:"language"` // of the texts: "en" or "zh"
	Sentence string `json:"sentence"` // the answer in one or two sentences
	Brief    string `json:"brief"`    // how things are in one line, as status says it
	Remedy   string `json:"remedy"`   // what to do, or that there is nothing to do
	Links    []Link `json:"links"`
}

// Link is one link of the chain.
type Link struct {
	Part      string `json:"part"`      // "receiver", "fix", "date", "pulse", "pairing", "clock", "ntp", …
	Code      string `json:"code"`      // the enumerated word for its condition
	Condition string `json:"condition"` // "good", "waiting", "bad" or "unknown" (hidden by what is bad before it)
	Text      string `json:"text"`
	Remedy    string `json:"remedy"` // "" when there is nothing to do
}

// Why asks how things are and why, in a language ("en", "zh").
func (c *Client) Why(ctx context.Context, language string) (Answer[Why], error) {
	return ask[Why](ctx, c, whyPath+"?lang="+url.QueryEscape(language))
}
