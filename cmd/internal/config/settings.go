package config

import (
	"encoding/json"
	"strconv"

	"gpsntpd/server/control"
)

// Path is where the file is when no one says otherwise.
const Path = "/etc/gpsntpd/gpsntpd.toml"

// Settings lists every key with its value and its default.
func (c Config) Settings() control.Settings {
	d := Default()
	defaults := keys(&d)
	var all control.Settings
	for i, k := range keys(&c) {
		all = append(all, control.Setting{Key: k.name, Value: inJSON(k.text()), Default: inJSON(defaults[i].text()), Doc: k.doc})
	}
	return all
}

// inJSON writes a value of TOML in JSON, which has no dates.
func inJSON(text string) json.RawMessage {
	if !json.Valid([]byte(text)) {
		text = strconv.Quote(text)
	}
	return json.RawMessage(text)
}
