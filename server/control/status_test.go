package control

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"slices"
	"testing"
)

// contract is the example of a status that scripts are written against.
func contract(t *testing.T) []byte {
	text, err := os.ReadFile("testdata/contract.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func decode(t *testing.T, text []byte) Status {
	var s Status
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// tokens is JSON without its spelling of numbers and white space.
func tokens(t *testing.T, text []byte) []json.Token {
	var all []json.Token
	d := json.NewDecoder(bytes.NewReader(text))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, token)
	}
}

func TestStatusKeepsTheContractsKeysAndTheirOrder(t *testing.T) {
	want := tokens(t, contract(t))
	text, err := json.Marshal(decode(t, contract(t)))
	if err != nil {
		t.Fatal(err)
	}
	if got := tokens(t, text); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestWhatIsUnknownIsNull(t *testing.T) {
	text, err := json.Marshal(Status{Sources: []Source{}, Paths: []Path{}, Servers: []Listener{}, Receiver: Receiver{LeftAlone: []LeftAlone{}}})
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte(":null")); n != 38 {
		t.Errorf("%d unknown values in %s", n, text)
	}
}
