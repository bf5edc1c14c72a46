package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
	"gpsntpd/server/why"
)

// exitTimeout says that what was waited for has not come.
const exitTimeout = 1

// askEvery is how often wait asks: as often as the receiver has news.
const askEvery = time.Second

// wish is what wait waits for.
type wish struct {
	stratum  int
	maxError time.Duration // 0: whatever the daemon is content with
}

func newWait(f *flags) *cobra.Command {
	var w wish
	timeout := time.Minute
	c := &cobra.Command{
		Use:   "wait",
		Short: "Wait until the clock is synchronized",
		Long: "Wait until gpsntpd says that the clock is synchronized, and print what it says.\n" +
			"It need not be running yet.\n" +
			"Exit status: 0 it is synchronized, 1 it was not in time, 69 gpsntpd never answered.",
		Example: "  gpsntpctl wait --timeout 5m --max-error 10us && systemctl start mariadb",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if w.stratum < 1 || w.maxError < 0 || timeout <= 0 {
				return errors.New("--stratum and --timeout must be above zero, --max-error not below")
			}
			ctx, end := context.WithTimeout(c.Context(), timeout)
			defer end()
			again := time.NewTicker(askEvery)
			defer again.Stop()
			a, err := w.wait(ctx, control.Environ().Client(f.control), again.C, f.language())
			if err != nil {
				return err
			}
			text := a.JSON
			if !f.json {
				text = []byte(a.Value.Sentence + "\n")
			}
			return write(c.OutOrStdout(), text)
		},
	}
	c.Flags().IntVar(&w.stratum, "stratum", 15, "wait for stratum `N` or a better one")
	c.Flags().DurationVar(&w.maxError, "max-error", 0, "wait for an error bound of at most `TIME`, such as 10us (default: the daemon's own limit)")
	c.Flags().DurationVar(&timeout, "timeout", timeout, "give up after `TIME`")
	return c
}

// wait asks at once and then again and again until the wish is fulfilled or ctx
// ends.
func (w wish) wait(ctx context.Context, client *control.Client, again <-chan time.Time, l why.Language) (control.Answer[control.Status], error) {
	late := failure{status: exitUnreachable}
	for {
		a, err := statusIn(ctx, client, l)
		switch {
		case err == nil:
			if late.err = w.missing(&a.Value); late.err == nil {
				return a, nil
			}
			late.status = exitTimeout
		case ctx.Err() == nil || late.err == nil: // else it is our own end that it reports
			late.err = err
		}
		select {
		case <-again:
		case <-ctx.Done():
			return a, late
		}
	}
}

// missing says what s lacks.
func (w wish) missing(s *control.Status) error {
	switch {
	case s.Stratum == 0 || s.BoundSeconds == nil:
		return errors.New(s.Sentence)
	case s.Stratum > w.stratum:
		return fmt.Errorf("stratum %d, not %d: %s", s.Stratum, w.stratum, s.Sentence)
	case w.maxError > 0 && screen.Seconds(*s.BoundSeconds) > w.maxError:
		return fmt.Errorf("error bound %s, not %s: %s", screen.Bound(*s.BoundSeconds), human.Bound(w.maxError), s.Sentence)
	}
	return nil
}
