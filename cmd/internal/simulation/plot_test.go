package simulation

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"gpsntpd/discipline"
)

// elements reads a plot as XML and counts its elements by name and class.
func elements(t *testing.T, plot string) map[string]int {
	t.Helper()
	count := map[string]int{}
	for d := xml.NewDecoder(strings.NewReader(plot)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if a.Name.Local == "class" {
					count[e.Name.Local+" "+a.Value]++
				}
			}
		}
	}
}

func TestThePlotIsWellFormedAndShowsErrorBoundAndStates(t *testing.T) {
	s, run := told(t)
	s.About = `less < more & "so on"`
	count := elements(t, Plot(`a<b>&"c"`, s, run))
	for what, n := range map[string]int{
		"text title": 1, "polygon bound": 1, "polygon error": 1, "rect early": 2, "rect edge": 1,
		"rect starting": 2, "rect locked": 2, "rect holdover": 1, // one each is the legend's
	} {
		if count[what] != n {
			t.Errorf("%d × %s, want %d", count[what], what, n)
		}
	}
	if grid := count["path grid"]; grid < 8 {
		t.Errorf("only %d lines of the axes", grid)
	}
}

func TestOneSecondInADayIsSeenInThePlot(t *testing.T) {
	s, _ := told(t)
	s.Simulate.For = span(24 * time.Hour)
	run := make([]Second, 24*3600)
	for i := range run {
		run[i] = Second{Bound: time.Microsecond, State: discipline.Locked, Known: true}
	}
	run[40_000].Served = 123 * time.Microsecond
	peak := fmt.Sprintf("%.1f ", scaleOf(s, run).at(run[40_000].Served))
	if plot := Plot("spike", s, run); !strings.Contains(plot, ","+peak) {
		t.Errorf("nothing at height %s", peak)
	}
}

func TestAPlotOfNothingIsWellFormed(t *testing.T) {
	s, _ := told(t)
	if count := elements(t, Plot("nothing", s, make([]Second, 60))); count["rect starting"] != 2 {
		t.Errorf("%v", count)
	}
}

func TestTheAxisIsLinearNearZeroAndLogarithmicBeyond(t *testing.T) {
	y := scale{unit: 100, most: 1e6}
	near := (y.at(0) - y.at(10)) / (y.at(10) - y.at(20))
	far := (y.at(1e4) - y.at(1e5)) / (y.at(1e5) - y.at(1e6))
	if near < 0.99 || near > 1.02 || far < 0.99 || far > 1.01 {
		t.Errorf("steps near zero are as 1:%v, decades as 1:%v", near, far)
	}
	if y.at(1e6) != top || y.at(-1e6) != bottom {
		t.Errorf("it ends at %v and %v", y.at(1e6), y.at(-1e6))
	}
}
