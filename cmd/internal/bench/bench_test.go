//go:build bench

package bench

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestBars(t *testing.T) {
	only, err := regexp.Compile(os.Getenv("BENCH"))
	if err != nil {
		t.Fatal(err)
	}
	seeds := 5
	if s := os.Getenv("SEEDS"); s != "" {
		if seeds, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	geometric := map[string][]float64{}
	for _, r := range rows() {
		if !only.MatchString(r.name) {
			continue
		}
		f, state := r.play(t, seeds)
		line, met := r.line(f)
		fmt.Println(line, state)
		if !met && os.Getenv("BARS") == "1" {
			t.Errorf("%s: a bar is not met", r.name)
		}
		kind, _, _ := strings.Cut(r.name, " ")
		if kind != "white" {
			kind = "others"
		}
		for _, b := range r.bars[:min(len(r.bars), 1)] {
			best := f[ratio]
			if kind == "others" {
				best = f[b.of] / (b.most * f[b.times])
			}
			geometric[kind] = append(geometric[kind], math.Log(best))
		}
	}
	white, _, _ := moments(geometric["white"])
	others, _, _ := moments(geometric["others"])
	fmt.Printf("geometric means: white rows to the told filter %.3f, others to their bar %.3f\n", math.Exp(white), math.Exp(others))
}

// play plays r with several seeds and returns the median of each figure, but the
// rms of those at the end, and the worst of the coverage and of what must not
// happen; and how the seeds ended.
func (r row) play(t *testing.T, seeds int) (f [figures]float64, states string) {
	seeds = max(seeds, r.seeds)
	var all [figures][]float64
	count := map[string]int{}
	for seed := range seeds {
		p := play{world: r.world(uint64(seed + 1)), from: r.from, to: r.to, loss: r.loss}
		if r.jitter != 0 {
			p.told = newTold(r.jitter, r.walk)
		}
		began := time.Now()
		record := p.run(t)
		record.f[cost] = time.Since(began).Seconds() * 1e6 / float64(r.to)
		for i, v := range record.f {
			all[i] = append(all[i], v)
		}
		count[record.state.String()]++
	}
	for i := range all {
		f[i] = quantile(all[i], 0.5)
	}
	_, _, f[end] = moments(all[end])
	_, _, f[toldEnd] = moments(all[toldEnd])
	for _, i := range []figure{locked, held, open} {
		f[i] = quantile(all[i], 0)
	}
	f[stray] = quantile(all[stray], 1)
	for state, n := range count {
		states += fmt.Sprintf(" %s×%d", state, n)
	}
	return f, states
}

// names of the figures that have a bar.
var names = map[figure]string{std: "std", rms: "rms", most: "max", ratio: "ratio", rate: "rate", settled: "settled", p99: "p99", end: "end"}

// line tells f in one line, what matters first, and whether all bars are met.
func (r row) line(f [figures]float64) (string, bool) {
	met := true
	text := fmt.Sprintf("%-32s", r.name)
	for _, b := range r.bars {
		limit, verdict := b.most*f[b.times], "ok"
		if !(f[b.of] <= limit) {
			met, verdict = false, "MISS"
		}
		text += fmt.Sprintf(" %s %.4g/%.4g %s", names[b.of], f[b.of], limit, verdict)
	}
	if f[locked] < 99.9 || f[held] < 99.9 || f[open] < 99.9 {
		text += " UNCOVERED"
	}
	if f[boundRms] > 4 {
		text += " BOUND-WIDE"
	}
	if f[stray] > 0 {
		text += fmt.Sprintf(" STRAY×%g", f[stray])
	}
	text += fmt.Sprintf(" | std %.4g est %.4g", f[std], f[estStd])
	if r.jitter != 0 {
		text += fmt.Sprintf(" told %.4g/%.4g ratio %.3f/%.3f", f[toldStd], f[toldEst], f[ratio], f[estRatio])
	}
	text += fmt.Sprintf(" mean %.3g rms %.4g p99 %.4g max %.4g rate %.3g | cover %.2f/%.2f/%.2f bound %.4g (%.1f) | settled %.3g",
		f[mean], f[rms], f[p99], f[most], f[rate], f[locked], f[held], f[open], f[bound], f[boundRms], f[settled])
	if r.loss > 0 {
		text += fmt.Sprintf(" lost %.3g", f[lost])
	}
	return fmt.Sprintf("%s end %.3g cost %.2fus", text, f[end], f[cost]), met
}
