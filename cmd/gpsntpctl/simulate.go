package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/simulation"
	"gpsntpd/hw/sim"
)

func newSimulate(f *flags) *cobra.Command {
	scenario, seeds, plot := "", "", ""
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Measure the discipline on the simulated machine",
		Long: "Simulate plays scenarios through the loop of gpsntpd in virtual time and tells\n" +
			"how right the time was that it served, and whether it claimed more. Errors are\n" +
			"UTC − what was shown, once a second just before the pulse, from the moment on\n" +
			"that the scenario calls steady. Deceived is who follows a pulse that a fault of\n" +
			"the receiver has shifted, until 2 min after.\n" +
			"Exit status: 0 done, 66 the file can't be read, 78 there is no such scenario.\n\n" +
			"With --json, one object per line: scenario, seed (null for all seeds together:\n" +
			"the median; of lies the sum, of loss_error_ns the rms), and\n" + figureHelp(),
		Example: "  gpsntpctl simulate --scenario calm --seed 1-5\n  gpsntpctl simulate --scenario faults --svg faults.svg",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			runs, err := plan(scenario, seeds)
			if err != nil {
				return err
			}
			p := f.style(c)
			print := printFigureTables
			if f.json {
				print = printFigureLines
			}
			switch {
			case plot == "":
				return simulate(runs, c.OutOrStdout(), func(w io.Writer, seeds []measured) error { return print(w, seeds, p) }, progress(runs, c.ErrOrStderr(), p))
			case len(runs) > 1:
				return errors.New("--svg draws one scenario with one seed")
			}
			m, run := runs[0].run()
			text := simulation.Plot(m.name, m.Scenario, run)
			if err := os.WriteFile(plot, []byte(text), 0o666); err != nil {
				return failure{exitNotWritten, err}
			}
			return print(c.OutOrStdout(), []measured{m}, p)
		},
	}
	c.Flags().StringVar(&scenario, "scenario", "default", "a built-in `NAME`, a file, or all")
	offers(c, "scenario", append(sim.Names(), "all"))
	c.Flags().StringVar(&seeds, "seed", "", "`N`, or A-B for several; else the scenario's own")
	c.Flags().StringVar(&plot, "svg", "", "draw error, bound and state into this `FILE`")
	return c
}

func figureHelp() string {
	var b strings.Builder
	for _, k := range simulation.Keys {
		fmt.Fprintf(&b, "  %-20s %s\n", k.Name, k.Meaning)
	}
	return b.String()
}

// trial is one scenario with one seed.
type trial struct {
	name string
	sim.Scenario
}

// plan lists the runs that are asked for, all seeds of a scenario together.
func plan(scenario, seeds string) ([]trial, error) {
	names := []string{scenario}
	if scenario == "all" {
		names = sim.Names()
	}
	var all []trial
	for _, name := range names {
		s, err := sim.Load(name)
		var file *fs.PathError
		switch {
		case errors.As(err, &file):
			return nil, failure{exitNoInput, err}
		case err != nil:
			return nil, failure{exitConfig, err}
		}
		first, last, err := seedRange(seeds, s.Seed)
		if err != nil {
			return nil, err
		}
		for seed := first; seed <= last; seed++ {
			s.Seed = seed
			all = append(all, trial{name, s})
		}
	}
	return all, nil
}

// maxSeeds keeps a slip of the pen from running for days.
const maxSeeds = 1000

func seedRange(seeds string, own uint64) (first, last uint64, err error) {
	if seeds == "" {
		return own, own, nil
	}
	from, to, several := strings.Cut(seeds, "-")
	if !several {
		to = from
	}
	first, err = strconv.ParseUint(from, 10, 32)
	if err == nil {
		last, err = strconv.ParseUint(to, 10, 32)
	}
	if err != nil || first > last || last-first >= maxSeeds {
		return 0, 0, fmt.Errorf("--seed: %q is neither a number nor a range of up to %d such as 1-5", seeds, maxSeeds)
	}
	return first, last, nil
}

// measured is the result of one run.
type measured struct {
	trial
	figures simulation.Figures
	took    time.Duration
}

func (t trial) run() (measured, []simulation.Second) {
	began := time.Now()
	run := simulation.Run(t.Scenario)
	return measured{t, simulation.Measure(t.Scenario, run), time.Since(began)}, run
}

// simulate runs all, as many at once as there are processors, and prints each
// scenario when all of its seeds are done.
func simulate(runs []trial, w io.Writer, print func(io.Writer, []measured) error, done func(int, measured)) error {
	results := make([]chan measured, len(runs))
	for i := range results {
		results[i] = make(chan measured, 1)
	}
	go func() {
		busy := make(chan struct{}, runtime.GOMAXPROCS(0))
		for i, t := range runs {
			busy <- struct{}{}
			go func() {
				m, _ := t.run()
				results[i] <- m
				<-busy
			}()
		}
	}()
	var seeds []measured
	for i, result := range results {
		m := <-result
		done(i+1, m)
		if seeds = append(seeds, m); i+1 < len(runs) && runs[i+1].name == m.name {
			continue
		}
		if err := print(w, seeds); err != nil {
			return err
		}
		seeds = nil
	}
	return nil
}

// progressAfter is how much time may be simulated before its progress is told to
// those, too, who read it in a file.
const progressAfter = 24 * time.Hour

// progress returns a function that says that one more run is done.
func progress(runs []trial, w io.Writer, p screen.Style) func(int, measured) {
	whole := time.Duration(0)
	for _, t := range runs {
		whole += t.Simulate.For.Duration
	}
	f, ok := w.(*os.File)
	if len(runs) == 1 || whole < progressAfter && !(ok && isatty.IsTerminal(f.Fd())) {
		return func(int, measured) {}
	}
	return func(n int, m measured) {
		fmt.Fprintln(w, p.Say("%d of %d: %s, seed %d, %s in %.1f s", n, len(runs), m.name, m.Seed,
			p.Duration(m.Simulate.For.Duration), m.took.Seconds()))
	}
}
