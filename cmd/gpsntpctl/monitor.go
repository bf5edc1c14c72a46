package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// monitor is the screen of watch.
type monitor struct {
	screen.Style
	ctx           context.Context
	client        *control.Client
	views         []view
	current       int
	width, height int
	scrolled      int // lines

	status *control.Status // as last heard
	alarms int             // that are raised
	body   string          // of the current view; "" until it is there
	err    error           // why there is nothing newer
}

// news is what was heard for one view.
type news struct {
	view   int
	status control.Status
	alarms int
	body   string
	err    error
}

type again time.Time

func newMonitor(ctx context.Context, client *control.Client, p screen.Style) *monitor {
	return &monitor{Style: p, ctx: ctx, client: client, views: views(), width: screen.Columns, height: 24}
}

// show makes the view called name the current one.
func (m *monitor) show(name string) {
	for i, v := range m.views {
		if v.name == name {
			m.current = i
		}
	}
}

// Init implements tea.Model.
func (m *monitor) Init() tea.Cmd { return tea.Batch(m.ask(), later()) }

func later() tea.Cmd { return tea.Tick(watchEvery, func(t time.Time) tea.Msg { return again(t) }) }

// ask asks for the status and for what the current view shows.
func (m *monitor) ask() tea.Cmd {
	i := m.current
	return func() tea.Msg {
		n := news{view: i}
		a, err := m.client.Status(m.ctx)
		if n.status, n.err = a.Value, err; err != nil {
			return n
		}
		raised, err := m.client.Alarms(m.ctx, string(why.English))
		if n.err = err; err != nil {
			return n
		}
		for _, alarm := range raised.Value {
			if alarm.Cleared == nil {
				n.alarms++
			}
		}
		n.body, n.err = m.views[i].ask(m.ctx, m.client, m.Style)
		return n
	}
}

// Update implements tea.Model.
func (m *monitor) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case again:
		return m, tea.Batch(m.ask(), later())
	case news:
		m.err = msg.err
		if msg.err == nil {
			m.status, m.alarms = &msg.status, msg.alarms
			if msg.view == m.current {
				m.body = msg.body
			}
		}
	case tea.KeyMsg:
		if msg.Type != tea.KeyRunes {
			return m, m.press(msg.String())
		}
		var all []tea.Cmd
		for _, r := range msg.Runes { // who types fast, or over a slow line, sends several at once
			all = append(all, m.press(string(r)))
		}
		return m, tea.Batch(all...)
	}
	m.scrolled = min(m.scrolled, m.hidden())
	return m, nil
}

func (m *monitor) press(key string) tea.Cmd {
	page := m.room()
	switch key {
	case "q", "esc", "ctrl+c":
		return tea.Quit
	case "up", "k":
		m.scrolled--
	case "down", "j":
		m.scrolled++
	case "pgup", "b":
		m.scrolled -= page
	case "pgdown", " ":
		m.scrolled += page
	case "tab", "right":
		return m.turn((m.current + 1) % len(m.views))
	case "shift+tab", "left":
		return m.turn((m.current + len(m.views) - 1) % len(m.views))
	}
	for i := range m.views {
		if key == strconv.Itoa(i+1) {
			return m.turn(i)
		}
	}
	m.scrolled = max(min(m.scrolled, m.hidden()), 0)
	return nil
}

// turn shows another view.
func (m *monitor) turn(to int) tea.Cmd {
	m.current, m.scrolled, m.body = to, 0, ""
	return m.ask()
}

// room is how many lines a view has: one is the head, one the foot.
func (m *monitor) room() int { return max(m.height-2, 1) }

// hidden is how many lines of the view do not fit.
func (m *monitor) hidden() int { return max(strings.Count(m.body, "\n")-m.room(), 0) }

// View implements tea.Model.
func (m *monitor) View() string {
	lines := strings.Split(strings.TrimSuffix(m.body, "\n"), "\n")
	lines = lines[min(m.scrolled, len(lines)):]
	lines = lines[:min(m.room(), len(lines))]
	for len(lines) < m.room() {
		lines = append(lines, "")
	}
	text := m.head() + "\n" + strings.Join(lines, "\n") + "\n" + m.foot()
	if !screen.UTF8() {
		text = screen.InASCII(text)
	}
	return lipgloss.NewStyle().MaxWidth(m.width).Render(text)
}

// head says in one line how things are, whatever the view.
func (m *monitor) head() string {
	switch {
	case m.err != nil:
		return m.Bad + strings.TrimSpace(strings.SplitN(m.err.Error(), "\n", 2)[0]) + m.End
	case m.status == nil:
		return m.Say("asking gpsntpd …")
	}
	s := m.status
	colour, end := ofClock(s.State, m.Style), m.End
	if colour == "" {
		end = ""
	}
	text := m.Say("%s UTC  %s%s%s for %s", s.Now.UTC().Format(time.TimeOnly), colour, m.Word(s.State), end, m.Duration(s.Now.Sub(s.Since.Time)))
	if s.BoundSeconds != nil {
		text += "  " + m.Say("error < %s", screen.Bound(*s.BoundSeconds))
	}
	text += "  " + m.Say("stratum %d", s.Stratum)
	if m.alarms > 0 {
		text += "  " + m.Bad + m.Count(m.alarms, "%d alarm", "%d alarms") + m.End
	}
	return text
}

// foot names the views, the current one in brackets.
func (m *monitor) foot() string {
	var words []string
	for i, v := range m.views {
		word := fmt.Sprintf("%d %s", i+1, m.Word(v.name))
		if i == m.current {
			word = "[" + word + "]"
		}
		words = append(words, word)
	}
	foot := strings.Join(words, " ") + "  " + m.Say("q quit")
	if below := m.hidden() - m.scrolled; below > 0 {
		foot += fmt.Sprintf("  +%d", below)
	}
	return foot
}
