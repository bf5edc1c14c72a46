package control

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
)

const logPath = "/v1/log"

// Log is what the daemon logged last, oldest first.
type Log []LogEntry

// LogEntry is one line of it.
type LogEntry struct {
	Time    Time   `json:"time"`
	Level   string `json:"level"` // "debug", "info", "warn" or "error"
	Message string `json:"message"`
	Fields  Fields `json:"fields"` // with their units in their names; never null
}

// Fields are those of a line of the log, as they were written: what matters most is
// first. In JSON they are one object.
type Fields []Field

// Field is one of them.
type Field struct {
	Key   string
	Value any // as package json reads it
}

// Get is the value of key, nil where there is none.
func (f Fields) Get(key string) any {
	for _, x := range f {
		if x.Key == key {
			return x.Value
		}
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (f Fields) MarshalJSON() ([]byte, error) {
	object := []byte{'{'}
	for i, x := range f {
		if i > 0 {
			object = append(object, ',')
		}
		for j, part := range []any{x.Key, x.Value} {
			text, err := json.Marshal(part)
			if err != nil {
				return nil, err
			}
			object = append(object, text...)
			if j == 0 {
				object = append(object, ':')
			}
		}
	}
	return append(object, '}'), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *Fields) UnmarshalJSON(object []byte) error {
	d := json.NewDecoder(bytes.NewReader(object))
	begin, err := d.Token()
	if err != nil || begin != json.Delim('{') {
		return fmt.Errorf("no object, but %v: %w", begin, err)
	}
	*f = Fields{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		x := Field{Key: fmt.Sprint(key)}
		if err := d.Decode(&x.Value); err != nil {
			return err
		}
		*f = append(*f, x)
	}
	_, err = d.Token()
	return err
}

// Log asks for the newest lines of the log.
func (c *Client) Log(ctx context.Context) (Answer[Log], error) {
	return ask[Log](ctx, c, logPath)
}
