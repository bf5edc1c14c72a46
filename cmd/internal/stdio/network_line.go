package stdio

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

var errNetworkForm = errors.New("want X <server> <t1> <t2> <t3> <t4> <root_delay> <root_dispersion> <stratum> <leap>, or T <K> <raw> <local_minus_raw>")

const (
	mostServers = 1e6
	mostRoot    = 1e12 // ns of root delay and root dispersion
	mostLeap    = 3
	mostByte    = 255
)

// Line takes a line of input; second says whether it is one that is answered.
func (n *Network) Line(text string) (a NetworkAnswer, second bool, err error) {
	words := strings.Fields(text)
	switch {
	case len(words) == 10 && words[0] == "X":
		h, err := heard(words[1:])
		if err == nil {
			n.Hear(h)
		}
		return a, false, err
	case len(words) == 4 && words[0] == "T":
		k, errK := whole(words[1], 0, mostSeconds)
		raw, errRaw := nanos(words[2])
		beyond, errBeyond := number(words[3], mostOffset*1e4)
		if err := errors.Join(errK, errRaw, errBeyond); err != nil {
			return a, false, err
		}
		if math.IsNaN(beyond) {
			return a, false, errors.New("local_minus_raw is not known")
		}
		a, err = n.Second(Tick{k, raw, beyond})
		return a, true, err
	}
	return a, false, errNetworkForm
}

// heard reads the numbers of an exchange.
func heard(words []string) (h Heard, err error) {
	server, err := whole(words[0], 0, mostServers)
	errs := []error{err}
	for i, to := range []*int64{&h.T1, &h.T2, &h.T3, &h.T4} {
		*to, err = nanos(words[1+i])
		errs = append(errs, err)
	}
	for i, to := range []*float64{&h.RootDelay, &h.RootDispersion} {
		*to, err = number(words[5+i], mostRoot)
		if err == nil && !(*to >= 0) {
			err = fmt.Errorf("%s is no root delay or dispersion", words[5+i])
		}
		errs = append(errs, err)
	}
	stratum, err := whole(words[7], 0, mostByte)
	errs = append(errs, err)
	leap, err := whole(words[8], 0, mostLeap)
	errs = append(errs, err)
	h.Server, h.Stratum, h.Leap = int(server), int(stratum), int(leap)
	return h, errors.Join(errs...)
}

// whole reads a whole number.
func whole(word string, least, most float64) (int64, error) {
	v, err := number(word, most)
	switch {
	case err != nil:
		return 0, err
	case math.IsNaN(v) || v < least || v != math.Trunc(v):
		return 0, fmt.Errorf("%s is not a whole number from %g", word, least)
	}
	return int64(v), nil
}

// nanos reads a time in ns: of the whole part no digit is lost, a fraction is rounded.
func nanos(word string) (int64, error) {
	if v, err := strconv.ParseInt(word, 10, 64); err == nil {
		if v > mostNanos || v < -mostNanos {
			return 0, fmt.Errorf("%s is beyond ±%g", word, float64(mostNanos))
		}
		return v, nil
	}
	front, rest, pointed := strings.Cut(word, ".")
	if v, err := strconv.ParseInt(front, 10, 64); err == nil && pointed && strings.Trim(rest, "0123456789") == "" && v < mostNanos && v > -mostNanos {
		if rest != "" && rest[0] >= '5' {
			if strings.HasPrefix(front, "-") {
				return v - 1, nil
			}
			v++
		}
		return v, nil
	}
	v, err := number(word, mostNanos)
	if err == nil && math.IsNaN(v) {
		err = errors.New("a time is not known")
	}
	return int64(math.Round(v)), err
}

// mostNanos is a time of 58 years: sums and differences of two fit an int64.
const mostNanos = 1<<61 - 1
