package stdio

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gpsntpd/discipline"
)

// Second is one line of input: what was measured at second K. NaN is unknown.
type Second struct {
	K           int64
	Offset      float64 // clock − true as the pulse tells it, ns; NaN without a pulse
	Temperature float64 // °C
}

// Answer is one line of output, from second K on. NaN is unknown.
type Answer struct {
	Frequency float64 // total correction until the next answer, ppb; positive is faster
	Slew      float64 // phase that is added over the coming second only, ns
	Step      float64 // phase that is added at once, ns
	Estimate  float64 // of clock − true before the step, ns
	Bound     float64 // claimed maximum of |clock − true| after the step, ns
	State     discipline.State
}

// Numbers beyond these are no measurement.
const (
	mostSeconds = 1e9  // 31 years
	mostOffset  = 1e15 // 11 days in ns, of which a float64 still holds the fraction
	mostDegrees = 1e3
)

var errForm = errors.New("want T <K> <valid 0|1> <offset_ns|nan> <temp_C|nan>")

// Parse reads a line of input.
func Parse(text string) (Second, error) {
	words := strings.Fields(text)
	if len(words) != 5 || words[0] != "T" {
		return Second{}, errForm
	}
	k, errK := number(words[1], mostSeconds)
	valid, errValid := number(words[2], 1)
	offset, errOffset := number(words[3], mostOffset)
	temperature, errTemperature := number(words[4], mostDegrees)
	if err := errors.Join(errK, errValid, errOffset, errTemperature); err != nil {
		return Second{}, err
	}
	switch {
	case math.IsNaN(k) || k < 0 || k != math.Trunc(k):
		return Second{}, fmt.Errorf("K is %s, not a whole number from 0", words[1])
	case valid == 0:
		offset = math.NaN()
	case valid != 1:
		return Second{}, fmt.Errorf("valid is %s, neither 0 nor 1", words[2])
	case math.IsNaN(offset):
		return Second{}, errors.New("a valid pulse needs an offset")
	}
	return Second{int64(k), offset, temperature}, nil
}

// number reads a decimal number of at most ±most, or nan.
func number(word string, most float64) (float64, error) {
	if strings.EqualFold(word, "nan") {
		return math.NaN(), nil
	}
	if strings.Trim(word, "0123456789+-.eE") != "" {
		return 0, fmt.Errorf("%q is not a decimal number", word)
	}
	v, err := strconv.ParseFloat(word, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || math.Abs(v) > most:
		return 0, fmt.Errorf("%s is beyond ±%g", word, most)
	case err != nil:
		return 0, fmt.Errorf("%q is not a decimal number", word)
	}
	return v, nil
}

// String returns the line of output, without its end.
func (a Answer) String() string { return a.numbers() + " " + a.State.String() }

// numbers is that line without the state.
func (a Answer) numbers() string {
	known := func(v float64) string {
		if math.IsNaN(v) {
			return "nan"
		}
		return fmt.Sprintf("%.3f", v)
	}
	return fmt.Sprintf("A %.3f %.3f %.3f %s %s", a.Frequency, a.Slew, a.Step, known(a.Estimate), known(a.Bound))
}
