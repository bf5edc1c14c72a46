package main

import (
	"strings"
	"testing"

	"gpsntpd/cmd/internal/man"
)

func TestTheManualPageIsOfTheseVerbs(t *testing.T) {
	man.Held(t, "../../docs/man/gpsntpctl.1", man.Tool(newRoot()), *update)
}

func TestTheCompletionsAreThoseOfTheseVerbs(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script, err := verb("", "completion", shell)
		if !strings.Contains(script, "__complete") || err != nil {
			t.Errorf("%s: %v", shell, err)
		}
		man.Held(t, "../../docs/completions/gpsntpctl."+shell, script, *update)
	}
}
