// Campaign plays gpsntpd in a world of faults, in virtual time, and holds its
// answers against the truth.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"time"

	"gpsntpd/hw/sim"
)

func main() {
	var (
		seed       = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the cases; printed")
		seconds    = flag.Float64("seconds", 1e6, "to play, of all classes together")
		only       = flag.String("class", "", "play those alone whose name matches this `regexp`")
		one        = flag.String("case", "", "play this `case`, as a violation is reported")
		processors = flag.Int("j", runtime.GOMAXPROCS(0), "cases that are played at once")
		verbose    = flag.Bool("v", false, "tell of each run that violates anything; with -case, of each change")
		look       = flag.Bool("look", false, "tell of violations, and end with 0 all the same")
		whole      = flag.Bool("whole", false, "report cases as they were, and not smaller ones")
	)
	flag.Parse()
	debug.SetGCPercent(400) // most of what is made is thrown away at once
	if *one != "" {
		os.Exit(single(*one, *verbose))
	}
	of, err := chosen(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Printf("seed %d, %.0f s\n", *seed, *seconds)
	tallies := map[string]*tally{together: newTally()}
	began := time.Now()
	campaign(of, *seed, time.Duration(*seconds*1e9), *processors, func(p played) {
		if tallies[p.class] == nil {
			tallies[p.class] = newTally()
		}
		tallies[p.class].add(p)
		tallies[together].add(p)
		if *verbose {
			for _, f := range p.findings {
				fmt.Printf("%s: %s at %v, %d times: %s\n\t-case '%v'\n", p.class, f.kind, f.at, f.count, f.detail, p.Case)
			}
			if 1000*p.outside > p.judged {
				fmt.Printf("%s: bound, %d of %d s outside\n\t-case '%v'\n", p.class, p.outside, p.judged, p.Case)
			}
		}
	})
	fmt.Printf("played in %v\n\n", time.Since(began).Round(time.Second))
	print(os.Stdout, of, tallies)
	if report(of, tallies, *whole) && !*look {
		os.Exit(1)
	}
}

// chosen returns the classes whose name matches.
func chosen(only string) (some []class, err error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return nil, err
	}
	for _, c := range classes {
		if pattern.MatchString(c.name) {
			some = append(some, c)
		}
	}
	if len(some) == 0 {
		return nil, fmt.Errorf("no class matches %q", only)
	}
	return some, nil
}

// report tells of each violation how to repeat it, and whether any counts.
func report(of []class, tallies map[string]*tally, whole bool) (any bool) {
	for _, c := range of {
		t := tallies[c.name]
		if t == nil {
			continue
		}
		for _, v := range t.verdicts() {
			why := open[c.name][v.violation]
			any = any || v.counts && why == ""
			t.tell(c.name, v.violation, whole)
			if why != "" {
				fmt.Printf("  known: %s\n", why)
			}
		}
	}
	for _, v := range tallies[together].shares() {
		any = any || v.counts && open[together][v.violation] == ""
		fmt.Printf("\nall together: %s\n", v.violation)
	}
	return any
}

// tell prints one violation of a class.
func (t *tally) tell(name, violation string, whole bool) {
	const command = "go run ./cmd/internal/campaign -case"
	switch violation {
	case bound:
		fmt.Printf("\n%s: bound, %.3f %%; the worst: %d of %d s outside\n  %s '%v'\n",
			name, t.share(), t.worst.outside, t.worst.judged, command, t.worst.Case)
		return
	case recovering:
		fmt.Printf("\n%s: recovery; the slowest:\n  %s '%v'\n", name, command, t.slowest.Case)
		return
	}
	p := t.first[violation]
	least, f := p.Case, p.has(violation)
	if !whole {
		least = shrink(p.Case, violation)
	}
	fmt.Printf("\n%s: %s, %d of %d runs; the first: %v after the start, %d times: %s\n  %s '%v'\n",
		name, violation, t.runsWith[violation], t.runs, f.at.Round(time.Millisecond), f.count, f.detail, command, least)
}

// single plays one case, and returns the exit status.
func single(text string, verbose bool) int {
	c, err := parse(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	w, err := newWorld(c)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if verbose {
		watch(w)
	}
	w.run()
	j := &w.judge
	for _, f := range j.findings {
		fmt.Printf("%s at %v, %d times: %s\n", f.kind, f.at, f.count, f.detail)
	}
	fmt.Printf("%d of %d answers synchronized, %d of %d s beyond the finer bound, excused %v\n", j.answers, j.asked, j.outside, j.judged, j.excused)
	for _, r := range j.recovers {
		fmt.Printf("recovered from %s in %v\n", r.after, r.took.Round(10*time.Millisecond))
	}
	if len(j.findings) > 0 {
		return 1
	}
	return 0
}

// watch has w print whenever what a client sees changes, and once a minute.
func watch(w *world) {
	var last answer
	var at sim.Truth
	w.judge.trace = func(a answer, off time.Duration) {
		if a.leap == last.leap && a.stratum == last.stratum && w.now.Sub(at) < time.Minute {
			return
		}
		last, at = a, w.now
		fmt.Printf("%12v leap %d stratum %d off %v distance %v state %s\n", w.since(w.now).Round(time.Millisecond), a.leap, a.stratum,
			off, a.distance(), w.daemon.loop.Status().State)
	}
}
