package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

// watchEvery is how often watch asks: as often as the pulse comes.
const watchEvery = time.Second

func newWatch(f *flags) *cobra.Command {
	count := 0
	c := &cobra.Command{
		Use:   "watch [VIEW]",
		Short: "Show everything live, on one screen",
		Long: `Show everything live, on one screen, again each second. The number of a view shows
that one, Tab the next; the arrows scroll, q ends. It goes on when gpsntpd restarts.
The views are what verbs show: ` + "\n" + viewNames() + `.

Where its output is no terminal, or with --json, it prints the line of status --json
each second until it is stopped, or --count times.

Exit status: 0 stopped, 69 gpsntpd did not answer when it began (without a screen).`,
		Example:   "  gpsntpctl watch\n  gpsntpctl watch satellites\n  gpsntpctl watch --count 60 | jq .offset_seconds",
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: viewWords(),
		RunE: func(c *cobra.Command, args []string) error {
			client := control.Environ().Client(f.control)
			out, terminal := screen.Terminal(c.OutOrStdout())
			if f.json || !terminal {
				tick := time.NewTicker(watchEvery)
				defer tick.Stop()
				return watchLines(c, client, tick.C, count)
			}
			m := newMonitor(c.Context(), client, f.style(c))
			if len(args) > 0 {
				m.show(args[0])
			}
			_, err := tea.NewProgram(m, tea.WithAltScreen(), tea.WithContext(c.Context()), tea.WithOutput(out)).Run()
			return err
		},
	}
	c.Flags().IntVar(&count, "count", 0, "print `N` lines, then end (default: no end)")
	return c
}

// watchLines prints the status at once and at every tick; count lines, or
// without end if that is 0. A daemon that was there once may come back.
func watchLines(c *cobra.Command, client *control.Client, tick <-chan time.Time, count int) error {
	lost := false
	for printed := 0; ; {
		a, err := client.Status(c.Context())
		switch {
		case err == nil:
			if err := write(c.OutOrStdout(), a.JSON); err != nil {
				return err
			}
			lost = false
			if printed++; printed == count {
				return nil
			}
		case printed == 0:
			return failure{exitUnreachable, err}
		case !lost:
			lost = true
			fmt.Fprintln(c.ErrOrStderr(), "gpsntpctl:", err)
		}
		select {
		case <-c.Context().Done():
			return nil
		case <-tick:
		}
	}
}

// view is one of the screens of watch: what a verb shows.
type view struct {
	name string
	ask  func(context.Context, *control.Client, screen.Style) (string, error)
}

// views are the screens, in their order.
func views() []view {
	status := verbOf[control.Status]{name: "status", ask: statusIn, show: func(s *control.Status, p screen.Style) string {
		return sentenceText(s) + "\n" + detailsText(s, p)
	}}
	log := verbOf[control.Log]{name: "log", ask: asks((*control.Client).Log), show: func(all *control.Log, p screen.Style) string {
		slices.Reverse(*all) // the newest where it is seen without scrolling
		return logText(*all, p)
	}}
	return []view{
		status.view(), satellitesVerb().view(), pulseVerb().view(), clientsVerb(new("seen")).view(),
		alarmsVerb(new(true)).view(), whyVerb(new(false)).view(), log.view(),
	}
}

func viewWords() (words []string) {
	for _, v := range views() {
		words = append(words, v.name)
	}
	return words
}

func viewNames() string {
	words := viewWords()
	last := len(words) - 1
	names := ""
	for _, w := range words[:last] {
		names += w + ", "
	}
	return names[:len(names)-2] + " and " + words[last]
}
