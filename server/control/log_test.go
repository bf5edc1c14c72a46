package control

import (
	"encoding/json"
	"testing"
)

func TestTheFieldsOfALineKeepTheirOrder(t *testing.T) {
	const line = `{"time":"2026-11-29T12:50:24.000000000Z","level":"error","message":"state","fields":{"from":"locked","to":"holdover","bound_us":12.5,"a":null,"b":["x",1]}}`
	var e LogEntry
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(e); string(got) != line || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if e.Fields.Get("to") != "holdover" || e.Fields.Get("c") != nil {
		t.Errorf("%+v", e.Fields)
	}
	e.Fields = nil
	if got, _ := json.Marshal(e.Fields); string(got) != "{}" {
		t.Errorf("none: %s", got)
	}
	for _, torn := range []string{`{"fields":[]}`, `{"fields":null}`, `{"fields":{"a":}}`} {
		if json.Unmarshal([]byte(torn), new(LogEntry)) == nil {
			t.Errorf("%s was taken", torn)
		}
	}
}
