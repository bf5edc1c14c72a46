package stdio

import "testing"

func TestALineOfTheNetworkIsReadToTheNanosecond(t *testing.T) {
	n := NewNetwork()
	for text, want := range map[string]string{
		"X 0 1 2 3":                             errNetworkForm.Error(),
		"Y 0 1 2 3 4 5 6 7 8":                   errNetworkForm.Error(),
		"X 0 1 2 3 nan 0 0 1 0":                 "a time is not known",
		"X 0 1 2 3 x 0 0 1 0":                   `"x" is not a decimal number`,
		"X -1 1 2 3 4 0 0 1 0":                  "-1 is not a whole number from 0",
		"X 0 1 2 3 4 -1 0 1 0":                  "-1 is no root delay or dispersion",
		"X 0 1 2 3 4 0 nan 1 0":                 "nan is no root delay or dispersion",
		"X 0 1 2 3 4 0 0 256 0":                 "256 is beyond ±255",
		"X 0 1 2 3 4 0 0 1 4":                   "4 is beyond ±3",
		"X 0 1 2 3 9223372036854775807 0 0 1 0": "9223372036854775807 is beyond ±2.305843009213694e+18",
		"T 1.5 0 0":                             "1.5 is not a whole number from 0",
		"T 0 0 nan":                             "local_minus_raw is not known",
		"T 0 nan 0":                             "a time is not known",
		"":                                      errNetworkForm.Error(),
	} {
		if _, _, err := n.Line(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]int64{
		"1700000000000000001": 1700000000000000001, "1700000000000000001.6": 1700000000000000002,
		"-3.5": -4, "-3.25": -3, "4.": 4, "1e3": 1000, "-0.7": -1,
	} {
		if v, err := nanos(text); err != nil || v != want {
			t.Errorf("%s: %d, %v", text, v, err)
		}
	}
}

func TestNothingIsSaidOfServersThatAreNotSynchronized(t *testing.T) {
	n := NewNetwork()
	for _, text := range []string{
		"X 0 0 50000 60000 110000 0 0 1 3", "X 0 0 50000 60000 110000 0 0 0 0",
		"X 0 0 50000 60000 110000 0 0 16 0", "X 0 0 50000 60000 110000 0 9e9 1 0",
	} {
		if _, second, err := n.Line(text); second || err != nil {
			t.Error(text, second, err)
		}
	}
	a, second, err := n.Line("T 0 1000000000 0")
	if got := a.String(); !second || err != nil || got != "A 0.000 0.000 0.000 nan nan starting" {
		t.Error(got, err)
	}
	if _, _, err := n.Line("T 1 1000000000 0"); err == nil {
		t.Error("the raw clock stood still")
	}
	if _, _, err := n.Line("T 0 2000000000 0"); err == nil {
		t.Error("seconds went back")
	}
}
