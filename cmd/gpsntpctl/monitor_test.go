package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

// typed gives a key to the monitor, and what comes of it.
func (m *monitor) typed(key tea.KeyMsg) {
	if _, c := m.Update(key); c != nil {
		m.Update(c())
	}
}

func rune1(r rune) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}} }

// fills reports whether a screen fills the terminal and no more.
func fills(t *testing.T, m *monitor) {
	t.Helper()
	lines := strings.Split(m.View(), "\n")
	if len(lines) != max(m.height, 3) {
		t.Errorf("%d lines on a screen of %d", len(lines), m.height)
	}
	narrow(t, "watch", m.View())
}

func watched(t *testing.T) known {
	return known{
		status:  statuses(t)["testdata/status/locked"],
		sky:     fromJSON[control.Satellites](t, "testdata/satellites/mixed.json"),
		scatter: fromJSON[control.Scatter](t, "testdata/pulse/hour.json"),
		clients: rack(t).clients,
		alarms:  control.Alarms{{Code: "no_pulse"}, {Code: "no_fix"}, {Code: "load", Cleared: &control.Time{}}},
	}
}

func TestEveryViewOfWatchIsAKeyAway(t *testing.T) {
	client := control.Environ().Client(serve(t, watched(t)))
	m := newMonitor(t.Context(), client, screen.Style{})
	m.Update(m.ask()())
	for i, v := range m.views {
		m.typed(rune1(rune('1' + i)))
		fills(t, m)
		want, err := v.ask(t.Context(), client, screen.Style{})
		first, _, _ := strings.Cut(want, "\n")
		if !strings.Contains(m.View(), first) || !strings.Contains(m.foot(), "["+string(rune('1'+i))+" "+v.name+"]") || err != nil {
			t.Errorf("%s: %v in\n%s", v.name, err, m.View())
		}
	}
	m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("27")})
	if m.current != 6 {
		t.Errorf("of two keys at once the last leads to %d", m.current)
	}
	m.typed(tea.KeyMsg{Type: tea.KeyTab})
	if m.current != 0 {
		t.Errorf("Tab leads from the last view to %d", m.current)
	}
	golden(t, "testdata/watch/status.golden", m.View()+"\n")
}

func TestWatchScrollsWhatDoesNotFitAndFollowsTheSizeOfItsTerminal(t *testing.T) {
	m := newMonitor(t.Context(), control.Environ().Client(serve(t, watched(t))), screen.Style{})
	m.Update(m.ask()())
	m.Update(tea.WindowSizeMsg{Width: 40, Height: 10})
	fills(t, m)
	for range 100 {
		m.typed(tea.KeyMsg{Type: tea.KeyDown})
	}
	if _, last, _ := strings.Cut(strings.TrimSuffix(m.body, "\n"), "NTS"); !strings.Contains(m.View(), last[:20]) || m.scrolled != m.hidden() {
		t.Errorf("scrolled by %d of %d:\n%s", m.scrolled, m.hidden(), m.View())
	}
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 60})
	if m.scrolled != 0 {
		t.Error("what fits is still scrolled")
	}
	fills(t, m)
	m.Update(tea.WindowSizeMsg{Width: 1, Height: 1})
	m.View()
}

func TestWatchSaysThatTheDaemonIsGoneAndComesBackWithIt(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "control.sock")
	m := newMonitor(t.Context(), control.Environ().Client(socket), screen.Style{})
	m.Update(m.ask()())
	if !strings.Contains(m.View(), "no gpsntpd answers") {
		t.Error(m.View())
	}
	serveAt(t, socket, watched(t))
	m.Update(m.ask()())
	if strings.Contains(m.View(), "no gpsntpd answers") || !strings.Contains(m.View(), "locked for 3 min 12 s") || !strings.Contains(m.head(), "2 alarms") {
		t.Error(m.View())
	}
}

func TestWatchPrintsALineEachSecondWhereThereIsNoTerminal(t *testing.T) {
	socket := serve(t, watched(t))
	tick := make(chan time.Time, 2)
	tick <- time.Time{}
	tick <- time.Time{}
	var b strings.Builder
	c := newRoot()
	c.SetOut(&b)
	c.SetContext(t.Context())
	err := watchLines(c, control.Environ().Client(socket), tick, 3)
	if n := strings.Count(b.String(), "{\"version\""); n != 3 || err != nil {
		t.Errorf("%d lines, %v", n, err)
	}
	noDaemon := control.Environ().Client(filepath.Join(t.TempDir(), "control.sock"))
	if err := watchLines(c, noDaemon, tick, 0); err.(failure).status != exitUnreachable {
		t.Error(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	c.SetContext(ended)
	if err := watchLines(c, control.Environ().Client(socket), nil, 1); err == nil {
		t.Error("no daemon answers one who has ended")
	}
}
