//go:build bench

package netsim

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

func TestTable(t *testing.T) {
	only := regexp.MustCompile(os.Getenv("BENCH"))
	seeds, hours := 3, 6
	for name, to := range map[string]*int{"SEEDS": &seeds, "HOURS": &hours} {
		if v, err := strconv.Atoi(os.Getenv(name)); err == nil {
			*to = v
		}
	}
	sums, counts := map[float64]float64{}, map[float64]float64{}
	fmt.Println("cell                rms    est   chrony ratio | rate ppb | cover    served  bound  ×rms")
	for _, c := range cells {
		if !only.MatchString(c.String()) {
			continue
		}
		var rms, estimate, rate, bound []float64
		cover, served := 0.0, 0.0
		for seed := range seeds {
			f := c.play(t, uint64(seed+1), hours)
			rms, estimate, rate, bound = append(rms, f.rms), append(estimate, f.estimate), append(rate, f.rate), append(bound, f.bound)
			cover += f.cover / float64(seeds)
			served += f.served / float64(seeds)
		}
		m := median(rms)
		fmt.Printf("%-16s %6.3f %6.3f  %6.2f %.3f | %8.0f | %.3f %% %.0f %% %6.3g %.1f\n",
			c, m, median(estimate), c.chrony, m/c.chrony, median(rate), 100*cover, 100*served, median(bound), median(bound)/m)
		if c.path != "quiet" {
			sums[c.poll] += math.Log(m / c.chrony)
			counts[c.poll]++
		}
	}
	for poll, sum := range sums {
		fmt.Printf("%g s: geometric mean of the ratios %.3f\n", poll, math.Exp(sum/counts[poll]))
	}
}
