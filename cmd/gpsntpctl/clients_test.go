package main

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gpsntpd/cmd/gpsntpctl/screen"
)

// rack is a daemon that some clients have asked.
func rack(t *testing.T) known {
	text, err := os.ReadFile("testdata/clients/rack.json")
	var d known
	if err := errors.Join(err, json.Unmarshal(text, &d.clients)); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestClientsReadLikeTheirGoldenFileIn80Columns(t *testing.T) {
	got, err := verb(serve(t, rack(t)), "clients")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/clients/rack.golden", got)
	for line := range strings.Lines(got) {
		if n := utf8.RuneCountInString(line) - 1; n > screen.Columns {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestClientsAreSortedAsOneLikes(t *testing.T) {
	d := rack(t)
	socket := serve(t, d)
	for order, want := range map[string][]string{
		"requests": {"10.255.255.254", "192.168.1.20", "10.0.0.7", "fe80::ba27:ebff:fe12:3456"},
		"drops":    {"10.255.255.254", "10.0.0.7", "fe80::ba27:ebff:fe12:3456", "10.0.0.8"},
		"seen":     {"10.255.255.254", "10.0.0.8", "192.168.1.20", "fe80::ba27:ebff:fe12:3456"},
		"address":  {"10.0.0.7", "10.0.0.8", "10.255.255.254", "192.168.1.20"},
	} {
		text, err := verb(socket, "clients", "--json", "--sort", order)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		var got []string
		for _, line := range lines {
			var c struct{ Address string }
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				t.Fatal(err)
			}
			got = append(got, c.Address)
		}
		if len(got) != len(d.clients) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("by %s: %v", order, got)
		}
	}
	if _, err := verb(socket, "clients", "--sort", "size"); err == nil {
		t.Error("sorted by size")
	}
}

func TestNobodyIsNoClient(t *testing.T) {
	socket := serve(t, known{})
	if got, err := verb(socket, "clients"); err != nil || !strings.Contains(got, "\n0 clients\n") {
		t.Errorf("%v\n%s", err, got)
	}
	if got, err := verb(socket, "clients", "--json"); err != nil || got != "" {
		t.Errorf("%v\n%s", err, got)
	}
}
